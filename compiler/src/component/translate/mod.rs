//! Converts a component to a [`Plan`]. Only this folder uses `wasmtime-environ`.

mod types;

use super::plan::*;
use super::{adapter, explain};
use crate::error::{Error, Result};
use crate::wasm::{self, FuncIndex, GlobalIndex, Item, MemoryIndex, TableIndex, TagIndex};
use std::borrow::Cow;
use std::collections::HashMap;
use wasi_aot_abi::{Trap, component::encoding};
use wasmparser::{FuncType, ValType, WasmFeatures};
use wasmtime_environ::component::{
    CanonicalOptionsDataModel, ComponentExternData, ComponentTranslation, ComponentTypes,
    ComponentTypesBuilder, CoreDef, CoreExport, Export as Exported, ExportIndex, ExportItem,
    GlobalInitializer, InstantiateModule, InterfaceType, NameMap, RuntimeImportIndex,
    StringEncoding, Trampoline as Theirs, Translator, TypeDef, TypeResourceTable,
    TypeResourceTableIndex,
};
use wasmtime_environ::prelude::TryString;
use wasmtime_environ::{
    EntityIndex, EntityRef, ModuleInternedTypeIndex, ScopeVec, Trap as TheirTrap, Tunables,
    WasmValType, wasmparser as theirs,
};

/// Flattens the component `bytes`.
///
/// # Errors
///
/// `Invalid`: it is malformed or not valid. `Unsupported`: it uses a part of the component model
/// that is not supported yet. `Limit`: it exceeds an implementation limit.
pub fn translate(bytes: &[u8]) -> Result<Plan<'_>> {
    explain::check(bytes)?;
    // With exceptions enabled, every adapter catches them. Most components use none.
    let features = wasm::supported_in_components();
    let plain = features - WasmFeatures::EXCEPTIONS - WasmFeatures::LEGACY_EXCEPTIONS;
    translate_with(bytes, flags(plain)).or_else(|_| translate_with(bytes, flags(features)))
}

fn translate_with(bytes: &[u8], features: theirs::WasmFeatures) -> Result<Plan<'_>> {
    let mut validator = theirs::Validator::new_with_features(features);
    let mut types = ComponentTypesBuilder::new(&validator);
    let tunables = Tunables {
        concurrency_support: false,
        parse_wasm_debuginfo: false,
        ..Tunables::default_u64()
    };
    let adapters = ScopeVec::new();
    let translator = Translator::new(&tunables, &mut validator, &mut types, &adapters);
    let (component, modules) = translator.translate(bytes).map_err(|error| {
        match error.downcast_ref::<theirs::BinaryReaderError>() {
            Some(error) => explain::explain(bytes, error.message(), Some(error.offset() as u64)),
            None => explain::explain(bytes, &error.to_string(), None),
        }
    })?;
    let resources = types.num_resource_tables();
    let (types, _) = types.finish(&component.component);
    let modules = modules.values().map(|module| {
        let offset = (module.wasm.as_ptr() as usize).wrapping_sub(bytes.as_ptr() as usize);
        match bytes
            .get(offset..)
            .and_then(|rest| rest.get(..module.wasm.len()))
        {
            Some(inside) if inside.as_ptr() == module.wasm.as_ptr() => CoreModule {
                bytes: Cow::Borrowed(inside),
                offset: Some(offset as u64),
            },
            _ => CoreModule {
                bytes: Cow::Owned(module.wasm.to_vec()),
                offset: None,
            },
        }
    });
    let mut flat = Flat {
        plan: Plan {
            modules: modules.collect(),
            ..Plan::default()
        },
        translation: &component,
        types: &types,
        lowered: Vec::new(),
        resource_names: HashMap::new(),
    };
    flat.types(resources);
    flat.resource_names();
    flat.initializers()?;
    flat.options()?;
    flat.trampolines()?;
    flat.ports();
    flat.exports()?;
    Ok(flat.plan)
}

/// The translator's flags with the same names. It refuses features that have no such flag.
fn flags(features: WasmFeatures) -> theirs::WasmFeatures {
    let names = features.iter_names().map(|(name, _)| name);
    let flags = names.filter_map(theirs::WasmFeatures::from_name);
    flags.fold(theirs::WasmFeatures::empty(), |all, flag| all | flag)
}

/// The traps of fused adapters: the number that adapters pass, and the trap.
const TRAPS: &[(u32, Trap)] = &[
    (
        TheirTrap::CannotEnterComponent as u32,
        Trap::CannotEnterComponent,
    ),
    (
        TheirTrap::CannotLeaveComponent as u32,
        Trap::CannotLeaveComponent,
    ),
    (TheirTrap::InvalidChar as u32, Trap::InvalidChar),
    (TheirTrap::StringOutOfBounds as u32, Trap::StringOutOfBounds),
    (TheirTrap::ListOutOfBounds as u32, Trap::ListOutOfBounds),
    (
        TheirTrap::InvalidDiscriminant as u32,
        Trap::InvalidDiscriminant,
    ),
    (TheirTrap::UnalignedPointer as u32, Trap::UnalignedPointer),
    (TheirTrap::MemoryOutOfBounds as u32, Trap::MemoryOutOfBounds),
    (TheirTrap::UncaughtException as u32, Trap::UncaughtException),
];

