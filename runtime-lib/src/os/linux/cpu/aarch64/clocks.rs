//! Names of the vDSO's functions on aarch64.

use core::ffi::CStr;

/// `clock_gettime`.
pub const GETTIME: &CStr = c"__kernel_clock_gettime";
/// `clock_getres`.
pub const GETRES: &CStr = c"__kernel_clock_getres";
