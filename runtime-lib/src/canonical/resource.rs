//! Handles of the host's resources.

use super::{Call, Direct, Flat, Lift, Lower, Place, Type};
use crate::component::handles;
use core::marker::PhantomData;

/// A resource type of the host.
pub trait Resource {
    /// Its number: an index into [`wasi_aot_abi::component::RESOURCES`].
    const NUMBER: u32;
}

/// An owning handle, which passes ownership to the other side.
#[derive(Clone, Copy, Debug)]
pub struct Own<R> {
    rep: u32,
    resource: PhantomData<R>,
}

impl<R> Own<R> {
    /// A handle to return, for a representation.
    pub fn new(rep: u32) -> Self {
        Own {
            rep,
            resource: PhantomData,
        }
    }

    /// The representation.
    pub fn rep(self) -> u32 {
        self.rep
    }
}

/// A handle that is lent for the duration of the call.
#[derive(Clone, Copy, Debug)]
pub struct Borrow<R> {
    rep: u32,
    resource: PhantomData<R>,
}

impl<R> Borrow<R> {
    /// The representation.
    pub fn rep(self) -> u32 {
        self.rep
    }
}

impl<R> Type for Own<R> {
    const SIZE: u32 = 4;
    const ALIGN: u32 = 4;
    const FLAT: usize = 1;
}

impl<R> Type for Borrow<R> {
    const SIZE: u32 = 4;
    const ALIGN: u32 = 4;
    const FLAT: usize = 1;
}

impl<'a, R: Resource> Lift<'a> for Own<R> {
    fn lift(call: &Call<'a>, flat: &mut Flat<'_>) -> Self {
        Own::new(handles::lift_own(
            call.options(),
            R::NUMBER,
            flat.take() as u32,
        ))
    }

    fn load(call: &Call<'a>, at: Place<'a>) -> Self {
        Own::new(handles::lift_own(
            call.options(),
            R::NUMBER,
            u32::load(call, at),
        ))
    }
}

impl<'a, R: Resource> Lift<'a> for Borrow<R> {
    #[inline(always)]
    fn lift(call: &Call<'a>, flat: &mut Flat<'_>) -> Self {
        Borrow {
            rep: handles::lift_borrow(call.options(), R::NUMBER, flat.take() as u32),
            resource: PhantomData,
        }
    }

    fn load(call: &Call<'a>, at: Place<'a>) -> Self {
        Borrow {
            rep: handles::lift_borrow(call.options(), R::NUMBER, u32::load(call, at)),
            resource: PhantomData,
        }
    }
}

impl<R: Resource> Lower for Own<R> {
    fn store(self, call: &Call<'_>, at: Place<'_>) {
        handles::lower_own(call.options(), R::NUMBER, self.rep).store(call, at);
    }
}

impl<R: Resource> Direct for Own<R> {
    fn direct(self, call: &Call<'_>) -> u64 {
        handles::lower_own(call.options(), R::NUMBER, self.rep).into()
    }
}
