//! Waits and notifications with threads of the test process.

use super::*;
use core::sync::atomic::Ordering::Relaxed;
use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
    vec::Vec,
};

fn wait32(word: &AtomicU32, expected: u32, timeout: i64) -> u64 {
    // SAFETY: the word exists during the call.
    unsafe { wasi_aot_wait32(word.as_ptr(), expected.into(), timeout) }
}

fn wait64(word: &AtomicU64, expected: u64, timeout: i64) -> u64 {
    // SAFETY: the word exists during the call.
    unsafe { wasi_aot_wait64(word.as_ptr(), expected, timeout) }
}

/// The number of waiters at an address.
fn waiting(address: usize) -> usize {
    let queue = queue(address);
    let _held = queue.lock.hold();
    let (mut count, mut before) = (0, ptr::null::<Waiter>());
    // SAFETY: the lock is held, so all members exist.
    unsafe {
        let mut next = *queue.first.get();
        while let Some(waiter) = next.as_ref() {
            assert_eq!(*waiter.before.get(), before);
            count += usize::from(waiter.address == address);
            before = next;
            next = *waiter.next.get();
        }
        assert_eq!(*queue.last.get(), before);
    }
    count
}

fn until_waiting(address: usize, count: usize) {
    while waiting(address) != count {
        thread::yield_now();
    }
}

#[test]
fn another_value_is_not_waited_for() {
    assert_eq!(wait32(&AtomicU32::new(1), 0, -1), NOT_EQUAL);
    assert_eq!(wait64(&AtomicU64::new(1 << 32), 0, -1), NOT_EQUAL);
    let word = AtomicU32::new(u32::MAX);
    assert_eq!(wait32(&word, u32::MAX, 0), TIMED_OUT);
    assert_eq!(waiting(word.as_ptr() as usize), 0);
}

#[test]
fn time_goes_by() {
    let (word, start) = (AtomicU64::new(5), Instant::now());
    assert_eq!(wait64(&word, 5, 20_000_000), TIMED_OUT);
    assert!(start.elapsed() >= Duration::from_millis(20));
    assert_eq!(notify(word.as_ptr() as usize, 1), 0);
    let far = deadline(i64::MAX).expect("it is not negative");
    assert!(far.seconds > 9_223_372_036 && (0..1_000_000_000).contains(&far.nanoseconds));
    assert_eq!(deadline(-1), None);
}

#[test]
fn exactly_as_many_are_woken_as_are_counted() {
    let word = Arc::new(AtomicU32::new(0));
    let address = word.as_ptr() as usize;
    let threads: Vec<_> = (0..5)
        .map(|_| {
            let word = word.clone();
            thread::spawn(move || wait32(&word, 0, -1))
        })
        .collect();
    until_waiting(address, 5);
    assert_eq!(notify(address, 0), 0);
    assert_eq!(notify(address + 4, 5), 0);
    assert_eq!(notify(address, 2), 2);
    until_waiting(address, 3);
    assert_eq!(notify(address, u64::MAX), 3);
    assert_eq!(notify(address, u64::MAX), 0);
    for thread in threads {
        assert_eq!(thread.join().expect("it ends"), WOKEN);
    }
}

/// Waits that time out and notifications interleave in many ways: the count of notifications must
/// equal the count of woken waiters.
#[test]
fn nobody_is_counted_who_timed_out() {
    const WAITERS: u32 = 3;
    const ROUNDS: u64 = 3_000;
    let (word, left) = (AtomicU64::new(0), AtomicU32::new(WAITERS));
    let (woken, counted) = (AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        for waiter in 0..u64::from(WAITERS) {
            let (word, left, woken) = (&word, &left, &woken);
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    let timeout = (round * 7 + waiter * 13) % 40 * 500;
                    match wait64(word, 0, timeout as i64) {
                        WOKEN => woken.fetch_add(1, Relaxed),
                        other => {
                            assert_eq!(other, TIMED_OUT);
                            0
                        }
                    };
                }
                left.fetch_sub(1, Relaxed);
            });
        }
        let mut round = 0;
        while left.load(Relaxed) != 0 {
            round += 1;
            counted.fetch_add(notify(word.as_ptr() as usize, round % 3 + 1), Relaxed);
            if round % 5 == 0 {
                thread::yield_now();
            }
        }
    });
    assert_eq!(woken.load(Relaxed), counted.load(Relaxed));
    assert_eq!(waiting(word.as_ptr() as usize), 0);
}

/// Two threads pass a word back and forth, without a timeout: a lost notification would hang.
#[test]
fn no_notification_is_lost() {
    const ROUNDS: u32 = 20_000;
    let word = AtomicU32::new(0);
    let turn = |own: u32| {
        for round in 0..ROUNDS {
            let mine = 2 * round + own;
            loop {
                let now = word.load(SeqCst);
                if now == mine {
                    break;
                }
                wait32(&word, now, -1);
            }
            word.store(mine + 1, SeqCst);
            notify(word.as_ptr() as usize, 1);
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| turn(0));
        scope.spawn(|| turn(1));
    });
    assert_eq!(word.load(SeqCst), 2 * ROUNDS);
}
