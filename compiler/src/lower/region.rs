//! Base addresses of regions, in the form that the CPU's record or the options choose.

use super::emit::Emit;
use super::symbol::Symbol;
use crate::cpu::Base;
use crate::program::{MemoryId, RegionId};
use cranelift_codegen::cursor::FuncCursor;
use cranelift_codegen::ir::{ExternalName, GlobalValue, GlobalValueData, KnownSymbol};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types};
use cranelift_entity::EntityRef;
use std::mem::offset_of;

/// The largest offset that every access can have in its instruction, on CPUs that hold bases.
const NEAR: u64 = 0xfff;

/// The form of a base address.
pub(super) enum Form {
    /// A constant.
    Constant(u64),
    /// Loaded from an address whose contents never change.
    Loaded(u64),
    /// A symbol.
    Symbol(GlobalValue),
}

/// Computes an address with instructions that `$at` inserts.
macro_rules! first {
    ($form:expr, $at:expr) => {
        match $form {
            Form::Constant(address) => $at.ins().iconst(types::I64, address as i64),
            Form::Loaded(place) => {
                let flags = MemFlagsData::trusted().with_readonly();
                let place = $at.ins().iconst(types::I64, place as i64);
                $at.ins().load(types::I64, flags, place, 0)
            }
            Form::Symbol(symbol) => $at.ins().symbol_value(types::I64, symbol),
        }
    };
}

impl Form {
    /// Computes the address at the cursor's position.
    pub fn first(self, cursor: &mut FuncCursor<'_>) -> Value {
        first!(self, cursor)
    }
}

impl Emit<'_> {
    /// The address of the byte at `offset` of a region.
    pub fn region_base(&mut self, region: RegionId, offset: u64) -> Value {
        match self.region_form(region) {
            Form::Constant(address) => self.word(address.wrapping_add(offset)),
            form if offset == 0 => first!(form, self.builder),
            form => {
                let base = first!(form, self.builder);
                let offset = self.word(offset);
                self.builder.ins().iadd(base, offset)
            }
        }
    }

    /// An address as a value that Cranelift computes once, where `iconst` would be built again in
    /// each block.
    fn held(&mut self, address: u64) -> GlobalValue {
        self.builder.create_global_value(GlobalValueData::Symbol {
            name: ExternalName::KnownSymbol(KnownSymbol::AddressZero),
            offset: address.cast_signed().into(),
            colocated: true,
            tls: false,
        })
    }

    /// How code gets base addresses: as the options say, or in the CPU's best way.
    fn base_kind(&self) -> Base {
        self.program.base.unwrap_or(self.cpu.base)
    }

    /// The sum of a region's base and an offset, as one constant, where that is better than adding
    /// the offset at the access: if it is too large for an instruction, and the access is at the
    /// start of a loop, so that the constant is computed once and then used in each iteration.
    pub(super) fn distant_base(&mut self, region: RegionId, offset: u64) -> Option<Value> {
        let block = self.builder.current_block();
        let is_used = offset > NEAR && block.is_some() && block == self.buffers.loop_start;
        if !is_used || self.base_kind() != Base::Held {
            return None;
        }
        let address = self.program.regions[region].base.wrapping_add(offset);
        let symbol = self.held(address);
        Some(self.builder.ins().symbol_value(types::I64, symbol))
    }

    /// A constant address as a base and an offset. Next to the first memory, where the instance's
    /// state is, the base is that of the memory, which most functions have in a register.
    pub(super) fn absolute(&mut self, address: u64) -> (Value, i32) {
        let memory = MemoryId::new(0);
        let first = self.program.memories.get(memory);
        if let Some(first) = first.filter(|_| self.base_kind() == Base::Held) {
            let base = self.program.regions[first.region].base;
            let distance = address.wrapping_sub(base).cast_signed();
            if let Ok(near) = i8::try_from(distance) {
                return (self.base(memory), near.into());
            }
        }
        (self.word(address), 0)
    }

    /// The form of a region's base address.
    pub(super) fn region_form(&mut self, region: RegionId) -> Form {
        let data = &self.program.regions[region];
        let (address, descriptor) = (data.base, data.descriptor);
        // The code is at a lower, non-negative address.
        let spanned = i32::try_from(address).is_ok();
        match self.base_kind() {
            Base::Constant => Form::Constant(address),
            Base::Held => Form::Symbol(self.held(address)),
            Base::Code if spanned => Form::Symbol(self.symbol_global(Symbol::Region(region), 0)),
            Base::Code | Base::Register => {
                let place = descriptor + offset_of!(wasi_aot_abi::Region, base) as u64;
                Form::Loaded(place)
            }
        }
    }
}
