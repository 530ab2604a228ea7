//! Names of the vDSO's functions on x86-64.

use core::ffi::CStr;

/// `clock_gettime`.
pub const GETTIME: &CStr = c"__vdso_clock_gettime";
/// `clock_getres`.
pub const GETRES: &CStr = c"__vdso_clock_getres";
