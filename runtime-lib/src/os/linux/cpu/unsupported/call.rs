//! No system calls.

/// `system_call!([NAME FORM?] NUMBER; ARGUMENT…)` evaluates to the kernel's result for a call that
/// it lacks: `ENOSYS`. It is unsafe, like those of other CPUs.
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
