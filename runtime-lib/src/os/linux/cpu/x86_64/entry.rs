//! The process entry of Linux on x86-64.

/// Defines the symbol `$name`, where the kernel enters the process: it calls `$main` with the
/// address of the start block, in an outermost frame (frame pointer 0).
macro_rules! process_entry {
    ($name:ident, $main:path) => {
        /// The entry of the process.
        ///
        /// # Safety
        /// It is never called.
        #[unsafe(naked)]
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name() -> ! {
            core::arch::naked_asm!(
                ".cfi_startproc",
                ".cfi_undefined rip",
                "xor ebp, ebp",
                "mov rdi, rsp",
                "and rsp, -16",
                "call {main}",
                "ud2",
                ".cfi_endproc",
                main = sym $main,
            )
        }
    };
}
pub(crate) use process_entry;
