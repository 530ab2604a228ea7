//! Compares lifted and lowered values with literal bytes.

use super::*;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::{ptr, vec, vec::Vec};
use wasi_aot_abi::{
    Region,
    component::{Options, encoding},
};

record! { both
    /// Fields of several alignments.
    Mixed {
        /// At 0.
        small: u8,
        /// At 8.
        large: u64,
        /// At 16.
        half: u16,
    }
}

record! { lift
    /// A record with a string.
    Named<'a> {
        /// Its name.
        name: Text<'a>,
        /// A number.
        number: u32,
    }
}

variant! { both
    /// Payloads of several sizes.
    Choice {
        /// A small one.
        Small(u8) = 0,
        /// None.
        None = 1,
        /// A large one.
        Large(Mixed) = 2,
    }
}

enumeration! {
    /// Cases.
    Colour {
        /// 0.
        Red = 0,
        /// 1.
        Green = 1,
    }
}

flags! {
    /// Flags.
    Set {
        /// Bit 0.
        FIRST = 0,
        /// Bit 1.
        SECOND = 1,
    }
}

/// The next address that the tests' `realloc` returns.
static NEXT: AtomicU32 = AtomicU32::new(0);

unsafe extern "C" fn realloc(_: u32, _: u32, alignment: u32, bytes: u32) -> u32 {
    let address = NEXT.load(Ordering::Relaxed).next_multiple_of(alignment);
    NEXT.store(address + bytes, Ordering::Relaxed);
    address
}

