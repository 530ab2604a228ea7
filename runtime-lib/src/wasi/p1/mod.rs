//! WASI preview 1, `wasi_snapshot_preview1`, and what came before it, `wasi_unstable`: the functions that a
//! module imports, each a symbol of its own, so that an executable holds only those that its program
//! imports.
//!
//! Behaviour where the specification leaves room: an address outside the memory or not aligned traps (the
//! specification's rule for pointers), and a call that traps or fails because of its arguments has changed
//! nothing. What else is left open is as in wasmtime or, where it differs, as for a native program.
//!
//! What is on the stack during a system call is inlined into the function that the program calls, as far as that
//! is worth its size (`inline(always)` here and in [`crate::host`]): the kernel leaves the CPU without its
//! prediction of returns, and each one costs as much as all the checks of a call.

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

/// Why a function does not succeed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Failure {
    /// The program is told.
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

/// What the program receives.
fn finish(result: Result) -> i32 {
    match result {
        Ok(()) => 0,
        Err(Failure::Errno(errno)) => i32::from(errno.number()),
        // SAFETY: host functions are called on the program's stack.
        Err(Failure::Trap(trap)) => unsafe { wasi_aot_raise_trap(u32::from(trap.code())) },
    }
}

/// What stands behind the functions of [`wasi_aot_abi::preview1!`], by their names.
mod behind {
    pub use super::{arguments::*, clocks::*, fd::*, path::*, poll::*, process::*, sock::*};
}

/// Defines functions of a module, each from the one of its name in another.
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

/// Defines all functions. Those that are `both`, of preview 1 and of `wasi_unstable`, have one copy
/// of their code: the older name is a jump.
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
        // Not inlined, or the older name would be another symbol of the same code.
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