/// The exports of an instance.
type Exports = NameMap<TryString, (ExportIndex, ComponentExternData)>;

/// A plan under construction.
struct Flat<'t, 'a> {
    plan: Plan<'a>,
    translation: &'t ComponentTranslation,
    types: &'t ComponentTypes,
    /// The import of each lowering.
    lowered: Vec<RuntimeImportIndex>,
    /// The names under which the component exports resource types, by index in [`Plan::resources`].
    resource_names: HashMap<usize, String>,
}

impl Flat<'_, '_> {
    /// Adds resource types and their uses. `uses`: the number of uses.
    fn types(&mut self, uses: usize) {
        let component = &self.translation.component;
        self.plan.component_instances = component.num_runtime_component_instances;
        for import in component.imported_resources.values() {
            let Import {
                interface,
                function,
            } = self.import(*import);
            self.plan.resources.push(ResourceType::Host {
                interface,
                name: function,
            });
        }
        for instance in component.defined_resource_instances.values() {
            self.plan.resources.push(ResourceType::Defined {
                instance: instance.as_u32(),
                destructor: None,
            });
        }
        for index in 0..uses {
            let table = &self.types[TypeResourceTableIndex::new(index)];
            self.plan.type_uses.push(match table {
                TypeResourceTable::Concrete { ty, instance } => TypeUse {
                    resource: ty.index(),
                    instance: instance.as_u32(),
                },
                // A type that is never concrete has no handles.
                TypeResourceTable::Abstract(_) => TypeUse {
                    resource: usize::MAX,
                    instance: 0,
                },
            });
        }
    }

    fn initializers(&mut self) -> Result<()> {
        for initializer in &self.translation.component.initializers {
            match initializer {
                GlobalInitializer::InstantiateModule(
                    InstantiateModule::Static(module, imports),
                    owner,
                ) => {
                    let imports = imports.iter().map(|def| self.def(def));
                    let mut imports = imports.collect::<Result<Vec<_>>>()?;
                    if owner.is_none() {
                        self.adapter(module.index(), &mut imports)?;
                    }
                    self.plan.instances.push(CoreInstance {
                        module: module.index(),
                        owner: owner.map(|owner| owner.as_u32()),
                        imports,
                    });
                }
                GlobalInitializer::InstantiateModule(InstantiateModule::Import(..), _) => {
                    return Err(Error::unsupported("imports of core modules"));
                }
                GlobalInitializer::LowerImport { index, import } => {
                    debug_assert_eq!(index.index(), self.lowered.len());
                    self.lowered.push(*import);
                }
                GlobalInitializer::ExtractMemory(memory) => {
                    let (instance, index) = self.memory(&memory.export)?;
                    let found = Memory { instance, index };
                    set(&mut self.plan.memories, memory.index.index(), found);
                }
                GlobalInitializer::ExtractRealloc(realloc) => {
                    let def = self.def(&realloc.def)?;
                    set(&mut self.plan.reallocs, realloc.index.index(), def);
                }
                GlobalInitializer::ExtractPostReturn(function) => {
                    let def = self.def(&function.def)?;
                    set(&mut self.plan.post_returns, function.index.index(), def);
                }
                GlobalInitializer::Resource(resource) => {
                    let def = resource
                        .dtor
                        .as_ref()
                        .map(|def| self.def(def))
                        .transpose()?;
                    let index = self.translation.component.resource_index(resource.index);
                    let resource = &mut self.plan.resources[index.index()];
                    if let ResourceType::Defined { destructor, .. } = resource {
                        *destructor = def;
                    }
                }
                GlobalInitializer::ExtractCallback(_) => return Err(asynchronous()),
                GlobalInitializer::ExtractTable(_) => {
                    return Err(Error::unsupported("component model threads"));
                }
            }
        }
        Ok(())
    }

    /// Completes an adapter's imports, and refuses adapters that only trap.
    fn adapter(&self, module: usize, imports: &mut [Def]) -> Result<()> {
        let bytes = &self.plan.modules[module].bytes;
        if adapter::only_traps(bytes, TheirTrap::CannotEnterComponent as u32)? {
            return Err(Error::unsupported(
                "a call between a component and one nested in it",
            ));
        }
        for (def, post_return) in imports.iter_mut().zip(adapter::post_returns(bytes)?) {
            if let Def::Item { instance, item } = *def
                && post_return
                && let Some(owner) = self.plan.instances[instance].owner
            {
                *def = Def::PostReturn {
                    instance,
                    item,
                    owner,
                };
            }
        }
        Ok(())
    }

