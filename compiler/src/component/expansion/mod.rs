//! Computes the size of a flattened component before it is flattened. A component that instantiates
//! its content twice, 20 levels deep, makes a million instances from 3 KB.
//!
//! [`read`] validates a component and records the effects of its definitions.
//! [`Definitions::count`] then simulates the translator's instantiations. It shares values where
//! the translator copies them, and stops at the first limit, so the limits bound its own work, too.

mod count;
mod size;
#[cfg(test)]
mod tests;

use size::{Size, Sizes};
use wasmparser::types::TypesRef;
use wasmparser::{
    CanonicalFunction, ComponentAlias, ComponentExport, ComponentExternalKind as Kind,
    ComponentInstance, ComponentOuterAliasKind as OuterKind, ComponentType, Encoding, Instance,
    Parser, Payload, Result, Validator, WasmFeatures,
};

/// The components and modules of a binary.
#[derive(Debug, Default)]
pub struct Definitions<'a> {
    /// The root is last.
    components: Vec<Definition<'a>>,
    modules: Vec<Module>,
}

/// A core module.
#[derive(Clone, Copy, Debug, Default)]
struct Module {
    bytes: u64,
    /// The number of imports, which each instance has as a list.
    imports: u64,
}

/// The effects of a component's instantiation.
#[derive(Debug, Default)]
struct Definition<'a> {
    ops: Vec<Op<'a>>,
    /// Its outer aliases: the items that it captures at its definition.
    outer: Vec<(OuterKind, Source)>,
}

/// The location of an outer alias's item, from the view of the component that defines the nested
/// one.
#[derive(Clone, Copy, Debug)]
enum Source {
    /// In its own index space.
    Local(u32),
    /// Among its own outer aliases.
    Outer(usize),
}

/// An argument of an instantiation, or an export.
#[derive(Debug)]
struct Named<'a> {
    name: &'a str,
    kind: Kind,
    index: u32,
}

