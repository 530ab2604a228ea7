//! The system call instruction of aarch64.

/// `system_call!([NAME FORM?] NUMBER; ARGUMENT…)`: makes a system call and evaluates to the
/// kernel's result (`usize`). It is unsafe, because the arguments determine the effect on memory
/// and the process.
///
/// The instruction is marked by a relocation that changes nothing and whose addend is the number.
/// So the object file shows which functions make which calls. The symbol contains the call's name.
/// The bits of the mark above the low 16 are the form of the call.
macro_rules! system_call {
    // A call without parameters ignores the first.
    ([$($name:ident)+] $number:expr;) => { $crate::os::linux::cpu::system_call!(@ [$($name)+] $number; 0) };
    ([$($name:ident)+] $number:expr; $a:expr) => { $crate::os::linux::cpu::system_call!(@ [$($name)+] $number; $a) };
    ([$($name:ident)+] $number:expr; $a:expr, $b:expr) => { $crate::os::linux::cpu::system_call!(@ [$($name)+] $number; $a, "x1" $b) };
    ([$($name:ident)+] $number:expr; $a:expr, $b:expr, $c:expr) => {
        $crate::os::linux::cpu::system_call!(@ [$($name)+] $number; $a, "x1" $b, "x2" $c)
    };
    ([$($name:ident)+] $number:expr; $a:expr, $b:expr, $c:expr, $d:expr) => {
        $crate::os::linux::cpu::system_call!(@ [$($name)+] $number; $a, "x1" $b, "x2" $c, "x3" $d)
    };
    ([$($name:ident)+] $number:expr; $a:expr, $b:expr, $c:expr, $d:expr, $e:expr) => {
        $crate::os::linux::cpu::system_call!(@ [$($name)+] $number; $a, "x1" $b, "x2" $c, "x3" $d, "x4" $e)
    };
    ([$($name:ident)+] $number:expr; $a:expr, $b:expr, $c:expr, $d:expr, $e:expr, $f:expr) => {
        $crate::os::linux::cpu::system_call!(@ [$($name)+] $number; $a, "x1" $b, "x2" $c, "x3" $d, "x4" $e, "x5" $f)
    };
    (@ [$name:ident $($form:ident)?] $number:expr; $first:expr $(, $register:tt $argument:expr)*) => {{
        let returned: usize;
        // The kernel's convention: number in x8, result in x0, all other registers are preserved.
        core::arch::asm!(
            concat!(".set wasi_aot_syscall.", stringify!($name) $(, ".", stringify!($form))?, ", {mark}"),
            ".reloc ., R_AARCH64_NONE, {mark}",
            "svc #0",
            mark = const $number,
            in("x8") $number & $crate::os::linux::kernel::number::NUMBER,
            inlateout("x0") $first as usize => returned,
            $(in($register) $argument as usize,)*
            options(nostack, preserves_flags),
        );
        returned
    }};
}
pub(in crate::os::linux) use system_call;
