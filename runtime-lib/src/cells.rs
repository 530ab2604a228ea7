//! Bytes that other threads may change at any time, such as those of the program's memory: accessed
//! through cells.

use crate::thread;
use core::{cell::Cell, ptr};

/// Reads the bytes of cells.
pub fn get<const N: usize>(cells: &[Cell<u8>; N]) -> [u8; N] {
    thread::read(whole(cells))
}

/// Fills cells.
pub fn set<const N: usize>(cells: &[Cell<u8>; N], bytes: [u8; N]) {
    whole(cells).set(bytes);
}

/// Combines the cells to one: copying bytes one by one would cost more than the rest of a host
/// call.
fn whole<const N: usize>(cells: &[Cell<u8>; N]) -> &Cell<[u8; N]> {
    // SAFETY: a cell has the same layout as its contents.
    unsafe { &*ptr::from_ref(cells).cast() }
}

/// Copies as many bytes as fit; returns their number.
pub fn copy(into: &[Cell<u8>], bytes: &[u8]) -> usize {
    for (cell, byte) in into.iter().zip(bytes) {
        cell.set(*byte);
    }
    into.len().min(bytes.len())
}
