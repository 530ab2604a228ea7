//! Defines types of WIT as types of Rust. `lift`, `lower` or `both` gives the direction of their
//! values.

/// A resource type and its number.
macro_rules! resource {
    ($name:ident = $number:literal) => {
        impl $crate::canonical::Resource for $name {
            const NUMBER: u32 = $number;
        }
    };
}

/// A `record`.
macro_rules! record {
    ($way:ident $(#[$doc:meta])* $name:ident $(<$life:lifetime>)? {
        $($(#[$field_doc:meta])* $field:ident: $ty:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name $(<$life>)? { $($(#[$field_doc])* pub $field: $ty,)* }

        impl $(<$life>)? $crate::canonical::Type for $name $(<$life>)? {
            const SIZE: u32 = $crate::canonical::layout::record(&[$((
                <$ty as $crate::canonical::Type>::SIZE,
                <$ty as $crate::canonical::Type>::ALIGN,
            )),*]);
            const ALIGN: u32 =
                $crate::canonical::layout::alignment(&[$(<$ty as $crate::canonical::Type>::ALIGN),*]);
            const FLAT: usize = 0 $(+ <$ty as $crate::canonical::Type>::FLAT)*;
        }

        record!(@$way $name $(<$life>)? { $($field: $ty,)* });
    };
    (@both $name:ident { $($field:ident: $ty:ty,)* }) => {
        record!(@lift $name { $($field: $ty,)* });
        record!(@lower $name { $($field: $ty,)* });
    };
    (@lift $name:ident { $($field:ident: $ty:ty,)* }) => {
        record!(@lift 'call $name {} { $($field: $ty,)* });
    };
    (@lift $name:ident <$life:lifetime> { $($field:ident: $ty:ty,)* }) => {
        record!(@lift $life $name { <$life> } { $($field: $ty,)* });
    };
    (@lift $call:lifetime $name:ident { $($arguments:tt)* } { $($field:ident: $ty:ty,)* }) => {
        impl<$call> $crate::canonical::Lift<$call> for $name $($arguments)* {
            fn lift(
                call: &$crate::canonical::Call<$call>,
                flat: &mut $crate::canonical::Flat<'_>,
            ) -> Self {
                $name { $($field: <$ty as $crate::canonical::Lift<$call>>::lift(call, flat),)* }
            }

            fn load(
                call: &$crate::canonical::Call<$call>,
                at: $crate::canonical::Place<$call>,
            ) -> Self {
                let mut fields = $crate::canonical::Fields::new(at);
                $name { $($field: <$ty as $crate::canonical::Lift<$call>>::load(call, fields.place::<$ty>()),)* }
            }
        }
    };
    (@lower $name:ident { $($field:ident: $ty:ty,)* }) => {
        impl $crate::canonical::Lower for $name {
            fn store(self, call: &$crate::canonical::Call<'_>, at: $crate::canonical::Place<'_>) {
                let mut fields = $crate::canonical::Fields::new(at);
                $($crate::canonical::Lower::store(self.$field, call, fields.place::<$ty>());)*
            }
        }
    };
}

/// A `variant` of up to 256 cases.
macro_rules! variant {
    ($way:ident $(#[$doc:meta])* $name:ident $(<$life:lifetime>)? {
        $($(#[$case_doc:meta])* $case:ident $(($ty:ty))? = $number:literal,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub enum $name $(<$life>)? { $($(#[$case_doc])* $case $(($ty))?,)* }

        impl $(<$life>)? $crate::canonical::Type for $name $(<$life>)? {
            const SIZE: u32 = $crate::canonical::layout::variant(
                &[$($(<$ty as $crate::canonical::Type>::SIZE,)?)*],
                Self::ALIGN,
            );
            const ALIGN: u32 = $crate::canonical::layout::alignment(
                &[$($(<$ty as $crate::canonical::Type>::ALIGN,)?)*],
            );
            const FLAT: usize = $crate::canonical::layout::flat(
                &[$($(<$ty as $crate::canonical::Type>::FLAT,)?)*],
            );
        }

        variant!(@$way $name $(<$life>)? { $($case $(($ty))? = $number,)* });
    };
    (@both $name:ident { $($cases:tt)* }) => {
        variant!(@lift $name { $($cases)* });
        variant!(@lower $name { $($cases)* });
    };
    (@lift $name:ident { $($cases:tt)* }) => {
        variant!(@lift 'call $name {} { $($cases)* });
    };
    (@lift $name:ident <$life:lifetime> { $($cases:tt)* }) => {
        variant!(@lift $life $name { <$life> } { $($cases)* });
    };
    (@lift $call:lifetime $name:ident { $($arguments:tt)* } {
        $($case:ident $(($ty:ty))? = $number:literal,)*
    }) => {
        impl<$call> $crate::canonical::Lift<$call> for $name $($arguments)* {
            fn lift(
                call: &$crate::canonical::Call<$call>,
                flat: &mut $crate::canonical::Flat<'_>,
            ) -> Self {
                let discriminant = flat.take() as u32;
                let end = flat.end(<Self as $crate::canonical::Type>::FLAT);
                let value = match discriminant {
                    $($number => $name::$case $((<$ty as $crate::canonical::Lift<$call>>::lift(call, flat)))?,)*
                    _ => $crate::canonical::no_case(),
                };
                flat.skip_to(end);
                value
            }

            fn load(
                call: &$crate::canonical::Call<$call>,
                at: $crate::canonical::Place<$call>,
            ) -> Self {
                let payload = at.payload(<Self as $crate::canonical::Type>::ALIGN);
                match at.get() {
                    $([$number] => $name::$case $((<$ty as $crate::canonical::Lift<$call>>::load(call, payload)))?,)*
                    _ => $crate::canonical::no_case(),
                }
            }
        }
    };
    (@lower $name:ident { $($case:ident $(($ty:ty))? = $number:literal,)* }) => {
        impl $crate::canonical::Lower for $name {
            #[allow(unused_variables, reason = "no case of some variants has a payload")]
            fn store(self, call: &$crate::canonical::Call<'_>, at: $crate::canonical::Place<'_>) {
                let place = at.payload(<Self as $crate::canonical::Type>::ALIGN);
                match self {
                    $($name::$case $((variant!(@bind payload $ty)))? => {
                        at.set([$number]);
                        $(<$ty as $crate::canonical::Lower>::store(payload, call, place);)?
                    })*
                }
            }
        }
    };
    (@bind $payload:ident $ty:ty) => { $payload };
}

/// An `enum` of up to 256 cases.
macro_rules! enumeration {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $number:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum $name { $($(#[$case_doc])* $case = $number,)* }

        impl $name {
            fn case(discriminant: u32) -> Self {
                match discriminant {
                    $($number => $name::$case,)*
                    _ => $crate::canonical::no_case(),
                }
            }
        }

        impl $crate::canonical::Type for $name {
            const SIZE: u32 = 1;
            const ALIGN: u32 = 1;
            const FLAT: usize = 1;
        }

        impl<'call> $crate::canonical::Lift<'call> for $name {
            fn lift(
                _: &$crate::canonical::Call<'call>,
                flat: &mut $crate::canonical::Flat<'_>,
            ) -> Self {
                Self::case(flat.take() as u32)
            }

            fn load(
                _: &$crate::canonical::Call<'call>,
                at: $crate::canonical::Place<'call>,
            ) -> Self {
                let [discriminant] = at.get();
                Self::case(discriminant.into())
            }
        }

        impl $crate::canonical::Lower for $name {
            fn store(self, _: &$crate::canonical::Call<'_>, at: $crate::canonical::Place<'_>) {
                at.set([self as u8]);
            }
        }

        impl $crate::canonical::Direct for $name {
            fn direct(self, _: &$crate::canonical::Call<'_>) -> u64 {
                self as u64
            }
        }
    };
}

/// Up to 8 `flags`; bits without a name are ignored.
macro_rules! flags {
    ($(#[$doc:meta])* $name:ident { $($(#[$flag_doc:meta])* $flag:ident = $bit:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
        pub struct $name(u8);

        impl $name {
            /// No flag.
            pub const NONE: $name = $name(0);
            $($(#[$flag_doc])* pub const $flag: $name = $name(1 << $bit);)*
            const ALL: u8 = 0 $(| 1 << $bit)*;

            /// Whether all flags of `other` are set.
            pub const fn has(self, other: $name) -> bool {
                self.0 & other.0 == other.0
            }

            /// The flags of both.
            #[must_use]
            pub const fn and(self, other: $name) -> $name {
                $name(self.0 | other.0)
            }
        }

        impl $crate::canonical::Type for $name {
            const SIZE: u32 = 1;
            const ALIGN: u32 = 1;
            const FLAT: usize = 1;
        }

        impl<'call> $crate::canonical::Lift<'call> for $name {
            fn lift(
                _: &$crate::canonical::Call<'call>,
                flat: &mut $crate::canonical::Flat<'_>,
            ) -> Self {
                $name(flat.take() as u8 & Self::ALL)
            }

            fn load(
                _: &$crate::canonical::Call<'call>,
                at: $crate::canonical::Place<'call>,
            ) -> Self {
                let [bits] = at.get();
                $name(bits & Self::ALL)
            }
        }

        impl $crate::canonical::Lower for $name {
            fn store(self, _: &$crate::canonical::Call<'_>, at: $crate::canonical::Place<'_>) {
                at.set([self.0]);
            }
        }
    };
}
