//! No faults.

/// Empty.
pub const TRAPS: &[u32] = &[];

/// Always 0.
pub fn signal_return() -> usize {
    0
}

/// No registers.
#[derive(Debug)]
#[repr(C)]
pub struct Registers {
    nothing: u64,
}

impl Registers {
    /// Always 0.
    pub fn pc(&self) -> usize {
        0
    }

    /// Always 0.
    pub fn fp(&self) -> usize {
        0
    }

    /// Always 0.
    pub fn sp(&self) -> usize {
        0
    }

    /// Always `None`.
    pub fn link(&self) -> Option<usize> {
        None
    }

    /// Changes nothing.
    pub fn redirect(
        &mut self,
        _function: unsafe extern "C" fn(usize) -> !,
        _sp: usize,
        _argument: usize,
    ) {
    }
}
