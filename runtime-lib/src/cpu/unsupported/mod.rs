//! No CPU: every item of the contract, and none that works. Compiled in CI alone, so that what a
//! new CPU has to offer is known to be the whole of it.

pub mod cache;
pub mod features;
pub mod frame;
pub mod memory;
pub mod stack;

/// Where a function of a CPU that there is not would return.
fn never() -> ! {
    loop {
        core::hint::spin_loop();
    }
}
