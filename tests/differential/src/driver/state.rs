//! A hash of all state that a module's functions can change.

use super::print::Print;
use super::values::words;
use super::{Driver, access};
use wasm_encoder::{BlockType, Function, InstructionSink, MemoryType, TableType, ValType};

/// The locals of the function.
const HASH: u32 = 0;
const INDEX64: u32 = 1;
const END64: u32 = 2;

impl Driver {
    /// Adds the function `() → hash`.
    pub(super) fn state(&mut self, print: &Print, describe: u32) -> u32 {
        let mut body = Function::new([(3, ValType::I64)]);
        let mut code = body.instructions();
        for (global, ty) in self.parts.globals.iter().enumerate() {
            for number in 0..words(ty.val_type) {
                code.local_get(HASH).global_get(global as u32);
                self.word(&mut code, ty.val_type, number, describe);
                code.call(print.mix).local_set(HASH);
            }
        }
        for (memory, ty) in self.parts.memories.iter().enumerate() {
            hash_memory(&mut code, memory as u32, ty, print);
        }
        for (table, ty) in self.parts.tables.iter().enumerate() {
            self.hash_table(&mut code, table as u32, ty, print, describe);
        }
        code.local_get(HASH).end();
        self.define(&[], &[ValType::I64], &body)
    }

    fn hash_table(
        &self,
        code: &mut InstructionSink<'_>,
        table: u32,
        ty: &TableType,
        print: &Print,
        describe: u32,
    ) {
        code.table_size(table);
        begin(code, ty.table64, print);
        code.local_get(HASH);
        index(code, ty.table64);
        code.table_get(table);
        self.word(code, ValType::Ref(ty.element_type), 0, describe);
        code.call(print.mix).local_set(HASH);
        advance(code, 1);
    }
}

/// Mixes the size and every byte.
fn hash_memory(code: &mut InstructionSink<'_>, memory: u32, ty: &MemoryType, print: &Print) {
    let bytes = |code: &mut InstructionSink<'_>| {
        code.memory_size(memory);
        if !ty.memory64 {
            code.i64_extend_i32_u();
        }
        code.i64_const(ty.page_size_log2.unwrap_or(16).into())
            .i64_shl();
    };
    // Hashes whole words, then the remaining bytes: the size need not be a multiple of 8.
    bytes(code);
    code.i64_const(-8).i64_and();
    begin(code, true, print);
    code.local_get(HASH);
    index(code, ty.memory64);
    code.i64_load(access(memory, 0))
        .call(print.mix)
        .local_set(HASH);
    advance(code, 8);
    bytes(code);
    code.local_set(END64);
    code.block(BlockType::Empty).loop_(BlockType::Empty);
    code.local_get(INDEX64).local_get(END64).i64_ge_u().br_if(1);
    code.local_get(HASH);
    index(code, ty.memory64);
    code.i64_load8_u(access(memory, 0))
        .call(print.mix)
        .local_set(HASH);
    advance(code, 1);
}

/// Mixes the count on the stack into the hash, and begins a loop with this count.
fn begin(code: &mut InstructionSink<'_>, is_64: bool, print: &Print) {
    if !is_64 {
        code.i64_extend_i32_u();
    }
    code.local_set(END64)
        .local_get(HASH)
        .local_get(END64)
        .call(print.mix)
        .local_set(HASH)
        .i64_const(0)
        .local_set(INDEX64)
        .block(BlockType::Empty)
        .loop_(BlockType::Empty)
        .local_get(INDEX64)
        .local_get(END64)
        .i64_ge_u()
        .br_if(1);
}

/// Converts the index to the type that the memory or table requires.
fn index(code: &mut InstructionSink<'_>, is_64: bool) {
    code.local_get(INDEX64);
    if !is_64 {
        code.i32_wrap_i64();
    }
}

/// Ends the loop.
fn advance(code: &mut InstructionSink<'_>, step: i64) {
    code.local_get(INDEX64)
        .i64_const(step)
        .i64_add()
        .local_set(INDEX64)
        .br(0)
        .end()
        .end();
}
