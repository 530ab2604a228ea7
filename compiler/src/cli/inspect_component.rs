//! The description of a component by `inspect`: its interfaces, and whether it will build.

use super::described::{self, Kind};
use super::inspect_module::{self, Config};
use super::progress::thousands;
use crate::Result;
use crate::component::{self, Func, NamedType, Plan, Type, imports};
use crate::program::UnknownImports;
use crate::shown::Lines;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// A component, as `--json` prints it.
#[derive(Serialize, Debug)]
struct Description<'a> {
    #[serde(skip)]
    name: &'a str,
    #[serde(skip)]
    bytes: usize,
    /// The number of core modules, without those of adapters.
    modules: usize,
    adapters: usize,
    /// The worlds whose entry it exports.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    worlds: Vec<&'static str>,
    imports: Vec<Interface<'a>>,
    exports: Vec<Interface<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<Config>,
    builds: bool,
    problems: Vec<String>,
}

/// An interface that is imported or exported.
#[derive(Serialize, Debug)]
struct Interface<'a> {
    /// Its name with the version; empty for functions outside any interface.
    name: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    types: Vec<Definition<'a>>,
    functions: Vec<Function<'a>>,
}

/// A type of an interface.
#[derive(Serialize, Debug)]
struct Definition<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    ty: String,
}

/// A function of an interface.
#[derive(Serialize, Debug)]
struct Function<'a> {
    name: &'a str,
    #[serde(rename = "signature")]
    ty: String,
    /// Whether the runtime provides it; only for imports.
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<bool>,
}

/// The description of a component as text or JSON. `config`: the file with grants next to it.
pub fn describe(bytes: &[u8], name: &str, config: Option<Config>, json: bool) -> Result<String> {
    let plan = component::translate(bytes)?;
    let provided = inspect_module::provided()?;
    let provided = |symbol: &str| provided.contains(symbol);
    let description = Description::new(&plan, name, bytes.len(), config, &provided);
    Ok(if json {
        described::json(Kind::Component, name, bytes.len(), &description)
    } else {
        description.text()
    })
}

impl<'a> Description<'a> {
    fn new(
        plan: &'a Plan<'_>,
        name: &'a str,
        bytes: usize,
        config: Option<Config>,
        provided: &dyn Fn(&str) -> bool,
    ) -> Self {
        let mut problems = Vec::new();
        if let Err(error) = imports::check(plan, UnknownImports::Error, provided) {
            problems.push(match error.help {
                Some(help) => format!("{} ({help})", error.message),
                None => error.message,
            });
        }
        if let Err(error) = component::entry(plan, false) {
            problems.push(match error.help {
                Some(_) => format!("{} (`--invoke` calls another export)", error.message),
                None => error.message,
            });
        }
        problems.extend(config.as_ref().and_then(|config| config.problem.clone()));
        let names = Names::new(plan);
        let adapters = plan.modules.iter().filter(|module| module.offset.is_none());
        let adapters = adapters.count();
        Description {
            name,
            bytes,
            modules: plan.modules.len() - adapters,
            adapters,
            worlds: component::worlds(plan)
                .map(|(world, _)| world.name)
                .collect(),
            imports: imported(plan, &names, provided),
            exports: exported(plan, &names),
            config,
            builds: problems.is_empty(),
            problems,
        }
    }

    fn text(&self) -> String {
        let mut text = Lines::default();
        self.write(&mut text).expect("all values have a text");
        text.into_text()
    }

    fn write(&self, text: &mut Lines) -> std::fmt::Result {
        let bytes = thousands(self.bytes as u64);
        writeln!(text, "component    {}, {bytes} bytes", self.name)?;
        writeln!(
            text,
            "modules      {}, and {} of adapters",
            self.modules, self.adapters
        )?;
        if !self.worlds.is_empty() {
            writeln!(text, "world        {}", self.worlds.join(", "))?;
        }
        write_interfaces(text, "imports", &self.imports)?;
        write_interfaces(text, "exports", &self.exports)?;
        inspect_module::write_config(text, self.config.as_ref())?;
        for problem in &self.problems {
            writeln!(text, "problem      {problem}")?;
        }
        let builds = if self.builds { "yes" } else { "no" };
        writeln!(text, "builds       {builds}")
    }
}

/// The named types.
struct Names<'p> {
    by_type: HashMap<&'p Type, Vec<&'p NamedType>>,
    by_interface: HashMap<&'p str, Vec<&'p NamedType>>,
}

