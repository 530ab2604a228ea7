//! Faults of the program: accesses to memory that is not there, and instructions that trap. Here
//! they are signals.

use super::{
    Errno,
    cpu::TRAPS,
    kernel::signal::{self, Again, Info, number},
};

pub use super::{cpu::Registers, kernel::signal::Handler};

/// The system's numbers of the faults that are handled.
pub const NUMBERS: &[u32] = TRAPS;

/// What a report of a fault that nothing explains has before its number, on a line of its own.
pub const NUMBER: &[u8] = b"\nsignal ";

/// What the program did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// It used memory that is not there, or not for this.
    Memory,
    /// An instruction that the CPU has not, or that cannot be executed with these operands.
    Instruction,
}

/// A fault. Its place is the registers' [`Registers::pc`].
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

impl<'a> Fault<'a> {
    /// What a signal tells; `None` if somebody sent it: then what would happen without us is done.
    #[inline(always)]
    pub fn of(number: i32, info: &Info, registers: &'a mut Registers) -> Option<Fault<'a>> {
        if info.code <= 0 {
            signal::as_without_us(number);
            return None;
        }
        // The others that are handled are instructions: see `TRAPS`.
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

/// Installs `handler` for all faults of the process. The handlers of this thread run on the stack
/// of `len` bytes at `base`.
///
/// # Safety
/// The stack is mapped for as long as the thread lives, and used for nothing else; the handler only
/// does what may be done wherever the program is.
pub unsafe fn install((base, len): (*mut u8, usize), handler: Handler) -> Result<(), Errno> {
    // SAFETY: the caller's.
    unsafe {
        set_stack(base, len)
            .and_then(|()| {
                let mut signals = TRAPS.iter();
                signals.try_for_each(|&signal| signal::handle(signal, handler, Again::Waits))
            })
            .and_then(|()| unblock())
    }
}

/// Lets this thread's handlers run on the stack of `len` bytes at `base`.
///
/// # Safety
/// The memory is mapped for as long as the thread lives, and used for nothing else.
pub unsafe fn set_stack(base: *mut u8, len: usize) -> Result<(), Errno> {
    // SAFETY: the caller's.
    unsafe { signal::set_alternate_stack(base, len) }
}

/// Unblocks the signals that the runtime needs: the kernel kills a process whose fault is blocked,
/// without a report.
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