    fn memory(
        &self,
        export: &CoreExport<wasmtime_environ::MemoryIndex>,
    ) -> Result<(usize, MemoryIndex)> {
        match &export.item {
            ExportItem::Index(index) => Ok((
                export.instance.index(),
                MemoryIndex::from_u32(index.as_u32()),
            )),
            ExportItem::Name(_) => Err(Error::unsupported("imports of core modules")),
        }
    }

    fn def(&self, def: &CoreDef) -> Result<Def> {
        match def {
            CoreDef::Export(export) => {
                let ExportItem::Index(index) = &export.item else {
                    return Err(Error::unsupported("imports of core modules"));
                };
                let item = match index {
                    EntityIndex::Function(index) => Item::Func(FuncIndex::from_u32(index.as_u32())),
                    EntityIndex::Table(index) => Item::Table(TableIndex::from_u32(index.as_u32())),
                    EntityIndex::Memory(index) => {
                        Item::Memory(MemoryIndex::from_u32(index.as_u32()))
                    }
                    EntityIndex::Global(index) => {
                        Item::Global(GlobalIndex::from_u32(index.as_u32()))
                    }
                    EntityIndex::Tag(index) => Item::Tag(TagIndex::from_u32(index.as_u32())),
                };
                let instance = export.instance.index();
                Ok(Def::Item { instance, item })
            }
            CoreDef::Trampoline(index) => Ok(Def::Trampoline(index.index())),
            CoreDef::InstanceFlags(instance) => Ok(Def::MayLeave(instance.as_u32())),
            CoreDef::UnsafeIntrinsic(_) | CoreDef::TaskMayBlock => Err(asynchronous()),
        }
    }

    fn options(&mut self) -> Result<()> {
        for options in self.translation.component.options.values() {
            if options.async_ || options.callback.is_some() {
                return Err(asynchronous());
            }
            let CanonicalOptionsDataModel::LinearMemory(memory) = options.data_model else {
                return Err(Error::unsupported(
                    "the canonical ABI for garbage collection",
                ));
            };
            self.plan.options.push(Options {
                instance: options.instance.as_u32(),
                encoding: match options.string_encoding {
                    StringEncoding::Utf8 => encoding::UTF8,
                    StringEncoding::Utf16 => encoding::UTF16,
                    StringEncoding::CompactUtf16 => encoding::COMPACT_UTF16,
                },
                memory: memory.memory.map(EntityRef::index),
                realloc: memory.realloc.map(EntityRef::index),
                post_return: options.post_return.map(EntityRef::index),
            });
        }
        Ok(())
    }

    fn trampolines(&mut self) -> Result<()> {
        for (index, theirs) in self.translation.trampolines.iter() {
            let ty = self.core_type(self.translation.component.trampolines[index])?;
            let kind = self.trampoline(theirs)?;
            self.plan.trampolines.push(Trampoline { ty, kind });
        }
        Ok(())
    }

    fn trampoline(&self, trampoline: &Theirs) -> Result<TrampolineKind> {
        Ok(match trampoline {
            Theirs::LowerImport {
                index,
                lower_ty,
                options,
            } => TrampolineKind::Lower {
                import: self.import(self.lowered[index.index()]),
                ty: self.func(*lower_ty)?,
                options: options.index(),
            },
            Theirs::Transcoder {
                op,
                from,
                from64: false,
                to,
                to64: false,
            } => TrampolineKind::Transcode {
                way: op.symbol_fragment(),
                from: from.index(),
                to: to.index(),
            },
            Theirs::Transcoder { .. } => {
                return Err(Error::unsupported("64-bit memories of components"));
            }
            Theirs::ResourceNew { ty, .. } => TrampolineKind::ResourceNew(ty.as_u32()),
            Theirs::ResourceRep { ty, .. } => TrampolineKind::ResourceRep(ty.as_u32()),
            Theirs::ResourceDrop { ty, .. } => TrampolineKind::ResourceDrop(ty.as_u32()),
            Theirs::ResourceTransferOwn => TrampolineKind::TransferOwn,
            Theirs::ResourceTransferBorrow => TrampolineKind::TransferBorrow,
            Theirs::EnterSyncCall => TrampolineKind::EnterCall,
            Theirs::ExitSyncCall => TrampolineKind::ExitCall,
            Theirs::Trap => TrampolineKind::Trap(TRAPS),
            Theirs::ErrorContextNew { .. }
            | Theirs::ErrorContextDebugMessage { .. }
            | Theirs::ErrorContextDrop { .. }
            | Theirs::ErrorContextTransfer => return Err(Error::unsupported("error contexts")),
            _ => return Err(asynchronous()),
        })
    }

