//! What the programs share: the argument, standard input, and a sum of all that was found.
use std::io::Read;

/// The argument at `index`, which says how much is done.
pub fn argument(index: usize) -> usize {
    std::env::args()
        .nth(index)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1)
}

/// The first bytes of the text on standard input.
pub fn input(limit: usize) -> String {
    let mut text = vec![0; limit];
    let mut length = 0;
    while length < limit {
        match std::io::stdin().read(&mut text[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) => panic!("standard input: {error}"),
        }
    }
    text.truncate(length);
    // A character at the limit may be cut.
    if let Err(error) = std::str::from_utf8(&text) {
        text.truncate(error.valid_up_to());
    }
    String::from_utf8(text).expect("what is left is text")
}

/// A sum that depends on every value and their order.
pub fn mixed(sum: u64, value: u64) -> u64 {
    (sum ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ sum >> 29
}
