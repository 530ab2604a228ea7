//! Functions that components need in addition to those of their modules: thunks for functions of
//! the runtime, and entries for the runtime (Canonical ABI, `canon_lower`, `canon_resource_drop`,
//! `lower` with `realloc`).

use super::emit::Emit;
use super::symbol::{Runtime, Symbol};
use super::{Lowering, bug, signature, trap};
use crate::Result;
use crate::program::{FuncId, FunctionKind, GlobalId, GlobalPlace, Leading, Program};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{AbiParam, Function, InstBuilder, Opcode, Signature, Value, types};
use cranelift_codegen::isa::TargetIsa;
use wasi_aot_abi::{Trap, component};

/// Lowers a function of these kinds.
pub(super) fn lower(
    lowering: &mut Lowering,
    program: &Program<'_>,
    id: FuncId,
    isa: &dyn TargetIsa,
    func: &mut Function,
) -> Result<()> {
    let function = &program.functions[id];
    match function.kind {
        FunctionKind::Entered { .. } => {
            func.signature = signature::entered(program, function.ty, isa.default_call_conv());
        }
        FunctionKind::ByArray { .. } => {
            func.signature = signature::words(1, 0, isa.default_call_conv());
        }
        _ => {}
    }
    let (mut emit, _) = Emit::new(lowering, program, isa, func);
    match &function.kind {
        FunctionKind::Thunk {
            leading, may_leave, ..
        } => emit.thunk(id, leading, *may_leave),
        FunctionKind::ResourceDrop {
            type_use,
            destructor,
            may_leave,
        } => emit.resource_drop(*type_use, *destructor, *may_leave),
        FunctionKind::TrapWith(traps) => emit.trap_with(traps),
        FunctionKind::Entered { callee, may_leave }
        | FunctionKind::Closed { callee, may_leave } => emit.enter(*callee, *may_leave)?,
        FunctionKind::ByArray { callee, may_leave } => emit.by_array(*callee, *may_leave)?,
        other => return Err(bug(format!("{other:?} is no function of a component"))),
    }
    emit.finish();
    Ok(())
}

impl Emit<'_> {
    /// Traps if this component instance cannot be left.
    fn check_may_leave(&mut self, may_leave: GlobalId) {
        if let GlobalPlace::State(..) = self.program.globals[may_leave].place {
            let flag = self.global_get(may_leave);
            self.trap_if_zero(flag, Trap::CannotLeaveComponent);
        }
    }

    fn thunk(&mut self, id: FuncId, leading: &[Leading], may_leave: Option<GlobalId>) {
        if let Some(may_leave) = may_leave {
            self.check_may_leave(may_leave);
        }
        self.check_stack();
        let mut args: Vec<_> = leading.iter().map(|value| self.leading(*value)).collect();
        args.extend_from_slice(self.params());
        let values = args
            .iter()
            .map(|arg| self.builder.func.dfg.value_type(*arg));
        let params = values.map(AbiParam::new).collect();
        let ty = self.program.functions[id].ty;
        let mut returns = signature::entered(self.program, ty, self.host_conv).returns;
        let pair = returns.len() == 2;
        if pair {
            returns = vec![AbiParam::new(types::I64)];
        }
        let signature = Signature {
            params,
            returns,
            call_conv: self.host_conv,
        };
        let callee = self.external(Symbol::Host(id), signature);
        let call = self.builder.ins().call(callee, &args);
        let mut results = self.builder.inst_results(call).to_vec();
        if pair {
            let low = self.builder.ins().ireduce(types::I32, results[0]);
            let high = self.builder.ins().ushr_imm_u(results[0], 32);
            results = vec![low, self.builder.ins().ireduce(types::I32, high)];
        }
        self.builder.ins().return_(&results);
    }

    fn leading(&mut self, value: Leading) -> Value {
        match value {
            Leading::Int(value) => self.int(value),
            Leading::Region(memory) => {
                let region = self.program.memories[memory].region;
                self.region_descriptor(region)
            }
            Leading::Options(options) => self.symbol(Symbol::Options(options), 0),
            Leading::Invocation(index) => self.symbol(Symbol::Invocation(index), 0),
        }
    }

    fn resource_drop(&mut self, type_use: u32, destructor: Option<FuncId>, may_leave: GlobalId) {
        self.check_may_leave(may_leave);
        self.check_stack();
        let handle = self.params()[0];
        let handle = self.builder.ins().uextend(types::I64, handle);
        let type_use = self.word(u64::from(type_use));
        let call = self.call_runtime(Runtime::ResourceDrop, &[type_use, handle], 1);
        let rep = self.builder.inst_results(call)[0];
        if let Some(destructor) = destructor {
            let owned = self.compare(IntCC::NotEqual, rep, component::NOT_OWNED);
            let (destroy, done) = (self.builder.create_block(), self.builder.create_block());
            self.builder.ins().brif(owned, destroy, &[], done, &[]);
            self.builder.seal_block(destroy);
            self.builder.switch_to_block(destroy);
            let rep = self.builder.ins().ireduce(types::I32, rep);
            self.call_with(destructor, vec![rep]);
            self.builder.ins().jump(done, &[]);
            self.builder.seal_block(done);
            self.builder.switch_to_block(done);
        }
        self.builder.ins().return_(&[]);
    }

    fn trap_with(&mut self, traps: &[(u32, Trap)]) {
        let number = self.params()[0];
        for &(wanted, trap) in traps {
            let this = self.compare(IntCC::Equal, number, u64::from(wanted));
            self.trap_if(this, trap);
        }
        self.builder.ins().trap(trap::code(Trap::Unreachable));
    }

    fn by_array(&mut self, callee: FuncId, may_leave: Option<GlobalId>) -> Result<()> {
        let values = self.params()[0];
        let flags = self.plain_flags();
        let ty = self.program.function_type(callee);
        let mut args = Vec::new();
        for (position, ty) in (0..).zip(ty.params()) {
            let ty = signature::value_type(*ty);
            args.push(self.load(Opcode::Load, ty, flags, (values, position * 8)));
        }
        let results = match may_leave {
            Some(may_leave) => self.call_closed(callee, args, may_leave)?,
            None => self.call_with(callee, args),
        };
        for (position, result) in (0..).zip(results) {
            self.store(Opcode::Store, flags, result, (values, position * 8));
        }
        self.builder.ins().return_(&[]);
        Ok(())
    }

    fn enter(&mut self, callee: FuncId, may_leave: GlobalId) -> Result<()> {
        let params = self.params().to_vec();
        let results = self.call_closed(callee, params, may_leave)?;
        self.builder.ins().return_(&results);
        Ok(())
    }

    /// Calls a function; the component instance cannot be left during the call.
    fn call_closed(
        &mut self,
        callee: FuncId,
        args: Vec<Value>,
        may_leave: GlobalId,
    ) -> Result<Vec<Value>> {
        let before = self.global_get(may_leave);
        let closed = self.int(0);
        self.global_set(may_leave, closed)?;
        let results = self.call_with(callee, args);
        self.global_set(may_leave, before)?;
        Ok(results)
    }

    fn call_with(&mut self, callee: FuncId, mut args: Vec<Value>) -> Vec<Value> {
        self.start_arguments();
        self.buffers.args.append(&mut args);
        let call = self.call(callee);
        self.builder.inst_results(call).to_vec()
    }
}