/// A definition: it adds to an index space, or has a cost.
#[derive(Debug)]
enum Op<'a> {
    /// A definition that is not tracked.
    Plain,
    /// A resource type.
    Resource,
    Import(&'a str, Kind, Size),
    /// Defines the core module with this index.
    Module(usize),
    /// Defines the component with this index.
    Component(usize),
    /// An outer alias.
    Outer(OuterKind, Source),
    /// An instance of a core module.
    CoreInstance(u32),
    Instantiate(u32, Vec<Named<'a>>, Size),
    Instance(Vec<Named<'a>>, Size),
    /// An export of an instance.
    Alias(u32, &'a str, Kind),
    Lift(Size),
    Lower(u32, Size),
    Export(Named<'a>, Size),
}

/// Validates a component except for function bodies, and records its definitions.
///
/// # Errors
///
/// wasmparser's, if it is not valid.
pub fn read(bytes: &[u8], features: WasmFeatures) -> Result<Definitions<'_>> {
    let mut validator = Validator::new_with_features(features);
    let mut parser = Parser::new(0);
    parser.set_features(features);
    let mut reader = Reader::default();
    for payload in parser.parse_all(bytes) {
        let payload = payload?;
        validator.payload(&payload)?;
        reader.payload(payload, &validator)?;
    }
    Ok(reader.definitions)
}

#[derive(Default)]
struct Reader<'a> {
    definitions: Definitions<'a>,
    /// The components being read, from the root; `None`: a module.
    open: Vec<Option<Definition<'a>>>,
    sizes: Sizes,
}

impl<'a> Reader<'a> {
    fn payload(&mut self, payload: Payload<'a>, validator: &Validator) -> Result<()> {
        let Some(types) = validator.types(0) else {
            // This is the end of the root.
            self.end();
            return Ok(());
        };
        match payload {
            Payload::Version { encoding, .. } => self.open.push(match encoding {
                Encoding::Module => None,
                Encoding::Component => Some(Definition::default()),
            }),
            Payload::End(_) => self.end(),
            Payload::ModuleSection {
                unchecked_range, ..
            } => {
                let bytes = unchecked_range.end.saturating_sub(unchecked_range.start);
                let module = Module { bytes, imports: 0 };
                self.definitions.modules.push(module);
                self.push(Op::Module(self.definitions.modules.len() - 1));
            }
            Payload::ImportSection(section) => {
                if let Some(module) = self.definitions.modules.last_mut() {
                    module.imports += section.into_imports().count() as u64;
                }
            }
            Payload::InstanceSection(section) => {
                for instance in section {
                    self.push(match instance? {
                        Instance::Instantiate { module_index, .. } => {
                            Op::CoreInstance(module_index)
                        }
                        Instance::FromExports(_) => Op::Plain,
                    });
                }
            }
            other => self.section(other, types)?,
        }
        Ok(())
    }

    /// The sections that only components have.
    fn section(&mut self, payload: Payload<'a>, types: TypesRef<'_>) -> Result<()> {
        match payload {
            Payload::ComponentImportSection(section) => {
                for import in section {
                    let name = import?.name.name;
                    if let Some(item) = types.component_item_for_import(name) {
                        let size = self.sizes.entity(types, item.ty);
                        self.push(Op::Import(name, size::kind(item.ty), size));
                    }
                }
            }
            Payload::ComponentTypeSection(section) => {
                for ty in section {
                    self.push(match ty? {
                        ComponentType::Resource { .. } => Op::Resource,
                        _ => Op::Plain,
                    });
                }
            }
            Payload::ComponentInstanceSection(section) => {
                let first = types.component_instance_count() - section.count();
                for (index, instance) in (first..).zip(section) {
                    self.instance(types, index, instance?);
                }
            }
            Payload::ComponentAliasSection(section) => {
                for alias in section {
                    self.alias(alias?);
                }
            }
            Payload::ComponentCanonicalSection(section) => {
                let lifts =
                    |function: &Result<_>| matches!(function, Ok(CanonicalFunction::Lift { .. }));
                let lifted = section.clone().into_iter().filter(lifts).count() as u32;
                let mut next = types.component_function_count() - lifted;
                for function in section {
                    self.canonical(types, &function?, &mut next);
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in section {
                    let export = export?;
                    let item = types.component_item_for_export(export.name.name);
                    let size = item.map(|item| self.sizes.entity(types, item.ty));
                    self.push(Op::Export(named(&export), size.unwrap_or_default()));
                }
            }
            // Sections of modules: their contents multiply only with the modules' bytes.
            _ => {}
        }
        Ok(())
    }

    /// Ends a component or module.
    fn end(&mut self) {
        if let Some(Some(definition)) = self.open.pop() {
            self.definitions.components.push(definition);
            if !self.open.is_empty() {
                self.push(Op::Component(self.definitions.components.len() - 1));
            }
        }
    }

    fn push(&mut self, op: Op<'a>) {
        if let Some(Some(definition)) = self.open.last_mut() {
            definition.ops.push(op);
        }
    }

    fn instance(&mut self, types: TypesRef<'_>, index: u32, instance: ComponentInstance<'a>) {
        let size = self
            .sizes
            .instance(types, types.component_instance_at(index));
        let op = match instance {
            ComponentInstance::Instantiate {
                component_index,
                args,
            } => {
                let args = args.iter().map(|arg| Named {
                    name: arg.name,
                    kind: arg.kind,
                    index: arg.index,
                });
                Op::Instantiate(component_index, args.collect(), size)
            }
            ComponentInstance::FromExports(exports) => {
                Op::Instance(exports.iter().map(named).collect(), size)
            }
        };
        self.push(op);
    }

    fn alias(&mut self, alias: ComponentAlias<'a>) {
        let op = match alias {
            ComponentAlias::InstanceExport {
                kind,
                instance_index,
                name,
            } => Op::Alias(instance_index, name, kind),
            ComponentAlias::CoreInstanceExport { .. } => Op::Plain,
            ComponentAlias::Outer { kind, count, index } => match kind {
                OuterKind::CoreModule | OuterKind::Component => self.outer(kind, count, index),
                OuterKind::CoreType | OuterKind::Type => Op::Plain,
            },
        };
        self.push(op);
    }

    /// An outer alias. Each component in between captures it from its parent.
    fn outer(&mut self, kind: OuterKind, count: u32, index: u32) -> Op<'a> {
        let first = self.open.len().saturating_sub(count as usize);
        let mut source = Source::Local(index);
        for definition in self.open[first..].iter_mut().flatten() {
            definition.outer.push((kind, source));
            source = Source::Outer(definition.outer.len() - 1);
        }
        Op::Outer(kind, source)
    }

    /// A canonical function. `next`: the index of the next lifted function.
    fn canonical(&mut self, types: TypesRef<'_>, function: &CanonicalFunction, next: &mut u32) {
        let op = match *function {
            CanonicalFunction::Lift { .. } => {
                *next += 1;
                let ty = types.component_function_at(*next - 1);
                Op::Lift(self.sizes.function(types, ty))
            }
            CanonicalFunction::Lower { func_index, .. } => {
                let ty = types.component_function_at(func_index);
                Op::Lower(func_index, self.sizes.function(types, ty))
            }
            _ => Op::Plain,
        };
        self.push(op);
    }
}

fn named<'a>(export: &ComponentExport<'a>) -> Named<'a> {
    Named {
        name: export.name.name,
        kind: export.kind,
        index: export.index,
    }
}
