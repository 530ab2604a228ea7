//! Globals.

use super::bug;
use super::emit::Emit;
use super::function::FunctionLowering;
use super::signature;
use crate::Result;
use crate::program::{GlobalId, GlobalPlace};
use crate::wasm::GlobalIndex;
use cranelift_codegen::ir::{Opcode, Value};
use wasmparser::Operator;

/// Lowers an instruction of this family.
pub(super) fn lower(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> Result<bool> {
    match op {
        Operator::GlobalGet { global_index } => {
            let global = f.instance.globals[GlobalIndex::from_u32(*global_index)];
            let value = f.emit.global_get(global);
            let ty = f.emit.program.globals[global].ty.content_type;
            f.emit.note_type(value, ty);
            f.push(value);
        }
        Operator::GlobalSet { global_index } => {
            let global = f.instance.globals[GlobalIndex::from_u32(*global_index)];
            let value = f.pop();
            f.emit.global_set(global, value)?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

impl Emit<'_> {
    /// The value of a global.
    pub fn global_get(&mut self, id: GlobalId) -> Value {
        let global = &self.program.globals[id];
        match global.place {
            GlobalPlace::Constant(value) => self.constant(value),
            GlobalPlace::State(place, _) => {
                let ty = signature::value_type(global.ty.content_type);
                let flags = self.global_flags(id);
                let at = self.place(place);
                self.load(Opcode::Load, ty, flags, at)
            }
        }
    }

    /// Sets a global.
    pub fn global_set(&mut self, id: GlobalId, value: Value) -> Result<()> {
        let GlobalPlace::State(place, _) = self.program.globals[id].place else {
            return Err(bug(format!("{id} is constant, but something writes it")));
        };
        let flags = self.global_flags(id);
        let at = self.place(place);
        self.store(Opcode::Store, flags, value, at);
        Ok(())
    }
}
