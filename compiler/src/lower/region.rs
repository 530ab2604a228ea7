//! Base addresses of regions, in the form that the CPU's record or the options choose.

use super::emit::Emit;
use super::symbol::Symbol;
use crate::cpu::Base;
use crate::program::RegionId;
use cranelift_codegen::cursor::FuncCursor;
use cranelift_codegen::ir::{GlobalValue, InstBuilder, MemFlagsData, Value, types};
use std::mem::offset_of;

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

    /// The form of a region's base address.
    pub(super) fn region_form(&mut self, region: RegionId) -> Form {
        let data = &self.program.regions[region];
        let (address, descriptor) = (data.base, data.descriptor);
        // The code is at a lower, non-negative address.
        let spanned = i32::try_from(address).is_ok();
        match self.program.base.unwrap_or(self.cpu.base) {
            Base::Constant => Form::Constant(address),
            Base::Code if spanned => Form::Symbol(self.symbol_global(Symbol::Region(region), 0)),
            Base::Code | Base::Register => {
                let place = descriptor + offset_of!(wasi_aot_abi::Region, base) as u64;
                Form::Loaded(place)
            }
        }
    }
}
