//! Addresses and arguments from a hostile program.

use super::*;
use std::vec;

/// A memory of 64 KiB.
fn with_memory(check: impl FnOnce(Memory)) {
    let mut bytes = vec![0xaau8; 65536];
    let region = Region {
        base: bytes.as_mut_ptr(),
        bytes: (bytes.len() as u64).into(),
        limit: bytes.len() as u64,
        maximum: 0,
        reserved: bytes.len() as u64,
        image: 0,
        pieces: core::ptr::null(),
        piece_count: 0,
    };
    check(Memory::new(Some(&region)));
}

const OUT: Result = Err(Failure::Trap(Trap::MemoryOutOfBounds));

#[test]
fn an_address_outside_traps() {
    with_memory(|memory| {
        for address in [65536, 65533, u32::MAX, u32::MAX - 3] {
            assert_eq!(arguments::args_sizes_get(memory, address, 0), OUT);
            assert_eq!(arguments::args_sizes_get(memory, 0, address), OUT);
            assert_eq!(clocks::clock_time_get(memory, 0, 0, address), OUT);
            assert_eq!(fd::fd_write(memory, 1, address, 1, 0), OUT);
            assert_eq!(fd::fd_write(memory, 1, 0, 0, address), OUT);
            assert_eq!(fd::fd_prestat_dir_name(memory, 3, address, 10), OUT);
            assert_eq!(path::path_unlink_file(memory, 3, address, 10), OUT);
            assert_eq!(poll::poll_oneoff(memory, address, 0, 1, 0), OUT);
            assert_eq!(poll::poll_oneoff(memory, 0, address, 1, 0), OUT);
            assert_eq!(process::random_get(memory, address, 4), OUT);
        }
        assert_eq!(process::random_get(memory, 1, u32::MAX), OUT);
        assert_eq!(fd::fd_read(memory, 0, 0, u32::MAX, 0), OUT);
        // A vector that is part of the array: 0xaaaaaaaa bytes at 0xaaaaaaaa.
        assert_eq!(fd::fd_write(memory, 1, 0, 1, 100), OUT);
        assert_eq!(poll::poll_oneoff(memory, 0, 0, u32::MAX, 0), OUT);
        assert_eq!(process::random_get(memory, 65536, 0), Ok(()));
    });
}

#[test]
fn a_trap_leaves_memory_as_it_was() {
    with_memory(|memory| {
        let unchanged = |memory: Memory| {
            memory
                .bytes(0, 65536)
                .is_ok_and(|bytes| bytes.iter().all(|byte| byte.get() == 0xaa))
        };
        assert_eq!(arguments::args_sizes_get(memory, 0, 65536), OUT);
        assert_eq!(process::random_get(memory, 0, 65537), OUT);
        assert_eq!(fd::fd_seek(memory, 99, 0, 1, 65536), OUT);
        assert!(unchanged(memory));
    });
}

#[test]
fn unknown_values_are_invalid() {
    with_memory(|memory| {
        let invalid = Err(Failure::Errno(Errno::INVAL));
        assert_eq!(clocks::clock_time_get(memory, 4, 0, 0), invalid);
        assert_eq!(fd::fd_seek(memory, 0, 0, 3, 0), invalid);
        assert_eq!(fd::fd_advise(memory, 3, 0, 0, 6), invalid);
        assert_eq!(fd::fd_fdstat_set_flags(memory, 0, 32), invalid);
        assert_eq!(fd::fd_filestat_set_times(memory, 0, 0, 0, 3), invalid);
        assert_eq!(poll::poll_oneoff(memory, 0, 0, 0, 0), invalid);
        assert_eq!(poll::poll_oneoff(memory, 0, 0, 1, 0), invalid);
        assert_eq!(process::proc_raise(memory, 31), invalid);
    });
}

#[test]
fn time_goes_on() {
    with_memory(|memory| {
        let now = |id| {
            clocks::clock_time_get(memory, id, 0, 8).unwrap();
            u64::from_le_bytes(crate::cells::get(&memory.records::<8>(8, 1, 8).unwrap()[0]))
        };
        for id in 0..4 {
            let first = now(id);
            assert!(first > 0 && now(id) >= first, "clock {id}");
        }
        assert!(now(0) > 1_600_000_000_000_000_000);
    });
}
