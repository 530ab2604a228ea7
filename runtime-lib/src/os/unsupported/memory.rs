//! No address space.

use super::{Errno, refused};

/// Protection of pages.
pub mod protection {
    /// No access: every access faults.
    pub const NONE: u32 = 0;
    /// Read.
    pub const READ: u32 = 1;
    /// Write.
    pub const WRITE: u32 = 2;
}

/// There are no pages: always 1.
pub fn page_size() -> u64 {
    1
}

/// Maps nothing.
///
/// # Safety
/// There are no requirements.
pub unsafe fn map_at(_address: usize, _len: usize, _protection: u32) -> Result<(), Errno> {
    refused()
}

/// Maps nothing.
///
/// # Safety
/// There are no requirements.
pub unsafe fn map_over(_address: usize, _len: usize, _protection: u32) -> Result<(), Errno> {
    refused()
}

/// Maps nothing.
pub fn map(_len: usize) -> Result<usize, Errno> {
    refused()
}

/// Maps nothing.
pub fn map_stack(_len: usize) -> Result<usize, Errno> {
    refused()
}

/// There is nothing of the system's.
pub fn is_systems(_address: usize, _len: usize) -> bool {
    false
}

/// There is no image.
pub fn is_images(_address: usize, _len: usize) -> bool {
    false
}

/// Bounds nothing.
pub fn bound_system_stack() -> Result<(), Errno> {
    refused()
}

/// Maps nothing.
pub fn map_stack_apart(
    _low: usize,
    _range: usize,
    _sizes: (usize, usize),
    _clear: usize,
) -> Result<(usize, usize), Errno> {
    refused()
}

/// Protects nothing.
///
/// # Safety
/// There are no requirements.
pub unsafe fn protect(_address: usize, _len: usize, _protection: u32) -> Result<(), Errno> {
    refused()
}

/// Unmaps nothing.
///
/// # Safety
/// There are no requirements.
pub unsafe fn unmap(_address: usize, _len: usize) -> Result<(), Errno> {
    refused()
}

/// Reserves nothing.
pub fn reserve(_len: usize) -> Result<usize, Errno> {
    refused()
}

/// Maps nothing.
pub fn map_shared(_len: usize) -> Result<usize, Errno> {
    refused()
}

/// Gives back nothing.
///
/// # Safety
/// There are no requirements.
pub unsafe fn give_back(_address: usize, _len: usize) -> bool {
    false
}

/// Does nothing.
///
/// # Safety
/// There are no requirements.
pub unsafe fn leave_out_of_dumps(_address: usize, _len: usize) {}

/// Does nothing.
///
/// # Safety
/// There are no requirements.
pub unsafe fn prefer_large_pages(_address: usize, _len: usize) {}
