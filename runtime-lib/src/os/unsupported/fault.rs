//! No faults.

use super::{Errno, refused};

/// Empty.
pub const NUMBERS: &[u32] = &[];

/// The text before the number in the report of an unexplained fault, on its own line.
pub const NUMBER: &[u8] = b"\nfault ";

/// A handler of faults, or of the alarm.
pub type Handler = unsafe extern "C" fn();

/// The kind of a fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// An access to memory that is unmapped or protected.
    Memory,
    /// An instruction that the CPU lacks, or that cannot be executed with these operands.
    Instruction,
}

/// A fault.
#[derive(Debug)]
pub struct Fault<'a> {
    /// The system's number.
    pub number: i32,
    /// Its kind.
    pub kind: Kind,
    /// The accessed address; for an instruction its own.
    pub address: usize,
    /// The registers at the fault; changes take effect when the handler returns.
    pub registers: &'a mut Registers,
}

/// No registers.
#[derive(Debug)]
pub struct Registers(());

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

/// `fault_handler! { ATTRIBUTES NAME => FUNCTION }` defines a [`Handler`] that is never called.
macro_rules! fault_handler {
    ($(#[$attribute:meta])* $name:ident => $function:path) => {
        $(#[$attribute])*
        unsafe extern "C" fn $name() {
            let _: fn(&mut $crate::os::fault::Fault) = $function;
        }
    };
}
pub(crate) use fault_handler;

/// Handles nothing.
///
/// # Safety
/// There are no requirements.
pub unsafe fn install(_stack: (*mut u8, usize), _handler: Handler) -> Result<(), Errno> {
    refused()
}

/// Handles nothing.
///
/// # Safety
/// There are no requirements.
pub unsafe fn set_stack(_base: *mut u8, _len: usize) -> Result<(), Errno> {
    refused()
}
