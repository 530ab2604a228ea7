//! The symbols to which CLIF refers, and their encoding as [`UserExternalName`].

use crate::program::{DataId, ElemId, FuncId, OptionsId, RegionId};
use cranelift_codegen::ir::UserExternalName;
use cranelift_entity::EntityRef;

macro_rules! runtime {
    ($($(#[$doc:meta])* $name:ident = $symbol:expr;)*) => {
        /// A symbol that every runtime object defines.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        pub enum Runtime { $($(#[$doc])* $name,)* }
        impl Runtime {
            /// All symbols, in the order of their discriminants.
            pub const ALL: &'static [Runtime] = &[$(Runtime::$name,)*];
            /// The name in the object.
            pub const fn name(self) -> &'static str { match self { $(Runtime::$name => $symbol,)* } }
        }
    };
}

runtime! {
    /// Data: see [`wasi_aot_abi::symbols::STACK_LIMIT`].
    StackLimit = wasi_aot_abi::symbols::STACK_LIMIT;
    /// See [`wasi_aot_abi::symbols::REGION_GROW`].
    RegionGrow = wasi_aot_abi::symbols::REGION_GROW;
    /// See [`wasi_aot_abi::symbols::TABLE_GROW`].
    TableGrow = wasi_aot_abi::symbols::TABLE_GROW;
    /// See [`wasi_aot_abi::symbols::HEAP_ALLOCATE`].
    HeapAllocate = wasi_aot_abi::symbols::HEAP_ALLOCATE;
    /// See [`wasi_aot_abi::component::symbols::RESOURCE_DROP`].
    ResourceDrop = wasi_aot_abi::component::symbols::RESOURCE_DROP;
    /// See [`wasi_aot_abi::symbols::THROW`].
    Throw = wasi_aot_abi::symbols::THROW;
    /// See [`wasi_aot_abi::symbols::RAISE_TRAP`].
    RaiseTrap = wasi_aot_abi::symbols::RAISE_TRAP;
    /// C's `memmove`.
    Memmove = wasi_aot_abi::symbols::MEMMOVE;
    /// C's `memset`.
    Memset = wasi_aot_abi::symbols::MEMSET;
    /// C's `memcpy`.
    Memcpy = wasi_aot_abi::symbols::MEMCPY;
    /// See [`wasi_aot_abi::symbols::FMA64`].
    Fma64 = wasi_aot_abi::symbols::FMA64;
    /// See [`wasi_aot_abi::symbols::FMA32`].
    Fma32 = wasi_aot_abi::symbols::FMA32;
    /// See [`wasi_aot_abi::symbols::WAIT32`].
    Wait32 = wasi_aot_abi::symbols::WAIT32;
    /// See [`wasi_aot_abi::symbols::WAIT64`].
    Wait64 = wasi_aot_abi::symbols::WAIT64;
    /// See [`wasi_aot_abi::symbols::NOTIFY`].
    Notify = wasi_aot_abi::symbols::NOTIFY;
    /// See [`wasi_aot_abi::symbols::ARGUMENTS`].
    Arguments = wasi_aot_abi::symbols::ARGUMENTS;
    /// See [`wasi_aot_abi::symbols::ARGUMENT`].
    Argument = wasi_aot_abi::symbols::ARGUMENT;
    /// See [`wasi_aot_abi::symbols::PRINT`].
    Print = wasi_aot_abi::symbols::PRINT;
    /// See [`wasi_aot_abi::symbols::LOOKED_UP`].
    LookedUp = wasi_aot_abi::symbols::LOOKED_UP;
    /// See [`wasi_aot_abi::symbols::hooks::START`], also for the following start hooks.
    StartCpu = wasi_aot_abi::symbols::hooks::CPU;
    /// A start hook.
    StartInherited = wasi_aot_abi::symbols::hooks::INHERITED;
    /// A start hook.
    StartRuntimeGrants = wasi_aot_abi::symbols::hooks::RUNTIME_GRANTS;
    /// A start hook.
    StartThreads = wasi_aot_abi::symbols::hooks::THREADS;
    /// A start hook.
    StartListen = wasi_aot_abi::symbols::hooks::LISTEN;
    /// A start hook.
    StartServer = wasi_aot_abi::symbols::hooks::SERVER;
    /// A start hook.
    StartDirs = wasi_aot_abi::symbols::hooks::DIRS;
    /// A start hook.
    StartNames = wasi_aot_abi::symbols::hooks::NAMES;
    /// A start hook.
    StartEmbeds = wasi_aot_abi::symbols::hooks::EMBEDS;
    /// A start hook.
    StartTimeout = wasi_aot_abi::symbols::hooks::TIMEOUT;
    /// A start hook.
    StartFiles = wasi_aot_abi::symbols::hooks::FILES;
    /// A start hook.
    StartWall = wasi_aot_abi::symbols::hooks::WALL;
    /// A start hook.
    StartWorker = wasi_aot_abi::symbols::hooks::WORKER;
    /// The end hook.
    EndNotes = wasi_aot_abi::symbols::hooks::NOTES;
    /// What prints source locations.
    ReportLines = wasi_aot_abi::symbols::hooks::LINES;
}

/// A symbol to which code refers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Symbol {
    /// The code of a function of the program.
    Func(FuncId),
    /// The code of a step.
    Step(u32),
    /// A symbol of the runtime.
    Runtime(Runtime),
    /// The function of the runtime for which this function of the program is a thunk
    /// ([`crate::program::FunctionKind::symbol`]).
    Host(FuncId),
    /// The bytes of a data segment.
    Data(DataId),
    /// The words of an element segment that is read-only data.
    Elem(ElemId),
    /// Operands of steps that are loaded at run time: 8 bytes each, 16 for vectors, in the order of
    /// the steps.
    Opaque,
    /// A [`wasi_aot_abi::component::Options`].
    Options(OptionsId),
    /// A [`wasi_aot_abi::component::invocation::Invocation`] of the program.
    Invocation(u32),
    /// The base address of a region.
    Region(RegionId),
}

impl Symbol {
    /// Encodes the symbol for CLIF.
    pub fn to_external(self) -> UserExternalName {
        let (namespace, index) = match self {
            Symbol::Func(id) => (0, id.as_u32()),
            Symbol::Step(index) => (1, index),
            Symbol::Runtime(runtime) => (2, runtime as u32),
            Symbol::Host(id) => (3, id.as_u32()),
            Symbol::Data(id) => (4, id.as_u32()),
            Symbol::Elem(id) => (5, id.as_u32()),
            Symbol::Opaque => (6, 0),
            Symbol::Options(id) => (7, id.as_u32()),
            Symbol::Invocation(index) => (8, index),
            Symbol::Region(id) => (9, id.as_u32()),
        };
        UserExternalName { namespace, index }
    }

    /// Decodes a name of CLIF. Panics on a name that [`Symbol::to_external`] did not make.
    pub fn from_external(name: &UserExternalName) -> Symbol {
        let index = name.index as usize;
        match name.namespace {
            0 => Symbol::Func(FuncId::new(index)),
            1 => Symbol::Step(name.index),
            2 => Symbol::Runtime(Runtime::ALL[index]),
            3 => Symbol::Host(FuncId::new(index)),
            4 => Symbol::Data(DataId::new(index)),
            5 => Symbol::Elem(ElemId::new(index)),
            6 => Symbol::Opaque,
            7 => Symbol::Options(OptionsId::new(index)),
            8 => Symbol::Invocation(name.index),
            9 => Symbol::Region(RegionId::new(index)),
            other => unreachable!("no symbol has namespace {other}"),
        }
    }
}
