//! A CPU that supports nothing: it defines every item of the contract, without function. Only CI
//! compiles it, to check that the contract lists everything that a new CPU must provide.

pub mod cache;
pub mod features;
pub mod frame;
pub mod memory;
pub mod stack;

/// The body of functions that are never called.
fn never() -> ! {
    loop {
        core::hint::spin_loop();
    }
}