impl<'p> Names<'p> {
    fn new(plan: &'p Plan<'_>) -> Self {
        let mut names = Names {
            by_type: HashMap::new(),
            by_interface: HashMap::new(),
        };
        for named in &plan.named_types {
            names.by_type.entry(&named.ty).or_default().push(named);
            let interface = names.by_interface.entry(&named.interface);
            interface.or_default().push(named);
        }
        names
    }

    /// The types that an interface defines.
    fn definitions(&self, interface: &str) -> Vec<Definition<'p>> {
        let types = self.by_interface.get(interface).into_iter().flatten();
        let types = types.map(|named| Definition {
            name: &named.name,
            ty: named
                .ty
                .definition(&|ty| self.name(interface, ty))
                .to_string(),
        });
        let mut definitions: Vec<Definition<'p>> = types.collect();
        definitions.sort_by_key(|definition| definition.name);
        definitions.dedup_by_key(|definition| definition.name);
        definitions
    }

    fn function(&self, interface: &str, ty: &Func) -> String {
        ty.with(&|ty| self.name(interface, ty)).to_string()
    }

    /// The name of a type as seen from an interface: its local name there, or else a name qualified
    /// by the interface that defines it.
    fn name(&self, interface: &str, ty: &Type) -> Option<String> {
        let (Type::Record(_) | Type::Variant(_) | Type::Enum(_) | Type::Flags(_)) = ty else {
            return None;
        };
        let types = self.by_type.get(ty)?;
        let mut own = types.iter().filter(|named| named.interface == interface);
        let named = own.next().or_else(|| types.first())?;
        let path = named.interface.split('@').next().unwrap_or_default();
        Some(match path {
            _ if named.interface == interface => named.name.clone(),
            "" => named.name.clone(),
            path => format!("{path}.{}", named.name),
        })
    }
}

/// All imports: instances with the functions that are lowered, and the remaining imports.
fn imported<'a>(
    plan: &'a Plan<'_>,
    names: &Names<'a>,
    provided: &dyn Fn(&str) -> bool,
) -> Vec<Interface<'a>> {
    let mut interfaces = BTreeMap::<&str, BTreeMap<&str, Function<'a>>>::new();
    for port in plan.imports.iter().filter(|port| port.kind == "instance") {
        interfaces.entry(&port.name).or_default();
    }
    for (import, ty) in plan.lowered() {
        let functions = interfaces.entry(&import.interface).or_default();
        functions
            .entry(&import.function)
            .or_insert_with(|| Function {
                name: &import.function,
                ty: names.function(&import.interface, ty),
                known: Some(imports::is_provided(import, provided)),
            });
    }
    let interfaces = interfaces.into_iter().map(|(name, functions)| Interface {
        name,
        types: names.definitions(name),
        functions: functions.into_values().collect(),
    });
    interfaces.collect()
}

fn exported<'a>(plan: &'a Plan<'_>, names: &Names<'a>) -> Vec<Interface<'a>> {
    let mut interfaces = BTreeMap::<&str, Vec<Function<'a>>>::new();
    for export in &plan.exports {
        interfaces
            .entry(&export.interface)
            .or_default()
            .push(Function {
                name: &export.name,
                ty: names.function(&export.interface, &export.ty),
                known: None,
            });
    }
    let interfaces = interfaces.into_iter();
    interfaces
        .map(|(name, functions)| Interface {
            name,
            types: names.definitions(name),
            functions,
        })
        .collect()
}

fn write_interfaces(
    text: &mut Lines,
    title: &str,
    interfaces: &[Interface<'_>],
) -> std::fmt::Result {
    if interfaces.is_empty() {
        return Ok(());
    }
    writeln!(text, "{title}")?;
    for interface in interfaces {
        let indent = match interface.name {
            "" => "  ",
            name => {
                writeln!(text, "  {name}")?;
                "    "
            }
        };
        for Definition { name, ty } in &interface.types {
            let (keyword, body) = ty.split_once(' ').unwrap_or((ty, ""));
            writeln!(text, "{indent}{keyword} {name} {body}")?;
        }
        for function in &interface.functions {
            let mark = match function.known {
                Some(false) => "   (unknown)",
                _ => "",
            };
            writeln!(text, "{indent}{}: {}{mark}", function.name, function.ty)?;
        }
    }
    Ok(())
}
