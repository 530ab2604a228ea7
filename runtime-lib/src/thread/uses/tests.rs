//! Descriptors that several threads use and close at the same time.

use super::*;
use crate::{
    host::{
        descriptor::{Descriptor, Kind, access},
        tests::ONE_AT_A_TIME,
    },
    os::path,
};
use std::{
    ffi::CStr,
    sync::atomic::{AtomicBool, AtomicU64},
    thread,
};

fn open() -> Fd {
    path::openat(Fd::CWD, c"/dev/zero", path::flags::CLOEXEC, 0).expect("it is there")
}

fn insert(fd: Fd) -> u32 {
    descriptor::insert(Descriptor {
        fd,
        kind: Kind::FILE,
        access: access::READ,
        grant: 0,
    })
    .expect("there is room")
}

#[test]
fn what_a_call_uses_is_closed_when_it_is_over() {
    let _one = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    let fd = open();
    let number = insert(fd);
    let call = enter();
    // Looked up twice, as some calls do, and also used by another thread.
    assert_eq!(descriptor::get(number).map(|d| d.fd), Ok(fd));
    assert_eq!(descriptor::get(number).map(|d| d.fd), Ok(fd));
    thread::scope(|scope| {
        scope.spawn(|| {
            let _call = enter();
            assert_eq!(descriptor::get(number).map(|d| d.fd), Ok(fd));
            assert_eq!(descriptor::close(number), Ok(()));
            assert_eq!(descriptor::get(number).map(|d| d.fd), Err(Errno::EBADF));
        });
    });
    assert!(fd::is_open(fd));
    let other = open();
    assert_ne!(other, fd);
    drop(call);
    assert!(!fd::is_open(fd));
    fd::close(other).expect("it is open");
}

#[test]
fn a_call_can_use_many() {
    const MANY: usize = 3000;
    let _one = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    let fd = open();
    let number = insert(fd);
    let call = enter();
    for _ in 0..MANY {
        assert!(descriptor::get(number).is_ok());
    }
    assert_eq!(of(fd, false).map(|uses| uses.calls.get()), Ok(MANY as u32));
    assert_eq!(descriptor::close(number), Ok(()));
    assert!(fd::is_open(fd));
    drop(call);
    assert!(!fd::is_open(fd));
    assert_eq!(of(fd, false).map(|uses| uses.calls.get()), Ok(0));
}

#[test]
fn what_is_noted_never_moves() {
    static USES: Uses = Uses::new();
    let places = [0, 1, 63, 64, 191, 192, 5000]
        .map(|index| ptr::from_ref(USES.get(index, true).expect("there is memory")));
    for (index, place) in [0, 1, 63, 64, 191, 192, 5000].into_iter().zip(places) {
        assert_eq!(USES.get(index, false).map(ptr::from_ref), Ok(place));
    }
    assert!(USES.get(20_000, false).is_err());
    assert!(USES.get(usize::MAX - 64, true).is_err());
}

/// Opens a file and returns its number.
fn opened(path: &CStr, grant: u16) -> u32 {
    let fd = path::openat(Fd::CWD, path, 0, 0).expect("it is there");
    let number = descriptor::insert(Descriptor {
        fd,
        kind: Kind::FILE,
        access: access::READ,
        grant,
    });
    number.expect("there is room")
}

/// Threads open, use and close files under a few numbers. A descriptor is identified by its inode:
/// a thread that looks up a number must find the same file under it until its call ends.
#[test]
fn no_call_reaches_what_was_opened_meanwhile() {
    const ROUNDS: u64 = 3_000;
    let _one = ONE_AT_A_TIME
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    let (numbers, wrong, done) = (
        [const { AtomicU64::new(u64::MAX) }; 4],
        AtomicU64::new(0),
        AtomicBool::new(false),
    );
    let files = [c"/dev/zero", c"/dev/null", c"/proc/self/maps", c"/dev/full"];
    let inodes = files.map(|path| {
        let fd = path::openat(Fd::CWD, path, 0, 0).expect("it is there");
        let mut room = path::Room::empty();
        let stat = path::fstat(fd, &mut room).expect("it is open");
        fd::close(fd).expect("it is open");
        stat.ino()
    });
    thread::scope(|scope| {
        for seed in 0..2 {
            let (numbers, done) = (&numbers, &done);
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    let which = (round + seed) % 4;
                    // The other threads compare the grant.
                    let number = opened(files[which as usize], which as u16);
                    let place = &numbers[(round % 4) as usize];
                    let before = place.swap(number.into(), Relaxed);
                    if let Ok(before) = u32::try_from(before) {
                        let _call = enter();
                        let _ = descriptor::close(before);
                    }
                }
                done.store(true, Relaxed);
            });
        }
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Relaxed) {
                    for place in &numbers {
                        let Ok(number) = u32::try_from(place.load(Relaxed)) else {
                            continue;
                        };
                        let _call = enter();
                        let Ok(found) = descriptor::get(number) else {
                            continue;
                        };
                        thread::yield_now();
                        let mut room = path::Room::empty();
                        let inode = path::fstat(found.fd, &mut room).map(|stat| stat.ino());
                        if inode != Ok(inodes[usize::from(found.grant)]) && found.grant != 2 {
                            wrong.fetch_add(1, Relaxed);
                        }
                    }
                }
            });
        }
    });
    for place in &numbers {
        if let Ok(number) = u32::try_from(place.load(Relaxed)) {
            let _ = descriptor::close(number);
        }
    }
    assert_eq!(wrong.load(Relaxed), 0);
}
