//! No faults.

use super::{Errno, refused};

/// None.
pub const NUMBERS: &[u32] = &[];

/// What a report of a fault that nothing explains has before its number, on a line of its own.
pub const NUMBER: &[u8] = b"\nfault ";

/// A handler of faults, or of the alarm.
pub type Handler = unsafe extern "C" fn();

/// What the program did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// It used memory that is not there, or not for this.
    Memory,
    /// An instruction that the CPU has not, or that cannot be executed with these operands.
    Instruction,
}

/// A fault.
#[derive(Debug)]
pub struct Fault<'a> {
    /// The system's number of it.
    pub number: i32,
    /// What was done.
    pub kind: Kind,
    /// The address that was used; of an instruction its own.
    pub address: usize,
    /// The registers at this moment, and after it.
    pub registers: &'a mut Registers,
}

/// No registers.
#[derive(Debug)]
pub struct Registers(());

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

/// `fault_handler! { ATTRIBUTES NAME => FUNCTION }` defines a [`Handler`] that nobody calls.
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
/// None is needed here.
pub unsafe fn install(_stack: (*mut u8, usize), _handler: Handler) -> Result<(), Errno> {
    refused()
}

/// Handles nothing.
///
/// # Safety
/// None is needed here.
pub unsafe fn set_stack(_base: *mut u8, _len: usize) -> Result<(), Errno> {
    refused()
}
