//! The functions of a program: those that modules define, those that the runtime provides, and
//! those that connect the two.

use super::{FuncId, GlobalId, InstanceId, Leading, MemoryId, Program, TypeId};
use crate::wasm::{Body, FuncIndex};
use cranelift_entity::EntityRef;
use wasi_aot_abi as abi;

/// A function of the program.
#[derive(Debug, Hash)]
pub struct Function {
    /// Its type.
    pub ty: TypeId,
    /// Its kind.
    pub kind: FunctionKind,
    /// Whether the program can reach it. Unreachable functions are not compiled, and no compiled
    /// code, table or segment refers to them.
    pub reachable: bool,
    /// Whether it is compiled if it is reachable: functions of the runtime need no code for direct
    /// calls.
    pub has_code: bool,
    /// Whether it may throw an exception.
    pub throws: bool,
    /// Whether its address is taken: then the 8 bytes before its code hold the number of its type
    /// (little-endian `u32`, then 4 zero bytes), which `call_indirect` compares.
    pub address_taken: bool,
    /// Whether its body replaces direct calls of it, where code is optimised for speed.
    pub small: bool,
    /// Its code generator.
    pub generator: Generator,
}

/// The code generators for functions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Generator {
    /// Cranelift, at the chosen optimisation level.
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

impl<'a> Program<'a> {
    /// The body of a function that a module defines.
    pub fn body(&self, function: FuncId) -> Option<&Body<'a>> {
        let FunctionKind::Wasm { instance, index } = self.functions[function].kind else {
            return None;
        };
        let module = &self.modules[self.instances[instance].module];
        let defined = index.index().checked_sub(module.imported_functions)?;
        module.bodies.get(defined)
    }
}

/// The kind of a function.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FunctionKind {
    /// Defined by a module.
    Wasm {
        /// The instance to which it belongs.
        instance: InstanceId,
        /// Index in the module's function space (including imports).
        index: FuncIndex,
    },
    /// Provided by the runtime under this symbol. A call checks the stack and passes the memory's
    /// region as the first argument. For calls that are not direct, a thunk does this.
    Host {
        /// Symbol in the runtime object.
        symbol: String,
        /// The memory of the importing instance that is exported as `memory`, else its memory 0.
        memory: Option<MemoryId>,
    },
    /// Provided by the runtime for components. It is compiled as a thunk, which checks the stack
    /// and passes arguments before the function's own. If the function has two results, the runtime
    /// returns one value, with the second result in its upper half.
    Thunk {
        /// Symbol in the runtime object.
        symbol: String,
        /// The arguments that are passed first.
        leading: Vec<Leading>,
        /// Traps if this global is 0: the component instance cannot be left.
        may_leave: Option<GlobalId>,
    },
    /// `resource.drop`: removes a handle from its table, and calls the destructor if the handle
    /// owns the resource.
    ResourceDrop {
        /// Index into [`super::Component::type_uses`].
        type_use: u32,
        /// The type's destructor.
        destructor: Option<FuncId>,
        /// As above.
        may_leave: GlobalId,
    },
    /// Traps. Its parameter is a number of this list, and selects the trap.
    TrapWith(&'static [(u32, abi::Trap)]),
    /// `extern "C"`: the entry by which the runtime calls another function. The component instance
    /// cannot be left during the call.
    Entered {
        /// The function.
        callee: FuncId,
        /// 0 while the callee runs.
        may_leave: GlobalId,
    },
    /// Calls another function, during which the component instance cannot be left.
    Closed {
        /// The function.
        callee: FuncId,
        /// 0 while the callee runs.
        may_leave: GlobalId,
    },
    /// `extern "C" fn(values: *mut u64)`: the entry by which the runtime calls a function of any
    /// type. It loads the parameters from 8 bytes each, and stores the results likewise.
    ByArray {
        /// The function.
        callee: FuncId,
        /// 0 while the callee runs.
        may_leave: Option<GlobalId>,
    },
    /// Provided by nothing: traps when called.
    Unknown {
        /// Module name of the import; empty for the stand-in for unreachable functions.
        module: String,
        /// Name of the import.
        name: String,
    },
}

impl FunctionKind {
    /// The runtime's symbol for which it is a thunk.
    pub fn symbol(&self) -> Option<&str> {
        match self {
            FunctionKind::Host { symbol, .. } | FunctionKind::Thunk { symbol, .. } => Some(symbol),
            _ => None,
        }
    }
}
