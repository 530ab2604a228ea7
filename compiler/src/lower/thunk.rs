//! Thunks: code by which the program reaches imports that none of its modules provide.

use super::emit::Emit;
use super::symbol::{Runtime, Symbol};
use super::{Lowering, signature, trap};
use crate::Result;
use crate::program::{FuncId, MemoryId, Program, StateForm};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Function, Inst, InstBuilder, Opcode, types};
use cranelift_codegen::isa::TargetIsa;
use std::mem::offset_of;
use wasi_aot_abi::{Trap, program::ThreadState};

/// The thunk of a function of the runtime, for indirect calls.
pub(super) fn host(
    lowering: &mut Lowering,
    program: &Program<'_>,
    id: FuncId,
    isa: &dyn TargetIsa,
    func: &mut Function,
) -> Result<()> {
    let (mut emit, _) = Emit::new(lowering, program, isa, func);
    let params = emit.params().to_vec();
    let own = match signature::form(program) {
        StateForm::Static => &params[..],
        StateForm::Pointer => {
            emit.hidden = Some(params[0]);
            &params[1..]
        }
    };
    emit.start_arguments();
    emit.buffers.args.extend_from_slice(own);
    let call = emit.call(id);
    let results = emit.builder.inst_results(call).to_vec();
    emit.builder.ins().return_(&results);
    emit.finish();
    Ok(())
}

/// The thunk of an import that nothing provides.
pub(super) fn unknown(
    lowering: &mut Lowering,
    program: &Program<'_>,
    isa: &dyn TargetIsa,
    func: &mut Function,
) -> Result<()> {
    let (mut emit, _) = Emit::new(lowering, program, isa, func);
    emit.builder.ins().trap(trap::code(Trap::UnknownImport));
    emit.finish();
    Ok(())
}

impl Emit<'_> {
    /// Calls a function of the runtime with the arguments in the buffer. Checks that enough stack
    /// is left for the runtime, and passes the memory's region as the first argument instead of the
    /// address of the state.
    pub fn call_host(&mut self, id: FuncId, memory: Option<MemoryId>) -> Inst {
        self.check_stack();
        let region = match memory {
            Some(memory) => self.region_descriptor(self.program.memories[memory].region),
            None => self.word(0),
        };
        let hidden = usize::from(self.hidden.is_some());
        self.buffers.args.splice(..hidden, [region]);
        let callee = self.host(id);
        self.builder.ins().call(callee, &self.buffers.args)
    }

    /// Traps if too little stack is left for the runtime.
    pub fn check_stack(&mut self) {
        let pointer = self.builder.ins().get_stack_pointer(types::I64);
        let at = match self.program.threads {
            // Each thread has its own limit, in its state.
            Some(_) => {
                let state = self.hidden.expect("threads have states of their own");
                (state, offset_of!(ThreadState, stack_limit) as i32)
            }
            None => (self.symbol(Symbol::Runtime(Runtime::StackLimit), 0), 0),
        };
        let flags = self.state_flags();
        let limit = self.load(Opcode::Load, types::I64, flags, at);
        let ins = self.builder.ins();
        let below = ins.icmp(IntCC::UnsignedLessThan, pointer, limit);
        self.trap_if(below, Trap::StackOverflow);
    }
}
