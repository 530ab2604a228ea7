//! Faults of the program: accesses to unmapped memory, and instructions that trap. On Linux they
//! are signals.

use super::{
    Errno,
    cpu::TRAPS,
    kernel::signal::{self, Again, Info, number},
};

pub use super::{cpu::Registers, kernel::signal::Handler};

/// The system's numbers of the handled faults.
pub const NUMBERS: &[u32] = TRAPS;

/// The text before the number in the report of an unexplained fault, on its own line.
pub const NUMBER: &[u8] = b"\nsignal ";

/// The kind of a fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// An access to memory that is unmapped or protected.
    Memory,
    /// An instruction that the CPU lacks, or that cannot be executed with these operands.
    Instruction,
}

/// A fault. Its location is the registers' [`Registers::pc`].
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

impl<'a> Fault<'a> {
    /// The fault that a signal reports; `None` if a process sent the signal: then its default
    /// action follows.
    #[inline(always)]
    pub fn of(number: i32, info: &Info, registers: &'a mut Registers) -> Option<Fault<'a>> {
        if info.code <= 0 {
            signal::as_without_us(number);
            return None;
        }
        // The other handled signals are for instructions: see `TRAPS`.
        let kind = if number as u32 == number::SEGV {
            Kind::Memory
        } else {
            Kind::Instruction
        };
        Some(Fault {
            number,
            kind,
            address: info.address,
            registers,
        })
    }
}

/// `fault_handler! { ATTRIBUTES NAME => FUNCTION }` defines a [`Handler`] that calls `FUNCTION`
/// with a `Fault`.
macro_rules! fault_handler {
    ($(#[$attribute:meta])* $name:ident => $function:path) => {
        $(#[$attribute])*
        unsafe extern "C" fn $name(
            number: i32,
            info: &$crate::os::linux::kernel::signal::Info,
            registers: &mut $crate::os::fault::Registers,
        ) {
            if let Some(mut fault) = $crate::os::fault::Fault::of(number, info, registers) {
                $function(&mut fault);
            }
        }
    };
}
pub(crate) use fault_handler;

/// Installs `handler` for all faults of the process. Signal handlers of this thread run on the
/// stack of `len` bytes at `base`.
///
/// # Safety
/// The stack must stay mapped while the thread lives, and be used for nothing else; the handler may
/// only do what is safe wherever the program is.
pub unsafe fn install((base, len): (*mut u8, usize), handler: Handler) -> Result<(), Errno> {
    // SAFETY: as required of the caller.
    unsafe {
        set_stack(base, len)
            .and_then(|()| {
                let mut signals = TRAPS.iter();
                signals.try_for_each(|&signal| signal::handle(signal, handler, Again::Waits))
            })
            .and_then(|()| unblock())
    }
}

/// Lets this thread's signal handlers run on the stack of `len` bytes at `base`.
///
/// # Safety
/// The memory must stay mapped while the thread lives, and be used for nothing else.
pub unsafe fn set_stack(base: *mut u8, len: usize) -> Result<(), Errno> {
    // SAFETY: as required of the caller.
    unsafe { signal::set_alternate_stack(base, len) }
}

/// Unblocks the signals that the runtime needs: the kernel kills a process without a report if the
/// signal of its fault is blocked.
fn unblock() -> Result<(), Errno> {
    const NEEDED: u64 = signal::set(&[
        number::SEGV,
        number::BUS,
        number::ILL,
        number::FPE,
        number::TRAP,
        number::ABRT,
    ]);
    signal::unblock(NEEDED)
}
