//! Canonical Huffman codes for the numbers of the table.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use wasi_aot_abi::lines::{LENGTHS, field, symbol};

/// The greatest symbol plus 1.
const SYMBOLS: usize = 256;

/// A field, and a number of it.
pub type Number = (u8, u32);

/// The codes of all fields.
pub struct Codes {
    /// For each field and symbol: the length in bits, and the code.
    codes: [[(u32, u32); SYMBOLS]; field::COUNT],
    /// As the table has them.
    pub bytes: Vec<u8>,
}

impl Codes {
    /// The codes for these numbers.
    pub fn of<'n>(numbers: impl Iterator<Item = &'n Number>) -> Self {
        let mut counts = [[0u64; SYMBOLS]; field::COUNT];
        for &(field, number) in numbers {
            counts[usize::from(field)][usize::from(symbol(number).0)] += 1;
        }
        let mut codes = Codes {
            codes: [[(0, 0); SYMBOLS]; field::COUNT],
            bytes: Vec::new(),
        };
        for (field, counts) in counts.iter().enumerate() {
            codes.field(field, &lengths(counts));
        }
        codes
    }

    fn field(&mut self, field: usize, lengths: &[usize; SYMBOLS]) {
        let mut code = 0;
        let mut symbols = Vec::new();
        for length in 1..=LENGTHS {
            code <<= 1;
            let of = (0..SYMBOLS).filter(|&symbol| lengths[symbol] == length);
            let before = symbols.len();
            for symbol in of {
                self.codes[field][symbol] = (length as u32, code);
                symbols.push(symbol as u8);
                code += 1;
            }
            self.bytes.push((symbols.len() - before) as u8);
        }
        self.bytes.extend(symbols);
    }

    /// The bits of numbers.
    pub fn bits(&self, numbers: &[Number]) -> Vec<u8> {
        let mut bits = Bits::default();
        for &(field, number) in numbers {
            let (symbol, rest, low) = symbol(number);
            let (length, code) = self.codes[usize::from(field)][usize::from(symbol)];
            bits.put(length, code);
            bits.put(rest, low);
        }
        bits.bytes
    }
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn put(&mut self, count: u32, value: u32) {
        for shift in (0..count).rev() {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let bit = (value >> shift & 1) as u8;
            if let Some(last) = self.bytes.last_mut() {
                *last |= bit << (7 - self.used % 8);
            }
            self.used += 1;
        }
    }
}

/// The lengths of codes, at most [`LENGTHS`], for symbols that occur `counts` times. A symbol that
/// is alone has a code of one bit.
fn lengths(counts: &[u64; SYMBOLS]) -> [usize; SYMBOLS] {
    let mut counts = *counts;
    loop {
        let lengths = unlimited(&counts);
        if lengths.iter().all(|&length| length <= LENGTHS) {
            return lengths;
        }
        // Rare symbols become less rare.
        for count in counts.iter_mut().filter(|count| **count > 0) {
            *count = count.div_ceil(2);
        }
    }
}

fn unlimited(counts: &[u64; SYMBOLS]) -> [usize; SYMBOLS] {
    // Nodes: the symbols, then those that join two.
    let mut parents = vec![None; SYMBOLS];
    let used = (0..SYMBOLS).filter(|&symbol| counts[symbol] > 0);
    let mut heap: BinaryHeap<_> = used
        .map(|symbol| Reverse((counts[symbol], symbol)))
        .collect();
    if let (1, Some(&Reverse((_, symbol)))) = (heap.len(), heap.peek()) {
        let mut lengths = [0; SYMBOLS];
        lengths[symbol] = 1;
        return lengths;
    }
    while let Some(Reverse((first, one))) = heap.pop()
        && let Some(Reverse((second, other))) = heap.pop()
    {
        let joined = parents.len();
        parents.push(None);
        parents[one] = Some(joined);
        parents[other] = Some(joined);
        heap.push(Reverse((first + second, joined)));
    }
    std::array::from_fn(|symbol| {
        std::iter::successors(parents[symbol], |&node: &usize| parents[node]).count()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_complete_and_not_too_long() {
        // Fibonacci's numbers make the longest codes.
        let mut counts = [0u64; SYMBOLS];
        let (mut a, mut b) = (1, 1);
        for count in counts.iter_mut().take(60) {
            *count = a;
            (a, b) = (b, a + b);
        }
        let lengths = lengths(&counts);
        let sum: f64 = lengths
            .iter()
            .filter(|&&length| length > 0)
            .map(|&length| 0.5f64.powi(length as i32))
            .sum();
        assert_eq!(sum, 1.0);
        assert!(lengths.iter().all(|&length| length <= LENGTHS));
        assert_eq!(lengths.iter().filter(|&&length| length > 0).count(), 60);
    }
}
