//! Bytes that others may change at the same time, as those of the program's memory: read and written through cells.

use crate::thread;
use core::{cell::Cell, ptr};

/// The bytes of cells.
pub fn get<const N: usize>(cells: &[Cell<u8>; N]) -> [u8; N] {
    thread::read(whole(cells))
}

/// Fills cells.
pub fn set<const N: usize>(cells: &[Cell<u8>; N], bytes: [u8; N]) {
    whole(cells).set(bytes);
}

/// The cells as one: bytes that are copied one by one cost more than the rest of a host call.
fn whole<const N: usize>(cells: &[Cell<u8>; N]) -> &Cell<[u8; N]> {
    // SAFETY: a cell has the layout of what it holds.
    unsafe { &*ptr::from_ref(cells).cast() }
}

/// Copies as much of `bytes` as there is room for: how many went.
pub fn copy(into: &[Cell<u8>], bytes: &[u8]) -> usize {
    for (cell, byte) in into.iter().zip(bytes) {
        cell.set(*byte);
    }
    into.len().min(bytes.len())
}
