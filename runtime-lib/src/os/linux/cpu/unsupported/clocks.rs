//! No vDSO: names of no function.

use core::ffi::CStr;

/// Empty.
pub const GETTIME: &CStr = c"";
/// Empty.
pub const GETRES: &CStr = c"";
