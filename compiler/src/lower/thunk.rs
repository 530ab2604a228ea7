//! Thunks: how the program's code reaches imports that no module of the program provides.

use super::emit::Emit;
use super::symbol::{Runtime, Symbol};
use super::{Lowering, signature, trap};
use crate::Result;
use crate::program::{FuncId, MemoryId, Program, StateForm};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Function, InstBuilder, Opcode, types};
use cranelift_codegen::isa::TargetIsa;
use std::mem::offset_of;
use wasi_aot_abi::{Trap, program::ThreadState};

/// The thunk of a function of the runtime: makes sure that the runtime's own needs are left of the
/// stack, then calls it with the memory's region in front of the arguments.
pub(super) fn host(
    lowering: &mut Lowering,
    program: &Program<'_>,
    id: FuncId,
    memory: Option<MemoryId>,
    isa: &dyn TargetIsa,
    func: &mut Function,
) -> Result<()> {
    let sig = program.functions[id].ty;
    let (mut emit, _) = Emit::new(lowering, program, isa, func);
    emit.check_stack();
    let region = match memory {
        Some(memory) => emit.region_descriptor(program.memories[memory].region),
        None => emit.word(0),
    };
    let hidden = usize::from(signature::form(program) == StateForm::Pointer);
    let mut args = vec![region];
    args.extend_from_slice(&emit.params()[hidden..]);
    let signature = signature::host(program, sig, emit.host_conv);
    let callee = emit.external(Symbol::Host(id), signature);
    let call = emit.builder.ins().call(callee, &args);
    let results = emit.builder.inst_results(call).to_vec();
    emit.builder.ins().return_(&results);
    emit.finish();
    Ok(())
}

/// The thunk of an import that nobody provides.
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
    /// Traps if the stack has no room for the runtime.
    pub fn check_stack(&mut self) {
        let pointer = self.builder.ins().get_stack_pointer(types::I64);
        let at = match self.program.threads {
            // Each thread has its own, in its state.
            Some(_) => (
                self.params()[0],
                offset_of!(ThreadState, stack_limit) as i32,
            ),
            None => (self.symbol(Symbol::Runtime(Runtime::StackLimit), 0), 0),
        };
        let flags = self.state_flags();
        let limit = self.load(Opcode::Load, types::I64, flags, at);
        let ins = self.builder.ins();
        let below = ins.icmp(IntCC::UnsignedLessThan, pointer, limit);
        self.trap_if(below, Trap::StackOverflow);
    }
}
