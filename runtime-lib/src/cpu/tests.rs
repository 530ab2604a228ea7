//! Tests the memory functions with every size.

use super::*;
use std::{vec, vec::Vec};

/// Sizes around the boundaries of all size classes.
fn sizes() -> impl Iterator<Item = usize> {
    (0..300).chain([500, 1000, 2047, 2048, 2049, 3000, 4096, 5001, 70_000])
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i * 7 + i / 251) as u8).collect()
}

#[test]
fn copies_at_every_size_and_alignment() {
    for size in sizes() {
        for (from, to) in [(0, 0), (1, 0), (0, 3), (5, 9), (15, 31)] {
            let source = pattern(size + 64);
            let mut target = vec![0xee; size + 64];
            // SAFETY: both ranges are within their vectors.
            let returned =
                unsafe { memcpy(target.as_mut_ptr().add(to), source.as_ptr().add(from), size) };
            assert_eq!(returned, target[to..].as_mut_ptr());
            assert_eq!(target[to..to + size], source[from..from + size], "{size}");
            assert!(target[..to].iter().all(|&b| b == 0xee), "{size}");
            assert!(target[to + size..].iter().all(|&b| b == 0xee), "{size}");
        }
    }
}

#[test]
fn moves_overlapping_ranges_both_ways() {
    for size in sizes() {
        for distance in [0, 1, 7, 8, 15, 16, 17, 63, 64, 65, 200] {
            for (from, to) in [(distance, 0), (0, distance)] {
                let mut bytes = pattern(size + distance + 40);
                let mut expected = bytes.clone();
                expected.copy_within(from..from + size, to);
                // SAFETY: both ranges are within the vector.
                unsafe {
                    let base = bytes.as_mut_ptr();
                    memmove(base.add(to), base.add(from), size);
                }
                assert!(bytes == expected, "{size} bytes from {from} to {to}");
            }
        }
    }
}

#[test]
fn fills_at_every_size_and_alignment() {
    for size in sizes() {
        for at in [0, 1, 5, 16, 31] {
            let mut bytes = vec![0xee; size + 64];
            // SAFETY: the range is within the vector.
            unsafe { memset(bytes.as_mut_ptr().add(at), 0x1a5, size) };
            assert!(bytes[..at].iter().all(|&b| b == 0xee), "{size}");
            assert!(bytes[at..at + size].iter().all(|&b| b == 0xa5), "{size}");
            assert!(bytes[at + size..].iter().all(|&b| b == 0xee), "{size}");
        }
    }
}

#[test]
fn compares_the_first_difference() {
    for size in 0..70 {
        let left = pattern(size);
        // SAFETY: both ranges are within their vectors.
        let compare = |right: &[u8]| unsafe { memcmp(left.as_ptr(), right.as_ptr(), size) };
        assert_eq!(compare(&left), 0);
        for at in 0..size {
            let mut right = left.clone();
            right[at] = right[at].wrapping_add(1);
            assert_eq!(
                compare(&right).signum(),
                if left[at] < right[at] { -1 } else { 1 }
            );
            // SAFETY: as above.
            assert_ne!(unsafe { bcmp(left.as_ptr(), right.as_ptr(), size) }, 0);
        }
    }
}

#[test]
fn strings_end_at_their_null() {
    for len in 0..40 {
        let mut string = vec![b'x'; len];
        string.extend([0, b'y', 0]);
        // SAFETY: the string ends with a NUL byte.
        assert_eq!(unsafe { strlen(string.as_ptr()) }, len);
    }
}
