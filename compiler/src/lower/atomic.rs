//! Atomic accesses to linear memory, fences, wait and notify. All are sequentially consistent, as
//! Cranelift's atomic instructions are.

use super::emit::Emit;
use super::function::FunctionLowering;
use super::symbol::Runtime;
use crate::program::MemoryId;
use crate::wasm::MemoryIndex;
use crate::{Error, Result};
use cranelift_codegen::ir::AtomicRmwOp::{self, Add, And, Or, Sub, Xchg, Xor};
use cranelift_codegen::ir::{InstBuilder, Opcode, Type, Value, types};
use types::{I8, I16, I32, I64};
use wasi_aot_abi::Trap;
use wasmparser::{MemArg, MemArgTarget, Operator};

/// The kinds of atomic accesses.
#[derive(Clone, Copy)]
enum Access {
    Load,
    Store,
    Rmw(AtomicRmwOp),
    Cmpxchg,
}

use Access::{Cmpxchg, Load, Rmw, Store};

/// The accesses: instruction, kind, the type on the stack, and the type in memory.
macro_rules! accesses {
    ($($access:expr, $stack:ident: $($op:ident $memory:ident),*;)*) => {
        fn access<'a>(op: &'a Operator<'_>) -> Option<(&'a MemArg, Access, Type, Type)> {
            Some(match op {
                $($(Operator::$op { memarg } => (memarg, $access, $stack, $memory),)*)*
                _ => return None,
            })
        }
    };
}

accesses! {
    Load, I32: I32AtomicLoad8U I8, I32AtomicLoad16U I16, I32AtomicLoad I32;
    Load, I64: I64AtomicLoad8U I8, I64AtomicLoad16U I16, I64AtomicLoad32U I32, I64AtomicLoad I64;
    Store, I32: I32AtomicStore8 I8, I32AtomicStore16 I16, I32AtomicStore I32;
    Store, I64: I64AtomicStore8 I8, I64AtomicStore16 I16, I64AtomicStore32 I32, I64AtomicStore I64;
    Rmw(Add), I32: I32AtomicRmw8AddU I8, I32AtomicRmw16AddU I16, I32AtomicRmwAdd I32;
    Rmw(Add), I64: I64AtomicRmw8AddU I8, I64AtomicRmw16AddU I16, I64AtomicRmw32AddU I32, I64AtomicRmwAdd I64;
    Rmw(Sub), I32: I32AtomicRmw8SubU I8, I32AtomicRmw16SubU I16, I32AtomicRmwSub I32;
    Rmw(Sub), I64: I64AtomicRmw8SubU I8, I64AtomicRmw16SubU I16, I64AtomicRmw32SubU I32, I64AtomicRmwSub I64;
    Rmw(And), I32: I32AtomicRmw8AndU I8, I32AtomicRmw16AndU I16, I32AtomicRmwAnd I32;
    Rmw(And), I64: I64AtomicRmw8AndU I8, I64AtomicRmw16AndU I16, I64AtomicRmw32AndU I32, I64AtomicRmwAnd I64;
    Rmw(Or), I32: I32AtomicRmw8OrU I8, I32AtomicRmw16OrU I16, I32AtomicRmwOr I32;
    Rmw(Or), I64: I64AtomicRmw8OrU I8, I64AtomicRmw16OrU I16, I64AtomicRmw32OrU I32, I64AtomicRmwOr I64;
    Rmw(Xor), I32: I32AtomicRmw8XorU I8, I32AtomicRmw16XorU I16, I32AtomicRmwXor I32;
    Rmw(Xor), I64: I64AtomicRmw8XorU I8, I64AtomicRmw16XorU I16, I64AtomicRmw32XorU I32, I64AtomicRmwXor I64;
    Rmw(Xchg), I32: I32AtomicRmw8XchgU I8, I32AtomicRmw16XchgU I16, I32AtomicRmwXchg I32;
    Rmw(Xchg), I64: I64AtomicRmw8XchgU I8, I64AtomicRmw16XchgU I16, I64AtomicRmw32XchgU I32, I64AtomicRmwXchg I64;
    Cmpxchg, I32: I32AtomicRmw8CmpxchgU I8, I32AtomicRmw16CmpxchgU I16, I32AtomicRmwCmpxchg I32;
    Cmpxchg, I64: I64AtomicRmw8CmpxchgU I8, I64AtomicRmw16CmpxchgU I16, I64AtomicRmw32CmpxchgU I32, I64AtomicRmwCmpxchg I64;
}

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> Result<bool> {
    if let Some((memarg, access, stack, memory)) = access(op) {
        f.atomic(memarg, access, stack, memory)?;
        return Ok(true);
    }
    match op {
        Operator::AtomicFence { .. } => {
            f.emit.builder.ins().fence();
        }
        Operator::MemoryAtomicWait32 { memarg } => f.wait(memarg, Runtime::Wait32, I32)?,
        Operator::MemoryAtomicWait64 { memarg } => f.wait(memarg, Runtime::Wait64, I64)?,
        Operator::MemoryAtomicNotify { memarg } => f.notify(memarg)?,
        _ => return Ok(false),
    }
    Ok(true)
}

