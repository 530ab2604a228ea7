//! No vDSO: a name that no function has.

use core::ffi::CStr;

/// There is none.
pub const GETTIME: &CStr = c"";
/// There is none.
pub const GETRES: &CStr = c"";
