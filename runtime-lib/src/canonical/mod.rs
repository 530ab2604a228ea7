//! Values between a component and host functions: parameters are lifted, results are lowered
//! (Component Model, Canonical ABI, "Lifting and Lowering Values"). The glue that is generated from
//! WIT ([`crate::wasi::p2::generated`]) consists of these types and macros.

#[macro_use]
mod macros;
mod call;
mod containers;
pub mod layout;
mod list;
mod resource;
mod text;

pub use call::{Call, Fields, Flat, Place};
pub use list::{List, Stored};
pub use resource::{Borrow, Own, Resource};
pub use text::Text;

use crate::component;
use wasi_aot_abi::Trap;

/// The layout of a component model type in memory and in flat parameters.
pub trait Type {
    /// Size in memory, in bytes (`elem_size`).
    const SIZE: u32;
    /// Alignment in memory, in bytes.
    const ALIGN: u32;
    /// Number of flat core values (`flatten_type`).
    const FLAT: usize;
}

/// A parameter of a host function. An invalid value traps.
pub trait Lift<'a>: Type + Sized {
    /// Lifts from flat parameters (`lift_flat`): takes [`Type::FLAT`] of them.
    fn lift(call: &Call<'a>, flat: &mut Flat<'_>) -> Self;

    /// Lifts from memory (`load`).
    fn load(call: &Call<'a>, at: Place<'a>) -> Self;
}

/// A result of a host function.
pub trait Lower: Type {
    /// Lowers into memory (`store`).
    fn store(self, call: &Call<'_>, at: Place<'_>);
}

/// A value of a type with one flat core value.
pub trait Direct: Lower {
    /// Lowers to that value (`lower_flat`).
    fn direct(self, call: &Call<'_>) -> u64;
}

/// Ends the program because of a discriminant without a case.
#[cold]
pub fn no_case() -> ! {
    component::raise(Trap::InvalidDiscriminant)
}

macro_rules! integers {
    ($($ty:ident)*) => { $(
        impl Type for $ty {
            const SIZE: u32 = size_of::<$ty>() as u32;
            const ALIGN: u32 = Self::SIZE;
            const FLAT: usize = 1;
        }

        impl<'a> Lift<'a> for $ty {
            #[inline(always)]
            fn lift(_: &Call<'a>, flat: &mut Flat<'_>) -> Self {
                flat.take() as $ty
            }

            #[inline(always)]
            fn load(_: &Call<'a>, at: Place<'a>) -> Self {
                $ty::from_le_bytes(at.get())
            }
        }

        impl Lower for $ty {
            #[inline(always)]
            fn store(self, _: &Call<'_>, at: Place<'_>) {
                at.set(self.to_le_bytes());
            }
        }

        impl Direct for $ty {
            #[inline(always)]
            fn direct(self, _: &Call<'_>) -> u64 {
                self as u64
            }
        }
    )* };
}

integers!(u8 u16 u32 u64 i32 i64);

impl Type for bool {
    const SIZE: u32 = 1;
    const ALIGN: u32 = 1;
    const FLAT: usize = 1;
}

impl<'a> Lift<'a> for bool {
    #[inline(always)]
    fn lift(_: &Call<'a>, flat: &mut Flat<'_>) -> Self {
        flat.take() as u32 != 0
    }

    #[inline(always)]
    fn load(_: &Call<'a>, at: Place<'a>) -> Self {
        at.get::<1>() != [0]
    }
}

impl Lower for bool {
    #[inline(always)]
    fn store(self, _: &Call<'_>, at: Place<'_>) {
        at.set([u8::from(self)]);
    }
}

impl Direct for bool {
    #[inline(always)]
    fn direct(self, _: &Call<'_>) -> u64 {
        self.into()
    }
}

#[cfg(test)]
mod tests;
