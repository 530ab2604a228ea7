//! A flattened component: the instantiations in order, and the resolution of each import.

use super::types::{Func, Type};
use crate::wasm::{Item, MemoryIndex};
use std::borrow::Cow;
use wasi_aot_abi::Trap;
use wasmparser::FuncType;

/// A flattened component. Indices refer to its lists; `'a` is the lifetime of the component's
/// bytes.
#[derive(Debug, Default)]
pub struct Plan<'a> {
    /// Core modules in binary form, including those of adapters. The translator has validated them;
    /// they are validated again when they are read.
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
    /// Resource types: first those that are imported from the host.
    pub resources: Vec<ResourceType>,
    /// Resource types from the view of component instances.
    pub type_uses: Vec<TypeUse>,
    /// Number of component instances.
    pub component_instances: u32,
    /// The component's imports, for `inspect` and error messages.
    pub imports: Vec<Port>,
    /// The component's exports.
    pub exports: Vec<Export>,
    /// Named types, for `inspect`.
    pub named_types: Vec<NamedType>,
}

impl Plan<'_> {
    /// The imported functions that are lowered, with their types. One function may be lowered
    /// several times.
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
    /// Their offset in the component; `None`: a fused adapter.
    pub offset: Option<u64>,
}

/// An instantiation of a core module.
#[derive(Debug)]
pub struct CoreInstance {
    /// The module.
    pub module: usize,
    /// The component instance to which it belongs; `None`: a fused adapter.
    pub owner: Option<u32>,
    /// Its imports, in the module's order.
    pub imports: Vec<Def>,
}

/// The resolution of a core module's import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Def {
    /// An item of an earlier instance.
    Item {
        /// The instance.
        instance: usize,
        /// The item, by index in its module.
        item: Item,
    },
    /// A trampoline.
    Trampoline(usize),
    /// A function of an instance that is called as `post-return`: its component instance cannot be
    /// left during the call.
    PostReturn {
        /// The instance.
        instance: usize,
        /// The item, by index in its module.
        item: Item,
        /// The component instance.
        owner: u32,
    },
    /// A global: an `i32` that is not 0 while this component instance may be left.
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
    /// Its kind.
    pub kind: TrampolineKind,
}

/// The kind of a trampoline. Types are indices into [`Plan::type_uses`].
#[derive(Debug)]
pub enum TrampolineKind {
    /// `canon lower` of an imported function.
    Lower {
        /// The import.
        import: Import,
        /// Its type.
        ty: Func,
        /// Index into [`Plan::options`].
        options: usize,
    },
    /// Transcodes a string, by a function of [`wasi_aot_abi::component::symbols::TRANSCODE`].
    Transcode {
        /// The kind of transcoding.
        way: &'static str,
        /// Memory of the source, as an index into [`Plan::memories`].
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
    /// Begins a call that may lend handles.
    EnterCall,
    /// Ends such a call.
    ExitCall,
    /// Traps. Its parameter is a number of this list, and selects the trap.
    Trap(&'static [(u32, Trap)]),
}

/// An imported function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The instance from which it is imported, with its version; empty: none.
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
    /// Index into [`Plan::memories`].
    pub memory: Option<usize>,
    /// Index into [`Plan::reallocs`].
    pub realloc: Option<usize>,
    /// Index into [`Plan::post_returns`].
    pub post_return: Option<usize>,
}

/// A resource type.
#[derive(Debug)]
pub enum ResourceType {
    /// Imported.
    Host {
        /// The instance from which it is imported, with its version.
        interface: String,
        /// Its name.
        name: String,
    },
    /// Defined by a component.
    Defined {
        /// The component instance that defines it.
        instance: u32,
        /// Its destructor.
        destructor: Option<Def>,
    },
}

/// A resource type from the view of a component instance.
#[derive(Clone, Copy, Debug)]
pub struct TypeUse {
    /// Index into [`Plan::resources`].
    pub resource: usize,
    /// The component instance.
    pub instance: u32,
}

/// A name that a component imports or exports, and its kind.
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
    /// The instance that contains it, with its version; empty: the component itself.
    pub interface: String,
    /// Its name.
    pub name: String,
    /// The type.
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
    /// Index into [`Plan::options`].
    pub options: usize,
}
