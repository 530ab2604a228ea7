//! The table of traps, with code, name and message (wasmtime's words). In executables messages are
//! packed, because a table of addresses would be larger than the messages. Only components contain
//! the messages of components' own traps.

macro_rules! traps {
    (@of_any_program) => { false };
    (@of_components) => { true };
    ($($whose:ident { $($(#[$doc:meta])* $name:ident = $code:literal, $message:literal;)* })*) => {
        /// The reason why a program stopped: the traps of the WebAssembly core specification §4.2
        /// ff., and those of this project.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Trap { $($($(#[$doc])* $name = $code,)*)* }

        impl Trap {
            /// All traps, in the order of their codes.
            pub const ALL: &'static [Trap] = &[$($(Trap::$name,)*)*];

            /// The trap with this code, if there is one.
            pub const fn from_code(code: u8) -> Option<Trap> {
                match code { $($($code => Some(Trap::$name),)*)* _ => None }
            }

            /// The text that follows `wasm trap: ` in the report.
            pub const fn message(self) -> &'static str {
                match self { $($(Trap::$name => $message,)*)* }
            }

            /// Whether only components can have it.
            pub const fn is_of_components(self) -> bool {
                match self { $($(Trap::$name => traps!(@$whose),)*)* }
            }
        }
    };
}

traps! {
    of_any_program {
        /// `unreachable` was executed.
        Unreachable = 1, "wasm `unreachable` instruction executed";
        /// An access outside a linear memory.
        MemoryOutOfBounds = 2, "out of bounds memory access";
        /// An access outside a table.
        TableOutOfBounds = 3, "undefined element: out of bounds table access";
        /// `call_indirect` through a null element.
        IndirectCallToNull = 4, "uninitialized element";
        /// `call_indirect` of a function with another type.
        BadSignature = 5, "indirect call type mismatch";
        /// Integer overflow: `INT_MIN / -1`, or a float too large for the integer type.
        IntegerOverflow = 6, "integer overflow";
        /// Integer division or remainder by zero.
        IntegerDivisionByZero = 7, "integer divide by zero";
        /// A NaN was converted to an integer.
        BadConversionToInteger = 8, "invalid conversion to integer";
        /// The program's stack is exhausted.
        StackOverflow = 9, "call stack exhausted";
        /// A null reference was used.
        NullReference = 10, "null reference";
        /// A call of an import that nothing provides (`--unknown-imports trap`).
        UnknownImport = 11, "unknown import called";
        /// The time limit of `--timeout` is exceeded.
        Timeout = 12, "interrupt";
        /// A host function was given an address that is not aligned as the value requires.
        MisalignedPointer = 13, "pointer not aligned";
        /// The heap is full of live objects, or an object would be larger than the heap.
        OutOfMemory = 14, "out of memory";
        /// An access outside an array.
        ArrayOutOfBounds = 15, "out of bounds array access";
        /// `ref.cast` of a reference with another type.
        CastFailure = 16, "cast failure";
        /// An exception left a function that the runtime had called.
        UncaughtException = 17, "thrown Wasm exception";
        /// An atomic access to an address that is not aligned to its width.
        UnalignedAtomic = 18, "unaligned atomic";
        /// `memory.atomic.wait` on a memory that is not shared.
        ExpectedShared = 19, "atomic wait on non-shared memory";
    }
    of_components {
        /// A component instance is called by itself, or by an instance that contains it or that it
        /// contains.
        CannotEnterComponent = 40, "cannot enter component instance";
        /// A lowered function was called from `realloc` or `post-return`.
        CannotLeaveComponent = 41, "cannot leave component instance";
        /// A `char` that is no Unicode scalar value.
        InvalidChar = 42, "invalid `char` bit pattern";
        /// A string that extends beyond its memory.
        StringOutOfBounds = 43, "string content out-of-bounds";
        /// A list that extends beyond its memory.
        ListOutOfBounds = 44, "list content out-of-bounds";
        /// A variant, option, result or enum with a case that does not exist.
        InvalidDiscriminant = 45, "invalid variant discriminant";
        /// A misaligned pointer of the canonical ABI.
        UnalignedPointer = 46, "unaligned pointer";
        /// A string whose bytes are not UTF-8.
        InvalidUtf8 = 47, "invalid utf8 encoding";
        /// A string whose code units are not UTF-16.
        InvalidUtf16 = 48, "invalid utf16 encoding";
        /// A handle that is not in use.
        UnknownHandle = 49, "unknown handle index";
        /// A handle of another resource type.
        WrongHandle = 50, "handle index used with the wrong type";
        /// An owning handle was dropped or moved while it was lent.
        LentHandle = 51, "cannot remove owned resource while borrowed";
        /// A borrowing handle was passed where an owning one is required.
        NotOwned = 52, "cannot lift own resource from a borrow";
        /// A call returned without dropping the handles that were lent to it.
        BorrowsRemain = 53, "borrow handles still remain at the end of the call";
        /// A component instance has too many handles.
        TooManyHandles = 54, "cannot allocate another handle: at most 100000 at once";
        /// `realloc` returned an address outside of the memory.
        ReallocOutOfBounds = 55, "realloc return: beyond end of memory";
        /// `realloc` returned a misaligned address.
        ReallocUnaligned = 56, "realloc return: result not aligned";
        /// A resource was dropped while other resources depend on it.
        ResourceHasChildren = 57, "resource has children";
        /// `wasi:io/poll#poll` without pollables.
        EmptyPollList = 58, "empty poll list";
        /// More bytes were written to an output stream than `check-write` allowed.
        WriteNotPermitted = 59, "write not permitted: check-write allows less";
        /// More than 4096 bytes for `blocking-write-and-flush` or
        /// `blocking-write-zeroes-and-flush`.
        BufferTooLarge = 60, "buffer too large: expected at most 4096 bytes";
        /// More datagrams were sent than `check-send` allowed.
        SendNotPermitted = 61, "send not permitted: check-send allows less";
    }
}
impl Trap {
    /// The code in tables.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The message in `messages` ([`MESSAGES`], [`COMPONENT_MESSAGES`]); empty if it is missing.
    pub fn message_of(self, mut messages: &[u8]) -> &[u8] {
        while let [code, length, rest @ ..] = messages {
            let Some((message, rest)) = rest.split_at_checked(*length as usize) else {
                break;
            };
            if *code == self.code() {
                return message;
            }
            messages = rest;
        }
        &[]
    }
}

/// Messages of the traps that any program can have: for each the code, the length and the text.
pub static MESSAGES: [u8; packed_size(false)] = packed(false);

/// The same for traps that only components can have: see [`crate::component::Component::messages`].
pub static COMPONENT_MESSAGES: [u8; packed_size(true)] = packed(true);

const fn packed_size(of_components: bool) -> usize {
    let (mut size, mut index) = (0, 0);
    while index < Trap::ALL.len() {
        if Trap::ALL[index].is_of_components() == of_components {
            size += 2 + Trap::ALL[index].message().len();
        }
        index += 1;
    }
    size
}

const fn packed<const SIZE: usize>(of_components: bool) -> [u8; SIZE] {
    let mut packed = [0; SIZE];
    let (mut size, mut index) = (0, 0);
    while index < Trap::ALL.len() {
        let message = Trap::ALL[index].message().as_bytes();
        if Trap::ALL[index].is_of_components() == of_components {
            assert!(message.len() <= u8::MAX as usize);
            packed[size] = Trap::ALL[index].code();
            packed[size + 1] = message.len() as u8;
            size += 2;
            let mut at = 0;
            while at < message.len() {
                packed[size + at] = message[at];
                at += 1;
            }
            size += message.len();
        }
        index += 1;
    }
    packed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_found() {
        for &trap in Trap::ALL {
            let (here, there) = match trap.is_of_components() {
                true => (&COMPONENT_MESSAGES[..], &MESSAGES[..]),
                false => (&MESSAGES[..], &COMPONENT_MESSAGES[..]),
            };
            assert_eq!(trap.message_of(here), trap.message().as_bytes());
            assert_eq!(trap.message_of(there), b"");
        }
    }
}
