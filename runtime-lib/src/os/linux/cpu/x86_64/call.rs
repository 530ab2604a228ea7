//! The system call instruction of x86-64.

/// `system_call!([NAME FORM?] NUMBER; ARGUMENT…)`: makes a system call and evaluates to the
/// kernel's result (`usize`). It is unsafe, because the arguments determine the effect on memory
/// and the process.
///
/// The instruction is marked by a relocation that changes nothing and whose addend is the number.
/// So the object file shows which functions make which calls. The symbol contains the call's name.
/// The bits of the mark above the low 16 are the form of the call.
macro_rules! system_call {
    ([$($name:ident)+] $number:expr;) => { $crate::os::linux::cpu::system_call!(@ [$($name)+] $number;) };
    ([$($name:ident)+] $number:expr; $a:expr) => { $crate::os::linux::cpu::system_call!(@ [$($name)+] $number; "rdi" $a) };
    ([$($name:ident)+] $number:expr; $a:expr, $b:expr) => { $crate::os::linux::cpu::system_call!(@ [$($name)+] $number; "rdi" $a, "rsi" $b) };
    ([$($name:ident)+] $number:expr; $a:expr, $b:expr, $c:expr) => {
        $crate::os::linux::cpu::system_call!(@ [$($name)+] $number; "rdi" $a, "rsi" $b, "rdx" $c)
    };
    ([$($name:ident)+] $number:expr; $a:expr, $b:expr, $c:expr, $d:expr) => {
        $crate::os::linux::cpu::system_call!(@ [$($name)+] $number; "rdi" $a, "rsi" $b, "rdx" $c, "r10" $d)
    };
    ([$($name:ident)+] $number:expr; $a:expr, $b:expr, $c:expr, $d:expr, $e:expr) => {
        $crate::os::linux::cpu::system_call!(@ [$($name)+] $number; "rdi" $a, "rsi" $b, "rdx" $c, "r10" $d, "r8" $e)
    };
    ([$($name:ident)+] $number:expr; $a:expr, $b:expr, $c:expr, $d:expr, $e:expr, $f:expr) => {
        $crate::os::linux::cpu::system_call!(@ [$($name)+] $number; "rdi" $a, "rsi" $b, "rdx" $c, "r10" $d, "r8" $e, "r9" $f)
    };
    (@ [$name:ident $($form:ident)?] $number:expr; $($register:tt $argument:expr),*) => {{
        let returned: usize;
        // The kernel's convention: number in rax, result in rax; rcx and r11 are clobbered.
        core::arch::asm!(
            concat!(".set wasi_aot_syscall.", stringify!($name) $(, ".", stringify!($form))?, ", {mark}"),
            ".reloc ., R_X86_64_NONE, {mark}",
            "syscall",
            mark = const $number,
            inlateout("rax") $number & $crate::os::linux::kernel::number::NUMBER => returned,
            $(in($register) $argument as usize,)*
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack, preserves_flags),
        );
        returned
    }};
}
pub(in crate::os::linux) use system_call;
