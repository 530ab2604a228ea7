//! Generates the glue: for each interface its types, a trait with its functions, and the symbol of
//! each function, which lifts the program's arguments, calls the trait's function, and lowers its
//! result.

use super::interfaces::Wit;
use super::names::{self, camel, snake};
use super::types::Way;
use super::{File, HEADER};
use anyhow::{Context, Result, bail, ensure};
use std::fmt::Write;
use wit_parser::abi::{AbiVariant, WasmType};
use wit_parser::{Docs, Function, InterfaceId, Type, TypeDef, TypeDefKind, TypeId, TypeOwner};

/// The folder of the glue.
const FOLDER: &str = "runtime-lib/src/wasi/p2/generated";

/// The glue of all packages.
pub fn files(wit: &Wit) -> Result<Vec<File>> {
    let mut files = vec![File {
        path: format!("{FOLDER}/mod.rs"),
        text: modules(
            "WASI 0.2",
            wit.packages.iter().map(|package| package.name.to_owned()),
        ),
    }];
    let glue = Glue { wit };
    for package in &wit.packages {
        let folder = format!("{FOLDER}/{}", package.name);
        files.push(File {
            path: format!("{folder}/mod.rs"),
            text: modules(
                &format!("`wasi:{}`", package.name),
                package
                    .interfaces
                    .iter()
                    .map(|id| snake(wit.plain_name(*id))),
            ),
        });
        for id in &package.interfaces {
            files.push(File {
                path: format!("{folder}/{}.rs", snake(wit.plain_name(*id))),
                text: glue.interface(*id)?,
            });
        }
    }
    Ok(files)
}

/// A file that contains modules.
fn modules(what: &str, names: impl Iterator<Item = String>) -> String {
    let mut text = format!("//! The glue of {what}. {HEADER}\n\n");
    let mut names: Vec<_> = names.collect();
    names.sort();
    for name in names {
        let _ = writeln!(text, "pub mod {name};");
    }
    text
}

impl Wit {
    /// An interface's name without its package.
    fn plain_name(&self, id: InterfaceId) -> &str {
        self.resolve.interfaces[id]
            .name
            .as_deref()
            .unwrap_or_default()
    }

    /// The Rust module of an interface.
    pub fn module(&self, id: InterfaceId) -> String {
        let interface = &self.resolve.interfaces[id];
        let package = interface
            .package
            .map(|id| &self.resolve.packages[id].name.name);
        format!(
            "generated::{}::{}",
            snake(package.map_or("", |name| name)),
            snake(self.plain_name(id))
        )
    }
}

struct Glue<'a> {
    wit: &'a Wit,
}

