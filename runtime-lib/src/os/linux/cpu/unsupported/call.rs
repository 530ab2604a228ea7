//! No system calls.

/// `system_call!([NAME FORM?] NUMBER; ARGUMENT…)` is what the kernel returns for a call that it
/// does not have: `ENOSYS`. Unsafe, as the others are.
macro_rules! system_call {
    ([$($name:ident)+] $number:expr; $($argument:expr),*) => {{
        unsafe fn no_call() -> usize {
            38usize.wrapping_neg()
        }
        let _ = ($number, $($argument as usize,)*);
        no_call()
    }};
}
pub(in crate::os::linux) use system_call;