    fn core_type(&self, index: ModuleInternedTypeIndex) -> Result<FuncType> {
        let ty = self.types.module_types()[index].unwrap_func();
        let value = |ty: &WasmValType| match ty {
            WasmValType::I32 => Ok(ValType::I32),
            WasmValType::I64 => Ok(ValType::I64),
            WasmValType::F32 => Ok(ValType::F32),
            WasmValType::F64 => Ok(ValType::F64),
            _ => Err(Error::unsupported(
                "the canonical ABI for garbage collection",
            )),
        };
        let params: Vec<_> = ty.params().iter().map(value).collect::<Result<_>>()?;
        let results: Vec<_> = ty.results().iter().map(value).collect::<Result<_>>()?;
        Ok(FuncType::new(params, results))
    }

    /// An import. The instance names before the function's are joined with `#`, which no name
    /// contains.
    fn import(&self, index: RuntimeImportIndex) -> Import {
        let component = &self.translation.component;
        let (import, path) = &component.imports[index];
        let name = &component.import_types[*import].0;
        match path.split_last() {
            None => Import {
                interface: String::new(),
                function: name.clone(),
            },
            Some((function, path)) => Import {
                interface: std::iter::once(name)
                    .chain(path)
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .join("#"),
                function: function.clone(),
            },
        }
    }

    fn ports(&mut self) {
        let imports = self.translation.component.import_types.values();
        let imports = imports.map(|(name, ty)| Port {
            name: name.clone(),
            kind: kind(&ty.ty),
        });
        self.plan.imports = imports.collect();
        for (interface, ty) in self.translation.component.import_types.values() {
            if let TypeDef::ComponentInstance(index) = ty.ty {
                for (name, ty) in &self.types[index].exports {
                    self.named(interface, name, &ty.ty);
                }
            }
        }
    }

    fn named(&mut self, interface: &str, name: &str, ty: &TypeDef) {
        use InterfaceType::{Enum, Flags, Record, Variant};
        if let TypeDef::Interface(ty @ (Record(_) | Variant(_) | Enum(_) | Flags(_))) = ty
            && let Ok(ty) = self.ty(ty)
        {
            self.plan.named_types.push(NamedType {
                interface: interface.to_owned(),
                name: name.to_owned(),
                ty,
            });
        }
    }

    fn exports(&mut self) -> Result<()> {
        for (name, (index, _)) in self.translation.component.exports.raw_iter() {
            self.export("", name, *index)?;
        }
        Ok(())
    }

    fn export(&mut self, interface: &str, name: &str, index: ExportIndex) -> Result<()> {
        match &self.translation.component.export_items[index] {
            Exported::LiftedFunction { ty, func, options } => {
                let export = Export {
                    interface: interface.to_owned(),
                    name: name.to_owned(),
                    ty: self.func(*ty)?,
                    function: self.def(func)?,
                    options: options.index(),
                };
                self.plan.exports.push(export);
            }
            Exported::Instance { exports, .. } => {
                let path = nested(interface, name);
                for (name, index) in sorted(exports) {
                    self.export(&path, name, index)?;
                }
            }
            Exported::Type(ty) => self.named(interface, name, ty),
            Exported::ModuleStatic { .. } | Exported::ModuleImport { .. } => {}
        }
        Ok(())
    }
}

/// The name of an instance, within another one if that exports or imports it.
fn nested(interface: &str, name: &str) -> String {
    match interface {
        "" => name.to_owned(),
        outer => format!("{outer}#{name}"),
    }
}

/// The exports of an instance, sorted by name: the translator's order is arbitrary.
fn sorted(exports: &Exports) -> Vec<(&str, ExportIndex)> {
    let exports = exports.raw_iter();
    let mut exports: Vec<_> = exports
        .map(|(name, (index, _))| (&**name, *index))
        .collect();
    exports.sort_by_key(|(name, _)| *name);
    exports
}

/// Sets the value at an index, which may be past the end.
fn set<T: Clone>(list: &mut Vec<Option<T>>, position: usize, value: T) {
    if list.len() <= position {
        list.resize(position + 1, None);
    }
    list[position] = Some(value);
}

fn asynchronous() -> Error {
    Error::unsupported("asynchronous functions of components (WASI 0.3)")
}

fn kind(ty: &TypeDef) -> &'static str {
    match ty {
        TypeDef::Component(_) => "component",
        TypeDef::ComponentInstance(_) => "instance",
        TypeDef::ComponentFunc(_) => "func",
        TypeDef::Interface(_) | TypeDef::Resource(_) => "type",
        TypeDef::Module(_) => "core module",
        TypeDef::CoreFunc(_) => "core func",
    }
}