impl Glue<'_> {
    fn interface(&self, id: InterfaceId) -> Result<String> {
        let interface = &self.wit.resolve.interfaces[id];
        let name = self.wit.plain_name(id);
        let mut text = format!("//! `{}`. {HEADER}\n\n", self.wit.interface_name(id));
        text += "use crate::canonical::*;\nuse crate::wasi::p2::{Host, generated};\nuse wasi_aot_abi::component::Options;\n";
        for ty in interface.types.values() {
            text += &self.definition(*ty)?;
        }
        text += &self.interface_trait(id, name)?;
        for function in interface.functions.values() {
            let shim = self.shim(id, name, function);
            text += &shim.with_context(|| function.name.clone())?;
        }
        for ty in interface.types.values() {
            text += &self.destructor(id, name, *ty)?;
        }
        Ok(text)
    }

    /// The definition of a type in the interface; empty for aliases. A type that is passed both
    /// ways and holds a list has two forms.
    fn definition(&self, id: TypeId) -> Result<String> {
        let ways = self.wit.uses.ways(id);
        if self.wit.has_two_forms(id) {
            return Ok(self.form(id, "lower")? + &self.form(id, "lift")?);
        }
        self.form(id, ways)
    }

    /// One form of a type: `ways` is the word for the directions in the runtime's macros.
    fn form(&self, id: TypeId, ways: &str) -> Result<String> {
        let def = &self.wit.resolve.types[id];
        let name = def.name.as_deref().unwrap_or_default();
        let docs = docs(&def.docs, &format!("`{name}`."));
        let way = if ways == "lift" {
            Way::Lift
        } else {
            Way::Lower
        };
        let lifetime = if way == Way::Lift && self.wit.holds_list(&Type::Id(id)) {
            "<'a>"
        } else {
            ""
        };
        let rust = format!("{}{lifetime}", self.wit.form_name(id, way));
        let ty = |ty: &Type| -> Result<String> { Ok(self.wit.rust(ty, way)?.replace("'_", "'a")) };
        Ok(match &def.kind {
            TypeDefKind::Resource => {
                let number = self.wit.resource_number(id)?;
                format!(
                    "\n{docs}#[derive(Clone, Copy, Debug)]\npub enum {rust} {{}}\n\nresource!({rust} = {number});\n"
                )
            }
            TypeDefKind::Record(record) => {
                let fields = record.fields.iter().map(|field| {
                    let text = format!("{}: {}", snake(&field.name), ty(&field.ty)?);
                    Ok((&field.docs, &field.name, text))
                });
                members(&format!("record! {{ {ways}"), &docs, &rust, fields)?
            }
            TypeDefKind::Variant(variant) => {
                let cases = variant.cases.iter().enumerate().map(|(number, case)| {
                    let payload = case.ty.as_ref().map(ty).transpose()?;
                    let payload = payload.map_or(String::new(), |payload| format!("({payload})"));
                    let text = format!("{}{payload} = {number}", camel(&case.name));
                    Ok((&case.docs, &case.name, text))
                });
                members(&format!("variant! {{ {ways}"), &docs, &rust, cases)?
            }
            TypeDefKind::Enum(cases) => {
                let cases = cases.cases.iter().enumerate().map(|(number, case)| {
                    let text = format!("{} = {number}", camel(&case.name));
                    Ok((&case.docs, &case.name, text))
                });
                members("enumeration! {", &docs, &rust, cases)?
            }
            TypeDefKind::Flags(flags) => {
                let flags = flags.flags.iter().enumerate().map(|(bit, flag)| {
                    let name = flag.name.replace('-', "_").to_uppercase();
                    Ok((&flag.docs, &flag.name, format!("{name} = {bit}")))
                });
                members("flags! {", &docs, &rust, flags)?
            }
            TypeDefKind::Type(other) if is_use(self.wit, def, other) => String::new(),
            // A resource has only its own name in the glue.
            TypeDefKind::Type(_) if self.is_resource(self.wit.original(id)) => String::new(),
            TypeDefKind::Type(_)
            | TypeDefKind::Tuple(_)
            | TypeDefKind::Option(_)
            | TypeDefKind::List(_)
            | TypeDefKind::Result(_) => {
                format!("\n{docs}pub type {rust} = {};\n", ty(&Type::Id(id))?)
            }
            other => bail!("a definition of {}", other.as_str()),
        })
    }

    fn interface_trait(&self, id: InterfaceId, name: &str) -> Result<String> {
        let interface = &self.wit.resolve.interfaces[id];
        let resources = interface
            .types
            .iter()
            .filter(|(_, ty)| self.is_resource(**ty));
        let mut text = format!("\n/// The functions of `{name}`.\npub trait Functions {{\n");
        for function in interface.functions.values() {
            text += &indent(&docs(&function.docs, &format!("`{}`.", function.name)));
            let _ = writeln!(text, "    {};", self.declaration(function)?);
        }
        for (name, _) in resources.clone() {
            let _ = writeln!(
                text,
                "    /// The last handle of a `{name}` is gone.\n    fn {}_drop(rep: u32);",
                snake(name)
            );
        }
        text += "}\n";
        if interface.functions.is_empty() && resources.count() == 0 {
            text.clear();
        }
        Ok(text)
    }

    fn declaration(&self, function: &Function) -> Result<String> {
        let mut text = format!("fn {}(call: &Call<'_>", names::function(&function.name));
        for param in &function.params {
            let name = snake(&param.name.replace("self", "this"));
            let _ = write!(text, ", {name}: {}", self.wit.rust(&param.ty, Way::Lift)?);
        }
        text += ")";
        if let Some(ty) = &function.result {
            let _ = write!(text, " -> {}", self.wit.rust(ty, Way::Lower)?);
        }
        Ok(text)
    }

    /// The symbol that the program calls.
    fn shim(&self, id: InterfaceId, interface: &str, function: &Function) -> Result<String> {
        let signature = self
            .wit
            .resolve
            .wasm_signature(AbiVariant::GuestImport, function);
        ensure!(!signature.indirect_params, "more than 16 flat parameters");
        let name = names::function(&function.name);
        let flat = signature.params.len() - usize::from(signature.retptr);
        let mut text = format!(
            "\n/// `{interface}`'s `{}`.\n#[unsafe(export_name = \"{}@{}#{}\")]\npub extern \"C\" fn {name}(options: &Options",
            function.name,
            self.wit.interface_name(id),
            self.wit.compatible_version(id),
            function.name
        );
        for (index, ty) in signature.params.iter().take(flat).enumerate() {
            let _ = write!(text, ", p{index}: {}", core(*ty)?);
        }
        if signature.retptr {
            text += ", result: u32";
        }
        text += ")";
        if let Some(ty) = signature.results.first() {
            let _ = write!(text, " -> {}", core(*ty)?);
        }
        text += " {\n    let call = Call::new(options);\n";
        text += &words(&signature.params[..flat])?;
        let mut arguments = vec!["&call".to_owned()];
        for (index, param) in function.params.iter().enumerate() {
            let ty = self.wit.rust(&param.ty, Way::Lift)?;
            let _ = writeln!(
                text,
                "    let a{index}: {ty} = Lift::lift(&call, &mut flat);"
            );
            arguments.push(format!("a{index}"));
        }
        let called = format!("<Host as Functions>::{name}({})", arguments.join(", "));
        match &function.result {
            _ if signature.retptr => {
                let ty = function.result.as_ref().context("a result")?;
                let ty = self.wit.rust(ty, Way::Lower)?;
                let _ = writeln!(
                    text,
                    "    let result = call.place::<{ty}>(result);\n    {called}.store(&call, result);"
                );
            }
            Some(_) => {
                let cast = match core(signature.results[0])? {
                    "u64" => "",
                    _ => " as u32",
                };
                let _ = writeln!(text, "    {called}.direct(&call){cast}");
            }
            None => {
                let _ = writeln!(text, "    {called};");
            }
        }
        Ok(text + "}\n")
    }

    /// The symbol of a resource's destructor.
    fn destructor(&self, id: InterfaceId, interface: &str, ty: TypeId) -> Result<String> {
        if !self.is_resource(ty) {
            return Ok(String::new());
        }
        let name = self.wit.resolve.types[ty]
            .name
            .as_deref()
            .unwrap_or_default();
        let rust = snake(name);
        Ok(format!(
            "\n/// Ends a `{name}` of `{interface}`.\n#[unsafe(export_name = \"{}@{}#[resource-drop]{name}\")]\npub extern \"C\" fn {rust}_drop(rep: u32) {{\n    <Host as Functions>::{rust}_drop(rep);\n}}\n",
            self.wit.interface_name(id),
            self.wit.compatible_version(id),
        ))
    }

    fn is_resource(&self, ty: TypeId) -> bool {
        matches!(self.wit.resolve.types[ty].kind, TypeDefKind::Resource)
    }
}

