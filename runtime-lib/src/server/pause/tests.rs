//! Tests of pauses.

use super::*;
use std::vec::Vec;

#[test]
fn pauses_become_longer() {
    let (mut pause, mut now) = (Pause::NONE, 7);
    assert_eq!(pause.left(now), 0);
    let lengths: Vec<u64> = (0..7)
        .map(|_| {
            pause = pause.after_refusal(now);
            let length = pause.left(now);
            assert_eq!(pause.left(now + length - 1), 1);
            now += length;
            assert_eq!(pause.left(now), 0);
            length / 1_000_000
        })
        .collect();
    assert_eq!(lengths, [100, 200, 400, 800, 1600, 2000, 2000]);
}
