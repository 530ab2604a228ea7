//! Changes bytes: the same seed makes the same changes.

use wasi_aot_tests::random::Random;

/// No input becomes longer.
const MOST: usize = 64 << 10;

/// One of the inputs, changed in one to eight places. Half of them keep their length, as most
/// formats say at their beginning what lies where.
///
/// # Panics
/// If there are no inputs.
pub fn changed(inputs: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = inputs[random.below(inputs.len())].clone();
    let kinds = if random.coin() {
        OVERWRITE
    } else {
        OVERWRITE + RESIZE
    };
    for _ in 0..1 + random.below(8) {
        change(&mut bytes, inputs, kinds, random);
    }
    bytes.truncate(MOST);
    bytes
}

/// Numbers at the edges of what formats count with.
const EDGES: [u8; 8] = [0, 1, 0x3f, 0x40, 0x7f, 0x80, 0xfe, 0xff];

/// How many kinds of changes keep the length.
const OVERWRITE: usize = 4;
/// How many do not.
const RESIZE: usize = 5;

fn change(bytes: &mut Vec<u8>, inputs: &[Vec<u8>], kinds: usize, random: &mut Random) {
    if bytes.is_empty() {
        return bytes.push(random.number() as u8);
    }
    let at = random.below(bytes.len());
    let rest = bytes.len() - at;
    let some = 1 + random.below(rest.min(32));
    match random.below(kinds) {
        0 => bytes[at] = random.pick(&EDGES),
        1 => bytes[at] ^= 1 << random.below(8),
        2 => bytes[at] = random.number() as u8,
        3 => {
            let from = random.below(bytes.len() - some + 1);
            bytes.copy_within(from..from + some, at);
        }
        4 => bytes.truncate(at),
        5 => drop(bytes.drain(at..at + some)),
        6 => {
            let count = 1 + random.below(8);
            let new = random.bytes(count);
            bytes.splice(at..at, new);
        }
        7 => {
            let again = bytes[at..at + some].to_vec();
            bytes.splice(at..at, again);
        }
        8 => {
            let other = &inputs[random.below(inputs.len())];
            let from = random.below(other.len() + 1);
            let to = from + random.below((other.len() - from).min(64) + 1);
            bytes.splice(at..at + some, other[from..to].iter().copied());
        }
        _ => unreachable!("there are {} kinds", OVERWRITE + RESIZE),
    }
}
