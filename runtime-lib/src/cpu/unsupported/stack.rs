//! No other stacks.

use super::never;

/// Never continues.
pub unsafe extern "C" fn land(_code: usize, _sp: usize, _fp: usize, _exception: u64) -> ! {
    never()
}

/// Never calls the function.
pub unsafe extern "C" fn call_on_stack(
    _sp: usize,
    _function: unsafe extern "C" fn(usize) -> usize,
    _argument: usize,
    _saved: *mut usize,
) -> usize {
    never()
}

/// Never returns.
pub unsafe extern "C" fn resume(_saved: usize, _value: usize) -> ! {
    never()
}
