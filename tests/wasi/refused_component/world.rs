//! The text of a component that imports every function of WASI 0.2, generated from its WIT. Its
//! module imports each function as `RESOURCE.METHOD` or `INTERFACE.FUNCTION`. Functions with
//! strings are imported once per encoding.

use std::fmt::Write;
use wasi_aot_wit::PACKAGES as ALL;
use wit_parser::{
    Function, Handle, InterfaceId, Resolve, SizeAlign, Type, TypeDefKind, TypeId,
    abi::{AbiVariant, WasmSignature, WasmType},
};

/// The packages whose functions commands can call. Those of `wasi:http` work in servers only, with
/// glue that is generated in the same way; `tests/http` calls them.
fn packages() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    ALL.iter().filter(|(name, _)| *name != "http")
}

/// The name that a component exports rather than imports.
const EXPORTED: &str = "run";

/// An encoding of strings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    Utf8,
    Utf16,
    /// Latin-1, or UTF-16 where the length is marked accordingly.
    Compact,
}

impl Encoding {
    const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Compact];

    /// The name of the option in the text format.
    fn option(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf8",
            Encoding::Utf16 => "utf16",
            Encoding::Compact => "latin1+utf16",
        }
    }

    /// The suffix of the names of functions.
    fn suffix(self) -> &'static str {
        match self {
            Encoding::Utf8 => "",
            Encoding::Utf16 => ".utf16",
            Encoding::Compact => ".compact",
        }
    }

    /// The alignment of a string's address.
    pub fn alignment(self) -> u64 {
        match self {
            Encoding::Utf8 => 1,
            Encoding::Utf16 | Encoding::Compact => 2,
        }
    }

    /// The size in bytes of a string of this length.
    pub fn bytes(self, length: u64) -> u64 {
        const UTF16: u64 = 1 << 31;
        match self {
            Encoding::Utf16 => 2 * length,
            Encoding::Compact if length & UTF16 != 0 => 2 * (length - UTF16),
            Encoding::Utf8 | Encoding::Compact => length,
        }
    }

    /// An ASCII text in this encoding.
    pub fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Encoding::Utf16 => text.bytes().flat_map(|byte| [byte, 0]).collect(),
            Encoding::Utf8 | Encoding::Compact => text.into(),
        }
    }
}

/// All of WASI 0.2.
pub struct World {
    pub resolve: Resolve,
    pub sizes: SizeAlign,
    /// The interfaces, each after those that it uses.
    interfaces: Vec<InterfaceId>,
}

/// A function as the module imports it.
pub struct Import<'w> {
    /// Its name in the module, without the encoding.
    pub plain: String,
    pub function: &'w Function,
    pub signature: WasmSignature,
    pub encoding: Encoding,
    /// Its package, without the namespace.
    pub package: &'w str,
    interface: String,
}

/// A resource type. The module drops a handle of it by `NAME.drop`.
pub struct Resource<'w> {
    pub name: &'w str,
    /// The package of its interface.
    pub package: &'w str,
    /// Its name in the component.
    outer: String,
}

impl Import<'_> {
    /// Its name in the module.
    pub fn name(&self) -> String {
        format!("{}{}", self.plain, self.encoding.suffix())
    }

    /// Whether it passes any argument or result through memory.
    pub fn uses_memory(&self) -> bool {
        let pointer = |ty: &WasmType| matches!(ty, WasmType::Pointer | WasmType::PointerOrI64);
        self.signature.retptr || self.signature.params.iter().any(pointer)
    }
}

impl World {
    pub fn read() -> World {
        let mut resolve = Resolve::new();
        resolve.all_features = true;
        let mut interfaces = Vec::new();
        for (name, text) in packages() {
            let id = resolve.push_source(name, text).expect("the WIT is right");
            let all = resolve.packages[id].interfaces.iter();
            interfaces.extend(all.filter(|(name, _)| *name != EXPORTED).map(|(_, id)| *id));
        }
        let mut sizes = SizeAlign::default();
        sizes.fill(&resolve).expect("the types have sizes");
        World {
            resolve,
            sizes,
            interfaces,
        }
    }

