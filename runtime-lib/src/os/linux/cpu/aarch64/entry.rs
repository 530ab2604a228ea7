//! The process entry of Linux on aarch64.

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
                ".cfi_undefined x30",
                "mov x29, xzr",
                "mov x30, xzr",
                "mov x0, sp",
                "and sp, x0, #-16",
                "bl {main}",
                "udf #0",
                ".cfi_endproc",
                main = sym $main,
            )
        }
    };
}
pub(crate) use process_entry;