impl FunctionLowering<'_> {
    fn atomic(&mut self, memarg: &MemArg, access: Access, stack: Type, ty: Type) -> Result<()> {
        let memory = self.atomic_memory(memarg)?;
        let operands: &mut [Value] = &mut match access {
            Load => [].to_vec(),
            Store | Rmw(_) => self.pop_many::<1>().to_vec(),
            Cmpxchg => self.pop_many::<2>().to_vec(),
        };
        let index = self.pop();
        for operand in &mut *operands {
            if stack != ty {
                *operand = self.emit.builder.ins().ireduce(ty, *operand);
            }
        }
        let address = self.emit.atomic_address(memory, index, memarg.offset, ty);
        let flags = self.emit.memory_flags(memory);
        let ins = self.emit.builder.ins();
        let (inst, dfg) = match (access, &*operands) {
            (Store, &[value]) => {
                ins.StoreNoOffset(Opcode::AtomicStore, ty, flags, value, address);
                return Ok(());
            }
            (Rmw(op), &[value]) => ins.AtomicRmw(Opcode::AtomicRmw, ty, flags, op, address, value),
            (Cmpxchg, &[expected, value]) => {
                ins.AtomicCas(Opcode::AtomicCas, ty, flags, address, expected, value)
            }
            _ => ins.LoadNoOffset(Opcode::AtomicLoad, ty, flags, address),
        };
        let old = dfg.first_result(inst);
        let old = match stack == ty {
            true => old,
            false => self.emit.builder.ins().uextend(stack, old),
        };
        self.push(old);
        Ok(())
    }

    /// `memory.atomic.wait32` and `wait64`; the type gives the width.
    fn wait(&mut self, memarg: &MemArg, runtime: Runtime, ty: Type) -> Result<()> {
        let memory = self.atomic_memory(memarg)?;
        let [index, expected, timeout] = self.pop_many();
        let address = self.emit.waited(memory, index, memarg.offset, ty);
        if !self.emit.program.memories[memory].ty.shared {
            let always = self.emit.int(1);
            self.emit.trap_if(always, Trap::ExpectedShared);
        }
        let expected = self.emit.extended(expected);
        let args = [address, expected, timeout];
        self.call_waiting(runtime, &args);
        Ok(())
    }

    fn notify(&mut self, memarg: &MemArg) -> Result<()> {
        let memory = self.atomic_memory(memarg)?;
        let [index, count] = self.pop_many();
        let address = self.emit.waited(memory, index, memarg.offset, I32);
        if self.emit.program.memories[memory].ty.shared {
            let count = self.emit.extended(count);
            self.call_waiting(Runtime::Notify, &[address, count]);
        } else {
            // No thread can wait on an unshared memory.
            let nobody = self.emit.int(0);
            self.push(nobody);
        }
        Ok(())
    }

    fn call_waiting(&mut self, runtime: Runtime, args: &[Value]) {
        let call = self.emit.call_runtime(runtime, args, 1);
        let result = self.emit.builder.inst_results(call)[0];
        let result = self.emit.builder.ins().ireduce(I32, result);
        self.push(result);
    }

    fn atomic_memory(&self, memarg: &MemArg) -> Result<MemoryId> {
        match memarg.target {
            MemArgTarget::Memory(index) => Ok(self.instance.memories[MemoryIndex::from_u32(index)]),
            MemArgTarget::Array(_) => Err(Error::unsupported("multibyte array access")),
        }
    }
}

impl Emit<'_> {
    /// The address of a value with this type at `index + offset`. Traps if it is not aligned to its
    /// width. If it is out of bounds, this code or the access traps.
    fn atomic_address(&mut self, memory: MemoryId, index: Value, offset: u64, ty: Type) -> Value {
        self.check_alignment(index, offset, ty);
        self.aligned_address(memory, index, offset, u64::from(ty.bytes()))
    }

    /// The same for the runtime, which must not fault: traps if it is out of bounds.
    fn waited(&mut self, memory: MemoryId, index: Value, offset: u64, ty: Type) -> Value {
        self.check_alignment(index, offset, ty);
        // The sum saturates for an offset that is out of bounds with any index. The check then
        // still fails.
        let size = self.word(offset.saturating_add(u64::from(ty.bytes())));
        let (start, _) = self.range(memory, index, size);
        let offset = self.word(offset);
        self.builder.ins().iadd(start, offset)
    }

    /// Memories start at a page boundary, so the alignment of an address is that of the index.
    fn check_alignment(&mut self, index: Value, offset: u64, ty: Type) {
        let within = u64::from(ty.bytes()) - 1;
        if within == 0 {
            return;
        }
        let index = match offset & within {
            0 => index,
            part => self.builder.ins().iadd_imm_s(index, part as i64),
        };
        let part = self.builder.ins().band_imm_u(index, within as i64);
        self.trap_if(part, Trap::UnalignedAtomic);
    }
}
