//! No entry.

/// Defines the symbol `$name`, without function.
macro_rules! process_entry {
    ($name:ident, $main:path) => {
        /// Never entered.
        ///
        /// # Safety
        /// It is never called.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name() -> ! {
            let _ = $main as unsafe extern "C" fn(*mut usize) -> !;
            loop {
                core::hint::spin_loop();
            }
        }
    };
}
pub(crate) use process_entry;