    /// The names of the packages.
    pub fn packages() -> impl Iterator<Item = &'static str> {
        packages().map(|(name, _)| *name)
    }

    /// All functions.
    pub fn imports(&self) -> Vec<Import<'_>> {
        let mut imports = Vec::new();
        for id in &self.interfaces {
            let interface = &self.resolve.interfaces[*id];
            for function in interface.functions.values() {
                let encodings = match self.has_string(function) {
                    true => &Encoding::ALL[..],
                    false => &[Encoding::Utf8],
                };
                imports.extend(encodings.iter().map(|encoding| {
                    Import {
                        plain: match function.name.strip_prefix("[method]") {
                            Some(name) => name.to_owned(),
                            None => format!("{}.{}", self.plain_name(*id), function.name),
                        },
                        function,
                        signature: self
                            .resolve
                            .wasm_signature(AbiVariant::GuestImport, function),
                        encoding: *encoding,
                        package: self.package(*id),
                        interface: self.full_name(*id),
                    }
                }));
            }
        }
        imports
    }

    /// All resource types.
    pub fn resources(&self) -> Vec<Resource<'_>> {
        let types = self.interfaces.iter().flat_map(|interface| {
            let types = self.resolve.interfaces[*interface].types.iter();
            types.map(move |(name, ty)| (interface, name, ty))
        });
        let is_resource =
            |id: &TypeId| matches!(self.resolve.types[*id].kind, TypeDefKind::Resource);
        types
            .filter(|(_, _, ty)| is_resource(ty))
            .map(|(interface, name, ty)| Resource {
                name,
                package: self.package(*interface),
                outer: self.outer(*ty),
            })
            .collect()
    }

    fn plain_name(&self, id: InterfaceId) -> &str {
        self.resolve.interfaces[id]
            .name
            .as_deref()
            .expect("it has a name")
    }

    fn package(&self, id: InterfaceId) -> &str {
        let package = self.resolve.interfaces[id]
            .package
            .expect("it has a package");
        &self.resolve.packages[package].name.name
    }

    /// Its name in the imports of a component: `wasi:io/streams@0.2.12`.
    fn full_name(&self, id: InterfaceId) -> String {
        self.resolve.id_of(id).expect("it has a name")
    }

    fn has_string(&self, function: &Function) -> bool {
        let params = function.params.iter().map(|param| &param.ty);
        let mut types = params.chain(&function.result);
        types.any(|ty| self.holds(ty, &|ty| *ty == Type::String))
    }

    /// Whether `such` holds for a type or for one that it is made of.
    pub fn holds(&self, ty: &Type, such: &impl Fn(&Type) -> bool) -> bool {
        such(ty) || self.parts(ty).iter().any(|part| self.holds(part, such))
    }

    /// The types that a type is directly made of.
    pub fn parts(&self, ty: &Type) -> Vec<Type> {
        let Type::Id(id) = ty else {
            return Vec::new();
        };
        match &self.resolve.types[*id].kind {
            TypeDefKind::Record(record) => record.fields.iter().map(|field| field.ty).collect(),
            TypeDefKind::Variant(variant) => {
                variant.cases.iter().filter_map(|case| case.ty).collect()
            }
            TypeDefKind::Tuple(tuple) => tuple.types.clone(),
            TypeDefKind::Option(ty) | TypeDefKind::List(ty) | TypeDefKind::Type(ty) => vec![*ty],
            TypeDefKind::Result(result) => result.ok.into_iter().chain(result.err).collect(),
            _ => Vec::new(),
        }
    }

    /// The type that a name stands for.
    pub fn kind(&self, id: TypeId) -> &TypeDefKind {
        match &self.resolve.types[id].kind {
            TypeDefKind::Type(Type::Id(other)) => self.kind(*other),
            kind => kind,
        }
    }

    /// A component whose module has these fields, in addition to a memory and the imports.
    pub fn component(&self, fields: &str) -> String {
        let imports = self.imports();
        let mut text = String::from("(component\n");
        for id in &self.interfaces {
            text += &self.interface(*id);
        }
        text += include_str!("memory.wat");
        let (mut lowered, mut given, mut imported) = (String::new(), String::new(), String::new());
        for import in &imports {
            let (name, encoding) = (import.name(), import.encoding.option());
            let (interface, function) = (&import.interface, &import.function.name);
            let types = |types: &[WasmType]| types.iter().map(core).collect::<Vec<_>>().join(" ");
            let params = types(&import.signature.params);
            let results = types(&import.signature.results);
            _ = writeln!(
                lowered,
                "(core func ${name} (canon lower (func ${interface} \"{function}\")
                   (memory (core memory $memory \"memory\")) (realloc (core func $memory \"realloc\")) string-encoding={encoding}))"
            );
            _ = writeln!(given, "(export \"{name}\" (func ${name}))");
            _ = writeln!(
                imported,
                "(import \"wasi\" \"{name}\" (func ${name} (param {params}) (result {results})))"
            );
        }
        for Resource { name, outer, .. } in self.resources() {
            _ = writeln!(
                lowered,
                "(core func ${name}.drop (canon resource.drop ${outer}))"
            );
            _ = writeln!(given, "(export \"{name}.drop\" (func ${name}.drop))");
            _ = writeln!(
                imported,
                "(import \"wasi\" \"{name}.drop\" (func ${name}.drop (param i32)))"
            );
        }
        text += &lowered;
        _ = write!(
            text,
            r#"(core module $main
              {imported}
              (import "memory" "memory" (memory 1 1))
              (import "memory" "calls" (global $calls (mut i32)))
              (import "memory" "bad-call" (global $bad-call (mut i32)))
              (import "memory" "bad-address" (global $bad-address (mut i32)))
              {fields})
            (core instance $main (instantiate $main
              (with "wasi" (instance {given})) (with "memory" (instance $memory))))
            (func $run (result (result)) (canon lift (core func $main "run")))
            (instance $exported (export "run" (func $run)))
            (export "wasi:cli/run@0.2.12" (instance $exported)))"#
        );
        text
    }

    /// The import of an interface, and names for its types.
    fn interface(&self, id: InterfaceId) -> String {
        let name = self.full_name(id);
        let interface = &self.resolve.interfaces[id];
        let mut text = format!("(import \"{name}\" (instance ${name}\n");
        for (ty, id) in &interface.types {
            let kind = &self.resolve.types[*id].kind;
            let outer = match kind {
                TypeDefKind::Resource => {
                    _ = writeln!(text, "(export \"{ty}\" (type ${ty} (sub resource)))");
                    continue;
                }
                TypeDefKind::Type(Type::Id(other)) => self.outer(*other),
                kind => {
                    _ = writeln!(text, "(type ${ty}' {})", self.definition(kind));
                    format!("{ty}'")
                }
            };
            _ = writeln!(text, "(export \"{ty}\" (type ${ty} (eq ${outer})))");
        }
        for function in interface.functions.values() {
            let params = function.params.iter();
            let params: String = params
                .map(|param| format!(" (param \"{}\" {})", param.name, self.of_type(&param.ty)))
                .collect();
            let result = function.result.iter();
            let result: String = result
                .map(|ty| format!(" (result {})", self.of_type(ty)))
                .collect();
            _ = writeln!(
                text,
                "(export \"{}\" (func{params}{result}))",
                function.name
            );
        }
        text += "))\n";
        for (ty, id) in &interface.types {
            let outer = self.outer(*id);
            _ = writeln!(text, "(alias export ${name} \"{ty}\" (type ${outer}))");
        }
        text
    }

    /// The name of a named type outside its interface.
    fn outer(&self, id: TypeId) -> String {
        let def = &self.resolve.types[id];
        let name = def.name.as_deref().expect("it has a name");
        match def.owner {
            wit_parser::TypeOwner::Interface(owner) => {
                format!("{}/{name}", self.full_name(owner))
            }
            _ => name.to_owned(),
        }
    }

    fn of_type(&self, ty: &Type) -> String {
        match ty {
            Type::Bool => "bool".into(),
            Type::U8 => "u8".into(),
            Type::U16 => "u16".into(),
            Type::U32 => "u32".into(),
            Type::U64 => "u64".into(),
            Type::S32 => "s32".into(),
            Type::String => "string".into(),
            Type::Id(id) => match &self.resolve.types[*id] {
                def if def.name.is_some() => format!("${}", def.name.as_deref().unwrap_or("")),
                def => self.definition(&def.kind),
            },
            other => panic!("{other:?} in an interface"),
        }
    }

    fn definition(&self, kind: &TypeDefKind) -> String {
        let optional = |ty: &Option<Type>| ty.as_ref().map(|ty| self.of_type(ty));
        let name = |id: &TypeId| self.resolve.types[*id].name.clone().expect("it has a name");
        match kind {
            TypeDefKind::Type(ty) => self.of_type(ty),
            TypeDefKind::List(ty) => format!("(list {})", self.of_type(ty)),
            TypeDefKind::Option(ty) => format!("(option {})", self.of_type(ty)),
            TypeDefKind::Result(result) => {
                let ok = optional(&result.ok).unwrap_or_default();
                let error = optional(&result.err).map(|ty| format!("(error {ty})"));
                format!("(result {ok} {})", error.unwrap_or_default())
            }
            TypeDefKind::Tuple(tuple) => {
                let types = tuple.types.iter().map(|ty| self.of_type(ty));
                format!("(tuple {})", types.collect::<Vec<_>>().join(" "))
            }
            TypeDefKind::Record(record) => {
                let fields = record.fields.iter();
                let field = |field: &wit_parser::Field| {
                    format!(" (field \"{}\" {})", field.name, self.of_type(&field.ty))
                };
                format!("(record{})", fields.map(field).collect::<String>())
            }
            TypeDefKind::Variant(variant) => {
                let case = |case: &wit_parser::Case| {
                    let payload = optional(&case.ty).unwrap_or_default();
                    format!(" (case \"{}\" {payload})", case.name)
                };
                let cases = variant.cases.iter().map(case);
                format!("(variant{})", cases.collect::<String>())
            }
            TypeDefKind::Enum(cases) => {
                let cases = cases.cases.iter().map(|case| format!(" \"{}\"", case.name));
                format!("(enum{})", cases.collect::<String>())
            }
            TypeDefKind::Flags(flags) => {
                let flags = flags.flags.iter().map(|flag| format!(" \"{}\"", flag.name));
                format!("(flags{})", flags.collect::<String>())
            }
            TypeDefKind::Handle(Handle::Own(id)) => format!("(own ${})", name(id)),
            TypeDefKind::Handle(Handle::Borrow(id)) => format!("(borrow ${})", name(id)),
            other => panic!("{} in an interface", other.as_str()),
        }
    }
}

fn core(ty: &WasmType) -> &'static str {
    match ty {
        WasmType::I32 | WasmType::Pointer | WasmType::Length => "i32",
        WasmType::I64 | WasmType::PointerOrI64 => "i64",
        other => panic!("{other:?} in a signature"),
    }
}
