//! WASI preview 1, `wasi_snapshot_preview1`, and its predecessor, `wasi_unstable`. Each function
//! that a module can import is a separate symbol, so that an executable contains only those that
//! its program imports.
//!
//! Behaviour that the specification leaves open: an address that is out of bounds or misaligned
//! traps (the specification's rule for pointers), and a call that traps or fails because of its
//! arguments has no effect. Everything else is as in wasmtime or, where that differs, as for a
//! native program.
//!
//! The functions that are active during a system call are inlined into the function that the
//! program calls, where that is worth its size (`inline(always)` here and in [`crate::host`]).
//! After a system call the CPU's return predictions are lost, and each misprediction costs as much
//! as all the checks of a call.

mod arguments;
mod clocks;
mod errno;
mod fd;
pub mod lookup;
mod path;
mod poll;
mod process;
mod rights;
mod snapshot0;
mod sock;
mod types;
mod vectors;

use super::memory::{BadPointer, Memory};
use crate::{end, os, thread, trap::wasi_aot_raise_trap};
use errno::Errno;
use wasi_aot_abi::{Region, Trap};

/// The reason why a function fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Failure {
    /// An error number for the program.
    Errno(Errno),
    /// The program ends.
    Trap(Trap),
}

impl From<Errno> for Failure {
    fn from(errno: Errno) -> Self {
        Failure::Errno(errno)
    }
}

impl From<os::Errno> for Failure {
    fn from(errno: os::Errno) -> Self {
        Failure::Errno(errno.into())
    }
}

impl From<BadPointer> for Failure {
    fn from(bad: BadPointer) -> Self {
        Failure::Trap(match bad {
            BadPointer::OutOfBounds => Trap::MemoryOutOfBounds,
            BadPointer::Misaligned => Trap::MisalignedPointer,
        })
    }
}

type Result<T = ()> = core::result::Result<T, Failure>;

/// The result for the program.
fn finish(result: Result) -> i32 {
    match result {
        Ok(()) => 0,
        Err(Failure::Errno(errno)) => i32::from(errno.number()),
        // SAFETY: host functions are called on the program's stack.
        Err(Failure::Trap(trap)) => unsafe { wasi_aot_raise_trap(u32::from(trap.code())) },
    }
}

/// The implementations of the functions in [`wasi_aot_abi::preview1!`], by name.
mod behind {
    pub use super::{arguments::*, clocks::*, fd::*, path::*, poll::*, process::*, sock::*};
}

/// Defines functions of a module, each by its implementation with the same name in another module.
macro_rules! functions {
    ($prefix:literal $behind:ident $($(#[$doc:meta])* $name:ident($($argument:ident: $type:ty),*);)*) => {
        $(
            $(#[$doc])*
            #[unsafe(export_name = concat!($prefix, stringify!($name)))]
            pub extern "C" fn $name(region: Option<&Region>, $($argument: $type),*) -> i32 {
                let _call = thread::enter();
                finish($behind::$name(Memory::new(region), $($argument),*))
            }
        )*
    };
}

/// Defines all functions. The functions in `both`, which preview 1 and `wasi_unstable` share, have
/// one copy of their code: the older name is a jump.
macro_rules! define {
    (
        both { $($(#[$doc:meta])* $name:ident($($argument:ident: $type:ty),*) $($_need:ident)?;)* }
        changed { $($(#[$changed_doc:meta])* $changed:ident($($with:ident: $of:ty),*) $($_needs:ident)?;)* }
        added { $($(#[$added_doc:meta])* $added:ident($($and:ident: $a:ty),*) $($_needed:ident)?;)* }
        ends { $(#[$end_doc:meta])* $end:ident($code:ident: $number:ty); }
    ) => {
        functions! { "wasi_snapshot_preview1." behind
            $($(#[$doc])* $name($($argument: $type),*);)*
            $($(#[$changed_doc])* $changed($($with: $of),*);)*
            $($(#[$added_doc])* $added($($and: $a),*);)*
        }

        $(#[$end_doc])*
        // It must not be inlined: otherwise the older name would be another copy of the code.
        #[inline(never)]
        #[unsafe(export_name = concat!("wasi_snapshot_preview1.", stringify!($end)))]
        pub extern "C" fn $end(_: Option<&Region>, $code: $number) -> ! {
            end::exit($code)
        }

        /// The functions of `wasi_unstable` that are those of preview 1.
        pub mod unstable {
            use wasi_aot_abi::Region;
            $(
                $(#[$doc])*
                #[unsafe(export_name = concat!("wasi_unstable.", stringify!($name)))]
                pub extern "C" fn $name(region: Option<&Region>, $($argument: $type),*) -> i32 {
                    super::$name(region, $($argument),*)
                }
            )*

            $(#[$end_doc])*
            #[unsafe(export_name = concat!("wasi_unstable.", stringify!($end)))]
            pub extern "C" fn $end(region: Option<&Region>, $code: $number) -> ! {
                super::$end(region, $code)
            }
        }

        /// The functions of `wasi_unstable` that differ.
        pub mod unstable_only {
            use super::{Memory, finish, snapshot0, thread};
            use wasi_aot_abi::Region;

            functions! { "wasi_unstable." snapshot0
                $($(#[$changed_doc])* $changed($($with: $of),*);)*
            }
        }
    };
}

wasi_aot_abi::preview1!(define);

#[cfg(test)]
mod tests;
