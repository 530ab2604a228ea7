//! The driver's functions for output.

use super::{ANSWER, Driver, FD_WRITE, GATHERED, VECTOR};
use wasm_encoder::{BlockType, Function, ValType};

/// Their indices.
pub(super) struct Print {
    /// `(location, length)`: appends text to the buffer.
    pub text: u32,
    /// `(word)`: appends its 16 digits and a space to the buffer.
    pub word: u32,
    /// Prints the buffer.
    pub flush: u32,
    /// `(hash, word) → hash`.
    pub mix: u32,
}

impl Driver {
    pub(super) fn printing(&mut self) -> Print {
        Print {
            text: self.print_text(),
            word: self.print_word(),
            flush: self.print_flush(),
            mix: self.mix(),
        }
    }

    fn print_text(&mut self) -> u32 {
        let mut body = Function::new([]);
        body.instructions()
            .global_get(self.position)
            .local_get(0)
            .local_get(1)
            .memory_copy(self.memory, self.memory)
            .global_get(self.position)
            .local_get(1)
            .i32_add()
            .global_set(self.position)
            .end();
        self.define(&[ValType::I32; 2], &[], &body)
    }

    fn print_word(&mut self) -> u32 {
        let (digits, _) = self.keep("0123456789abcdef");
        let mut body = Function::new([(1, ValType::I32)]);
        body.instructions()
            .loop_(BlockType::Empty)
            .global_get(self.position)
            .local_get(0)
            .i64_const(60)
            .i64_shr_u()
            .i32_wrap_i64()
            .i32_load8_u(self.at(digits))
            .i32_store8(self.at(0))
            .local_get(0)
            .i64_const(4)
            .i64_shl()
            .local_set(0)
            .global_get(self.position)
            .i32_const(1)
            .i32_add()
            .global_set(self.position)
            .local_get(1)
            .i32_const(1)
            .i32_add()
            .local_tee(1)
            .i32_const(16)
            .i32_lt_u()
            .br_if(0)
            .end()
            .global_get(self.position)
            .i32_const(i32::from(b' '))
            .i32_store8(self.at(0))
            .global_get(self.position)
            .i32_const(1)
            .i32_add()
            .global_set(self.position)
            .end();
        self.define(&[ValType::I64], &[], &body)
    }

    fn print_flush(&mut self) -> u32 {
        let mut body = Function::new([]);
        body.instructions()
            .i32_const(VECTOR)
            .i32_const(GATHERED)
            .i32_store(self.at(0))
            .i32_const(VECTOR)
            .global_get(self.position)
            .i32_const(GATHERED)
            .i32_sub()
            .i32_store(self.at(4))
            .i32_const(1)
            .i32_const(VECTOR)
            .i32_const(1)
            .i32_const(ANSWER)
            .call(FD_WRITE)
            .drop()
            .i32_const(GATHERED)
            .global_set(self.position)
            .end();
        self.define(&[], &[], &body)
    }

    fn mix(&mut self) -> u32 {
        let mut body = Function::new([]);
        body.instructions()
            .local_get(0)
            .local_get(1)
            .i64_xor()
            .i64_const(29)
            .i64_rotl()
            .i64_const(0x9e37_79b9_7f4a_7c15_u64 as i64)
            .i64_mul()
            .i64_const(1)
            .i64_add()
            .end();
        self.define(&[ValType::I64; 2], &[ValType::I64], &body)
    }
}
