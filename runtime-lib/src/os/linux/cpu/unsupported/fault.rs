//! No faults.

/// None is raised.
pub const TRAPS: &[u32] = &[];

/// Nothing returns.
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
    /// Nowhere.
    pub fn pc(&self) -> usize {
        0
    }

    /// None.
    pub fn fp(&self) -> usize {
        0
    }

    /// None.
    pub fn sp(&self) -> usize {
        0
    }

    /// None.
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
