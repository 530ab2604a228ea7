//! A component made flat: what is instantiated in which order, and what each import stands for.

use super::types::{Func, Type};
use crate::wasm::{Item, MemoryIndex};
use std::borrow::Cow;
use wasi_aot_abi::Trap;
use wasmparser::FuncType;

/// A flat component. Indices are positions in its lists; `'a` is the life of the component's bytes.
#[derive(Debug, Default)]
pub struct Plan<'a> {
    /// Core modules, those of adapters too, in binary form. Validated by the translator, to be validated again.
    pub modules: Vec<CoreModule<'a>>,
    /// Instantiations of modules, in order.
    pub instances: Vec<CoreInstance>,
    /// Functions that no module defines.
    pub trampolines: Vec<Trampoline>,
    /// Canonical options.
    pub options: Vec<Options>,
    /// Memories that options and trampolines name.
    pub memories: Vec<Option<Memory>>,
    /// Functions that options name as `realloc`.
    pub reallocs: Vec<Option<Def>>,
    /// Functions that options name as `post-return`.
    pub post_returns: Vec<Option<Def>>,
    /// Resource types: those of the host that are imported first.
    pub resources: Vec<ResourceType>,
    /// Resource types as component instances know them.
    pub type_uses: Vec<TypeUse>,
    /// Number of component instances.
    pub component_instances: u32,
    /// What the component imports, for `inspect` and error messages.
    pub imports: Vec<Port>,
    /// What the component exports.
    pub exports: Vec<Export>,
    /// The types that have names, for `inspect`.
    pub named_types: Vec<NamedType>,
}

impl Plan<'_> {
    /// The imported functions that are lowered, and their types. One may be lowered more than once.
    pub fn lowered(&self) -> impl Iterator<Item = (&Import, &Func)> {
        self.trampolines
            .iter()
            .filter_map(|trampoline| match &trampoline.kind {
                TrampolineKind::Lower { import, ty, .. } => Some((import, ty)),
                _ => None,
            })
    }
}

/// A core module of a component.
#[derive(Debug)]
pub struct CoreModule<'a> {
    /// Its bytes.
    pub bytes: Cow<'a, [u8]>,
    /// Where they are in the component; `None`: a fused adapter.
    pub offset: Option<u64>,
}

/// An instantiation of a core module.
#[derive(Debug)]
pub struct CoreInstance {
    /// Of which module.
    pub module: usize,
    /// The component instance that it belongs to; `None`: a fused adapter.
    pub owner: Option<u32>,
    /// Its imports, in the module's order.
    pub imports: Vec<Def>,
}

/// What an import of a core module stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Def {
    /// Something of an instance that stands in front.
    Item {
        /// The instance.
        instance: usize,
        /// In the index spaces of its module.
        item: Item,
    },
    /// A trampoline.
    Trampoline(usize),
    /// A function of an instance that is called after the return: its component instance cannot be left meanwhile.
    PostReturn {
        /// The instance.
        instance: usize,
        /// In the index spaces of its module.
        item: Item,
        /// The component instance.
        owner: u32,
    },
    /// A global, an `i32` that is not 0 while this component instance may be left.
    MayLeave(u32),
}

/// A memory of an instance.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// The instance.
    pub instance: usize,
    /// Index in its module.
    pub index: MemoryIndex,
}

/// A function that no module defines.
#[derive(Debug)]
pub struct Trampoline {
    /// Its core type.
    pub ty: FuncType,
    /// What it does.
    pub kind: TrampolineKind,
}

/// What a trampoline does. Types are indices into [`Plan::type_uses`].
#[derive(Debug)]
pub enum TrampolineKind {
    /// `canon lower` of an imported function.
    Lower {
        /// The import.
        import: Import,
        /// Its type.
        ty: Func,
        /// Into [`Plan::options`].
        options: usize,
    },
    /// Transcodes a string, in a way that [`wasi_aot_abi::component::symbols::TRANSCODE`] has a function for.
    Transcode {
        /// Which way.
        way: &'static str,
        /// Memory of the source, in [`Plan::memories`].
        from: usize,
        /// Memory of the destination.
        to: usize,
    },
    /// `resource.new`.
    ResourceNew(u32),
    /// `resource.rep`.
    ResourceRep(u32),
    /// `resource.drop`.
    ResourceDrop(u32),
    /// Moves an owning handle to another instance.
    TransferOwn,
    /// Lends a handle to another instance.
    TransferBorrow,
    /// A call that may lend handles begins.
    EnterCall,
    /// It has ended.
    ExitCall,
    /// Traps: with the trap beside the number that is the parameter.
    Trap(&'static [(u32, Trap)]),
}

/// An imported function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The instance that it is imported in, with its version; empty: none.
    pub interface: String,
    /// Its name.
    pub function: String,
}

/// Canonical options (Canonical ABI, `canonopt`).
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The component instance.
    pub instance: u32,
    /// One of [`wasi_aot_abi::component::encoding`].
    pub encoding: u32,
    /// Into [`Plan::memories`].
    pub memory: Option<usize>,
    /// Into [`Plan::reallocs`].
    pub realloc: Option<usize>,
    /// Into [`Plan::post_returns`].
    pub post_return: Option<usize>,
}

/// A resource type.
#[derive(Debug)]
pub enum ResourceType {
    /// Imported.
    Host {
        /// From which instance, with its version.
        interface: String,
        /// Its name.
        name: String,
    },
    /// Defined by a component.
    Defined {
        /// The component instance whose it is.
        instance: u32,
        /// Its destructor.
        destructor: Option<Def>,
    },
}

/// A resource type as a component instance knows it.
#[derive(Clone, Copy, Debug)]
pub struct TypeUse {
    /// Into [`Plan::resources`].
    pub resource: usize,
    /// The component instance.
    pub instance: u32,
}

/// A name that a component imports or exports, and what it is.
#[derive(Clone, Debug)]
pub struct Port {
    /// The name.
    pub name: String,
    /// `instance`, `func`, `type`, …
    pub kind: &'static str,
}

/// A record, variant, enum or flags type with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedType {
    /// The instance that has it, with its version; empty: the component itself.
    pub interface: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub ty: Type,
}

/// An exported function.
#[derive(Debug)]
pub struct Export {
    /// The instance that exports it, with its version; empty: the component itself.
    pub interface: String,
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Func,
    /// The core function.
    pub function: Def,
    /// Into [`Plan::options`].
    pub options: usize,
}
