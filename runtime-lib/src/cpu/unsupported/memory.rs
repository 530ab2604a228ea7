//! No memory functions.

use super::never;

/// C's `memcpy`.
///
/// # Safety
/// It is never called.
pub unsafe extern "C" fn memcpy(_to: *mut u8, _from: *const u8, _len: usize) -> *mut u8 {
    never()
}

/// C's `memmove`.
///
/// # Safety
/// It is never called.
pub unsafe extern "C" fn memmove(_to: *mut u8, _from: *const u8, _len: usize) -> *mut u8 {
    never()
}

/// C's `memset`.
///
/// # Safety
/// It is never called.
pub unsafe extern "C" fn memset(_to: *mut u8, _byte: i32, _len: usize) -> *mut u8 {
    never()
}

/// C's `memcmp`.
///
/// # Safety
/// It is never called.
pub unsafe extern "C" fn memcmp(_left: *const u8, _right: *const u8, _len: usize) -> i32 {
    never()
}

/// C's `bcmp`.
///
/// # Safety
/// It is never called.
pub unsafe extern "C" fn bcmp(_left: *const u8, _right: *const u8, _len: usize) -> i32 {
    never()
}

/// C's `strlen`.
///
/// # Safety
/// It is never called.
pub unsafe extern "C" fn strlen(_string: *const u8) -> usize {
    never()
}
