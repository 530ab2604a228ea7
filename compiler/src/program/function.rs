//! The functions of a program: what a module defines, what the runtime provides, and what stands between the two.

use super::{FuncId, GlobalId, InstanceId, Leading, MemoryId, TypeId};
use crate::wasm::FuncIndex;
use wasi_aot_abi as abi;

/// A function of the program.
#[derive(Debug)]
pub struct Function {
    /// Its type.
    pub ty: TypeId,
    /// What it is.
    pub kind: FunctionKind,
    /// Whether anything that runs can reach it; others are not compiled, and nothing that is
    /// compiled, no table and no segment refers to them.
    pub reachable: bool,
    /// Whether it is compiled, if it is reachable: what the runtime provides needs no code of its own for direct calls.
    pub has_code: bool,
    /// Whether an exception may come out of it.
    pub throws: bool,
    /// Whether its address is taken: then the 8 bytes in front of its code hold the
    /// number of its type (little-endian `u32`, then 4 zero bytes), which `call_indirect` compares.
    pub address_taken: bool,
    /// Which generator has it.
    pub generator: Generator,
}

/// What makes the machine code of a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Generator {
    /// Cranelift, as hard as the options say.
    #[default]
    Optimising,
    /// Cranelift without optimisations.
    Plain,
}

impl Function {
    /// Whether it is [`FunctionKind::Host`].
    pub fn is_host(&self) -> bool {
        matches!(self.kind, FunctionKind::Host { .. })
    }
}

/// What a function is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FunctionKind {
    /// Defined by a module.
    Wasm {
        /// In this instance.
        instance: InstanceId,
        /// Index in the module's function space (imports counted).
        index: FuncIndex,
    },
    /// Provided by the runtime under this symbol. A call checks the stack and passes the memory's region as first
    /// argument; for other calls than direct ones a thunk does that.
    Host {
        /// Symbol in the runtime object.
        symbol: String,
        /// The importing instance's: the one that it exports as `memory`, else memory 0.
        memory: Option<MemoryId>,
    },
    /// What the runtime does for a component. Compiled as a thunk: checks the stack, passes values in front of the
    /// function's own. Where the function has two results, the runtime's has one: the second is in its upper half.
    Thunk {
        /// Symbol in the runtime object.
        symbol: String,
        /// What is passed in front.
        leading: Vec<Leading>,
        /// Traps if this global is 0: the component instance cannot be left.
        may_leave: Option<GlobalId>,
    },
    /// `resource.drop`: takes a handle out of its table, and calls the destructor if it owns the resource.
    ResourceDrop {
        /// Position in [`super::Component::type_uses`].
        type_use: u32,
        /// The type's destructor.
        destructor: Option<FuncId>,
        /// As above.
        may_leave: GlobalId,
    },
    /// Traps, with the trap beside the number that is its parameter.
    TrapWith(&'static [(u32, abi::Trap)]),
    /// `extern "C"`: how the runtime calls another function. The component instance cannot be left meanwhile.
    Entered {
        /// The function.
        callee: FuncId,
        /// 0 while the callee runs.
        may_leave: GlobalId,
    },
    /// Calls another function, while the component instance cannot be left.
    Closed {
        /// The function.
        callee: FuncId,
        /// 0 while the callee runs.
        may_leave: GlobalId,
    },
    /// `extern "C" fn(values: *mut u64)`: how the runtime calls a function whose type it does not know. Takes the parameters
    /// from 8 bytes each, and stores the results likewise.
    ByArray {
        /// The function.
        callee: FuncId,
        /// 0 while the callee runs.
        may_leave: Option<GlobalId>,
    },
    /// Provided by nobody: traps when called.
    Unknown {
        /// Module name of the import; empty for the stand-in for what nothing calls.
        module: String,
        /// Name of the import.
        name: String,
    },
}

impl FunctionKind {
    /// The symbol of the runtime that it is a thunk for.
    pub fn symbol(&self) -> Option<&str> {
        match self {
            FunctionKind::Host { symbol, .. } | FunctionKind::Thunk { symbol, .. } => Some(symbol),
            _ => None,
        }
    }
}
