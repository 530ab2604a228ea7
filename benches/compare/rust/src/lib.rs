//! What the programs share: the argument, standard input, and a sum of all that was found.
use std::io::Read;

/// The argument at `index`, which says how much is done.
pub fn argument(index: usize) -> usize {
    std::env::args()
        .nth(index)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1)
}

/// The text on standard input.
pub fn input() -> String {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .expect("the input is text");
    text
}

/// A sum that depends on every value and their order.
pub fn mixed(sum: u64, value: u64) -> u64 {
    (sum ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ sum >> 29
}