/// Runs `test` with a memory that contains `bytes` and then zeros, and whose `realloc` allocates
/// from 0x100 on. Returns the memory afterwards.
fn with_memory(encoding: u32, bytes: &[u8], test: impl Fn(&Call<'_>)) -> Vec<u8> {
    let _alone = crate::host::tests::ONE_AT_A_TIME.lock();
    NEXT.store(0x100, Ordering::Relaxed);
    let mut memory = vec![0; 0x1000];
    memory[..bytes.len()].copy_from_slice(bytes);
    let region = Region {
        base: memory.as_mut_ptr(),
        bytes: AtomicU64::new(memory.len() as u64),
        limit: memory.len() as u64,
        maximum: memory.len() as u64,
        reserved: memory.len() as u64,
        image: 0,
        pieces: ptr::null(),
        piece_count: 0,
    };
    let options = Options {
        memory: &region,
        realloc: Some(realloc),
        instance: 0,
        encoding,
    };
    test(&Call::new(&options));
    memory
}

fn lift<'a, T: Lift<'a>>(call: &Call<'a>, words: &[u64]) -> T {
    let mut flat = Flat::new(words);
    let value = T::lift(call, &mut flat);
    assert_eq!(flat.end(1), words.len(), "all are taken");
    value
}

fn stored<T: Lower>(value: T) -> Vec<u8> {
    let value = core::cell::Cell::new(Some(value));
    with_memory(encoding::UTF8, &[], |call| {
        if let Some(value) = value.take() {
            value.store(call, call.place::<T>(16));
        }
    })[16..16 + T::SIZE as usize]
        .to_vec()
}

#[test]
fn layouts() {
    assert_eq!((Mixed::SIZE, Mixed::ALIGN, Mixed::FLAT), (24, 8, 3));
    assert_eq!((Choice::SIZE, Choice::ALIGN, Choice::FLAT), (32, 8, 4));
    assert_eq!((Colour::SIZE, Colour::FLAT, Set::SIZE), (1, 1, 1));
    type Nested = Option<Result<(u8, u16), u32>>;
    assert_eq!((Nested::SIZE, Nested::ALIGN, Nested::FLAT), (12, 4, 4));
    assert_eq!(<Result<(), ()> as Type>::SIZE, 1);
    assert_eq!(<Result<(), Stored<str>> as Type>::SIZE, 12);
    assert_eq!(<(u8, u32, u8) as Type>::SIZE, 12);
}

#[test]
fn records_and_variants_go_both_ways() {
    let mixed = Mixed {
        small: 1,
        large: 2,
        half: 3,
    };
    let bytes = stored(Choice::Large(mixed));
    assert_eq!((bytes[0], bytes[8], bytes[16], bytes[24]), (2, 1, 2, 3));
    assert_eq!(stored(Choice::Small(9))[..9], [0, 0, 0, 0, 0, 0, 0, 0, 9]);
    assert_eq!(stored(Choice::None)[0], 1);
    with_memory(encoding::UTF8, &bytes, |call| {
        let Choice::Large(mixed) = Choice::load(call, call.place::<Choice>(0)) else {
            panic!("another case");
        };
        assert_eq!((mixed.small, mixed.large, mixed.half), (1, 2, 3));
        let lifted: Choice = lift(call, &[2, 0x101, 1 << 40, 0x1_0003]);
        let Choice::Large(mixed) = lifted else {
            panic!("another case");
        };
        assert_eq!((mixed.small, mixed.large, mixed.half), (1, 1 << 40, 3));
        assert!(matches!(lift(call, &[0, 7, 0, 0]), Choice::Small(7)));
        assert!(matches!(lift(call, &[1, 7, 0, 0]), Choice::None));
    });
}

#[test]
fn containers() {
    assert_eq!(stored(Some(0x1234u16)), [1, 0, 0x34, 0x12]);
    assert_eq!(stored(None::<u16>)[0], 0);
    assert_eq!(stored(Ok::<u8, u32>(7))[..5], [0, 0, 0, 0, 7]);
    assert_eq!(stored(Err::<(), Colour>(Colour::Green)), [1, 1]);
    assert_eq!(stored((1u8, 2u16, true)), [1, 0, 2, 0, 1, 0]);
    with_memory(encoding::UTF8, &[], |call| {
        assert_eq!(lift::<Option<u64>>(call, &[1, u64::MAX]), Some(u64::MAX));
        assert_eq!(lift::<Option<u64>>(call, &[0, 5]), None);
        assert_eq!(lift::<Result<(), ()>>(call, &[1]), Err(()));
        assert_eq!(lift::<(bool, u8)>(call, &[2, 0x1ff]), (true, 0xff));
        assert_eq!(lift::<Colour>(call, &[1]), Colour::Green);
        let set: Set = lift(call, &[0xfe]);
        assert!(set.has(Set::SECOND) && !set.has(Set::FIRST) && set == Set::SECOND);
        assert!(Set::NONE.and(Set::FIRST).and(set).has(Set::FIRST));
        assert_eq!(Colour::Green.direct(call), 1);
    });
}

#[test]
fn lists_and_strings_are_read() {
    // Two records at 0; their names are "é" at 0x20 and "" at 0x22.
    let mut bytes = vec![0; 0x40];
    bytes[..12].copy_from_slice(&[0x20, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0]);
    bytes[12..24].copy_from_slice(&[0x22, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0]);
    bytes[0x20..0x22].copy_from_slice("é".as_bytes());
    with_memory(encoding::UTF8, &bytes, |call| {
        let list: List<'_, Named<'_>> = lift(call, &[0, 2]);
        assert_eq!(list.len(), 2);
        let names: Vec<(Vec<u8>, u32)> = list
            .iter()
            .map(|named| (text(&named.name), named.number))
            .collect();
        assert_eq!(names, [("é".as_bytes().to_vec(), 5), (vec![], 6)]);
        assert!(lift::<List<'_, u8>>(call, &[0x1000, 0]).is_empty());
    });
    let utf16 = [0xe9, 0, 0x3d, 0xd8, 0, 0xde];
    with_memory(encoding::UTF16, &utf16, |call| {
        assert_eq!(text(&lift(call, &[0, 3])), "é😀".as_bytes());
        let string: Text<'_> = lift(call, &[0, 3]);
        assert_eq!(string.utf8(&mut [0; 5]).map(<[_]>::len), None, "no room");
    });
    with_memory(encoding::COMPACT_UTF16, &utf16, |call| {
        assert_eq!(text(&lift(call, &[0, 1])), "é".as_bytes());
        assert_eq!(text(&lift(call, &[0, 3 | 1 << 31])), "é😀".as_bytes());
    });
}

fn text(text: &Text<'_>) -> Vec<u8> {
    let mut room = [0; 64];
    let cells = text.utf8(&mut room).expect("there is room");
    cells.iter().map(core::cell::Cell::get).collect()
}

#[test]
fn lists_and_strings_are_made() {
    let check = |encoding, bytes: &[u8], length, expected: &[u8]| {
        let memory = with_memory(encoding, &[], |call| {
            assert_eq!(call.text(bytes).parts(), (0x100, length));
        });
        assert_eq!(memory[0x100..][..expected.len()], *expected);
    };
    check(encoding::UTF8, "é😀".as_bytes(), 6, "é😀".as_bytes());
    check(encoding::UTF8, b"a\xff", 4, "a\u{fffd}".as_bytes());
    check(
        encoding::UTF16,
        "é😀".as_bytes(),
        3,
        &[0xe9, 0, 0x3d, 0xd8, 0, 0xde],
    );
    check(encoding::COMPACT_UTF16, "é".as_bytes(), 1, &[0xe9]);
    check(
        encoding::COMPACT_UTF16,
        "é\u{100}".as_bytes(),
        2 | 1 << 31,
        &[0xe9, 0, 0, 1],
    );
    let memory = with_memory(encoding::UTF8, &[], |call| {
        let list = call.list(2, |index| (index as u8, call.text(b"xy")));
        assert_eq!(list.parts(), (0x100, 2));
        assert_eq!(call.copied(b"z").parts(), (0x11c, 1));
    });
    // Two tuples of 12 bytes, and then their strings.
    assert_eq!(
        memory[0x100..0x10c],
        [0, 0, 0, 0, 0x18, 1, 0, 0, 2, 0, 0, 0]
    );
    assert_eq!(
        memory[0x10c..0x118],
        [1, 0, 0, 0, 0x1a, 1, 0, 0, 2, 0, 0, 0]
    );
    assert_eq!(memory[0x118..0x11d], *b"xyxyz");
}
