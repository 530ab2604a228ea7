//! The system call instruction of x86-64.

/// `system_call!([NAME FORM?] NUMBER; ARGUMENT…)`: makes a system call and is what the kernel returned (`usize`).
/// Unsafe: the kernel does to memory and the process what the arguments say.
///
/// The instruction is marked: a relocation that changes nothing stands at it and adds the number, so that the
/// object file tells which functions make which calls. The symbol tells the number's name. What is above the low
/// 16 bits of the mark is the form of the call.
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
        // The kernel's convention: number in rax, result in rax; rcx and r11 are lost.
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
