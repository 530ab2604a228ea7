//! The hash that the keys of kept code are.

use super::kept::Key;
use cranelift_codegen::isa::OwnedTargetIsa;
use sha2::{Digest as _, Sha256};
use std::hash::{Hash, Hasher};

/// Adds all that an instruction set consists of.
pub fn isa(isa: &OwnedTargetIsa, hash: &mut Hashed) {
    isa.name().hash(hash);
    isa.triple().hash(hash);
    isa.flags().hash(hash);
    isa.isa_flags_hash_key().hash(hash);
}

/// Bytes that are collected before they are hashed: most values are small.
const BUFFER: usize = 4096;

/// A [`Hasher`] that gives SHA-256.
#[derive(Clone)]
pub struct Hashed {
    hash: Sha256,
    buffer: [u8; BUFFER],
    filled: usize,
}

impl Hashed {
    /// The hash of nothing so far.
    pub fn new() -> Hashed {
        Hashed {
            hash: Sha256::new(),
            buffer: [0; BUFFER],
            filled: 0,
        }
    }

    /// The hash of all values.
    pub fn key(mut self) -> Key {
        self.flush();
        self.hash.finalize().into()
    }

    fn flush(&mut self) {
        self.hash.update(&self.buffer[..self.filled]);
        self.filled = 0;
    }

    /// A value of a size that is known here, so that copying it is one instruction.
    #[inline]
    fn value<const N: usize>(&mut self, bytes: [u8; N]) {
        if self.filled > BUFFER - N {
            self.flush();
        }
        if let Some(room) = self.buffer[self.filled..].first_chunk_mut() {
            *room = bytes;
            self.filled += N;
        }
    }

    /// A discriminant or a length. Most are small: one byte, or 255 and all bytes.
    #[inline]
    fn number(&mut self, number: usize) {
        match u8::try_from(number) {
            Ok(small) if small < u8::MAX => self.value([small]),
            _ => {
                self.value([u8::MAX]);
                self.value(number.to_le_bytes());
            }
        }
    }
}

impl Hasher for Hashed {
    fn write(&mut self, bytes: &[u8]) {
        self.flush();
        self.hash.update(bytes);
    }

    #[inline]
    fn write_u8(&mut self, number: u8) {
        self.value([number]);
    }

    #[inline]
    fn write_u16(&mut self, number: u16) {
        self.value(number.to_le_bytes());
    }

    #[inline]
    fn write_u32(&mut self, number: u32) {
        // Most are indices within the function.
        match u16::try_from(number) {
            Ok(small) if small < u16::MAX => self.value(small.to_le_bytes()),
            _ => {
                self.value(u16::MAX.to_le_bytes());
                self.value(number.to_le_bytes());
            }
        }
    }

    #[inline]
    fn write_u64(&mut self, number: u64) {
        self.value(number.to_le_bytes());
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.number(number);
    }

    #[inline]
    fn write_isize(&mut self, number: isize) {
        self.number(number as usize);
    }

    fn finish(&self) -> u64 {
        unreachable!("the whole hash is asked for")
    }
}