/// Whether a definition only imports a name of another interface.
fn is_use(wit: &Wit, def: &TypeDef, other: &Type) -> bool {
    let Type::Id(other) = other else {
        return false;
    };
    let other = &wit.resolve.types[*other];
    match (def.owner, other.owner) {
        (TypeOwner::Interface(own), TypeOwner::Interface(theirs)) => own != theirs,
        _ => false,
    }
}

fn core(ty: WasmType) -> Result<&'static str> {
    Ok(match ty {
        WasmType::I32 | WasmType::Pointer | WasmType::Length => "u32",
        WasmType::I64 | WasmType::PointerOrI64 => "u64",
        other => bail!("{other:?} in a signature"),
    })
}

/// The flat parameters as words, from which values are lifted.
fn words(params: &[WasmType]) -> Result<String> {
    if params.is_empty() {
        return Ok(String::new());
    }
    let words = params
        .iter()
        .enumerate()
        .map(|(index, ty)| match core(*ty)? {
            "u64" => Ok(format!("p{index}")),
            _ => Ok(format!("u64::from(p{index})")),
        });
    let words = words.collect::<Result<Vec<_>>>()?.join(", ");
    Ok(format!(
        "    let words = [{words}];\n    let mut flat = Flat::new(&words);\n"
    ))
}

/// A call of one of the runtime's macros for a type with members: the documentation, name and text
/// of each.
fn members<'w>(
    open: &str,
    docs: &str,
    rust: &str,
    members: impl Iterator<Item = Result<(&'w Docs, &'w String, String)>>,
) -> Result<String> {
    let mut text = format!("\n{open}\n{}    {rust} {{\n", indent(docs));
    for member in members {
        let (docs, name, member) = member?;
        let docs = self::docs(docs, &format!("`{name}`."));
        let _ = writeln!(text, "{}        {member},", indent(&indent(&docs)));
    }
    Ok(text + "    }\n}\n")
}

fn docs(docs: &Docs, otherwise: &str) -> String {
    let text = docs.contents.as_deref().unwrap_or_default().trim();
    let paragraph = text.split("\n\n").next().filter(|text| !text.is_empty());
    let lines = paragraph.unwrap_or(otherwise).lines();
    lines
        .map(|line| {
            format!(
                "/// {}\n",
                line.trim().replace('[', "\\[").replace(']', "\\]")
            )
        })
        .collect()
}

fn indent(text: &str) -> String {
    text.lines()
        .map(|line| {
            if line.is_empty() {
                "\n".to_owned()
            } else {
                format!("    {line}\n")
            }
        })
        .collect()
}
