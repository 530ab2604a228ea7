//! `option`, `result`, and tuples.

use super::{Call, Direct, Flat, Lift, Lower, Place, Type, call::Fields, layout, no_case};

impl Type for () {
    const SIZE: u32 = 0;
    const ALIGN: u32 = 1;
    const FLAT: usize = 0;
}

impl<'a> Lift<'a> for () {
    fn lift(_: &Call<'a>, _: &mut Flat<'_>) -> Self {}

    fn load(_: &Call<'a>, _: Place<'a>) -> Self {}
}

impl Lower for () {
    fn store(self, _: &Call<'_>, _: Place<'_>) {}
}

macro_rules! tuples {
    ($(($($name:ident),*))*) => { $(
        impl<$($name: Type),*> Type for ($($name,)*) {
            const SIZE: u32 = layout::record(&[$(($name::SIZE, $name::ALIGN)),*]);
            const ALIGN: u32 = layout::alignment(&[$($name::ALIGN),*]);
            const FLAT: usize = 0 $(+ $name::FLAT)*;
        }

        impl<'a, $($name: Lift<'a>),*> Lift<'a> for ($($name,)*) {
            #[inline(always)]
            fn lift(call: &Call<'a>, flat: &mut Flat<'_>) -> Self {
                ($($name::lift(call, flat),)*)
            }

            #[inline(always)]
            fn load(call: &Call<'a>, at: Place<'a>) -> Self {
                let mut fields = Fields::new(at);
                ($($name::load(call, fields.place::<$name>()),)*)
            }
        }

        impl<$($name: Lower),*> Lower for ($($name,)*) {
            #[inline(always)]
            #[expect(non_snake_case, reason = "a value is named as its type")]
            fn store(self, call: &Call<'_>, at: Place<'_>) {
                let mut fields = Fields::new(at);
                let ($($name,)*) = self;
                $($name.store(call, fields.place::<$name>());)*
            }
        }
    )* };
}

tuples!((A, B)(A, B, C)(A, B, C, D)(A, B, C, D, E, F, G, H));

impl<T: Type> Type for Option<T> {
    const SIZE: u32 = layout::variant(&[T::SIZE], T::ALIGN);
    const ALIGN: u32 = T::ALIGN;
    const FLAT: usize = layout::flat(&[T::FLAT]);
}

impl<'a, T: Lift<'a>> Lift<'a> for Option<T> {
    fn lift(call: &Call<'a>, flat: &mut Flat<'_>) -> Self {
        let discriminant = flat.take() as u32;
        let end = flat.end(Self::FLAT);
        let value = match discriminant {
            0 => None,
            1 => Some(T::lift(call, flat)),
            _ => no_case(),
        };
        flat.skip_to(end);
        value
    }

    fn load(call: &Call<'a>, at: Place<'a>) -> Self {
        match at.get() {
            [0] => None,
            [1] => Some(T::load(call, at.payload(Self::ALIGN))),
            _ => no_case(),
        }
    }
}

impl<T: Lower> Lower for Option<T> {
    #[inline(always)]
    fn store(self, call: &Call<'_>, at: Place<'_>) {
        match self {
            None => at.set([0]),
            Some(value) => {
                at.set([1]);
                value.store(call, at.payload(Self::ALIGN));
            }
        }
    }
}

impl<T: Type, E: Type> Type for Result<T, E> {
    const SIZE: u32 = layout::variant(&[T::SIZE, E::SIZE], Self::ALIGN);
    const ALIGN: u32 = layout::alignment(&[T::ALIGN, E::ALIGN]);
    const FLAT: usize = layout::flat(&[T::FLAT, E::FLAT]);
}

impl<'a, T: Lift<'a>, E: Lift<'a>> Lift<'a> for Result<T, E> {
    fn lift(call: &Call<'a>, flat: &mut Flat<'_>) -> Self {
        let discriminant = flat.take() as u32;
        let end = flat.end(Self::FLAT);
        let value = match discriminant {
            0 => Ok(T::lift(call, flat)),
            1 => Err(E::lift(call, flat)),
            _ => no_case(),
        };
        flat.skip_to(end);
        value
    }

    fn load(call: &Call<'a>, at: Place<'a>) -> Self {
        match at.get() {
            [0] => Ok(T::load(call, at.payload(Self::ALIGN))),
            [1] => Err(E::load(call, at.payload(Self::ALIGN))),
            _ => no_case(),
        }
    }
}

impl<T: Lower, E: Lower> Lower for Result<T, E> {
    #[inline(always)]
    fn store(self, call: &Call<'_>, at: Place<'_>) {
        match self {
            Ok(value) => {
                at.set([0]);
                value.store(call, at.payload(Self::ALIGN));
            }
            Err(error) => {
                at.set([1]);
                error.store(call, at.payload(Self::ALIGN));
            }
        }
    }
}

impl Direct for Result<(), ()> {
    fn direct(self, _: &Call<'_>) -> u64 {
        self.is_err().into()
    }
}
