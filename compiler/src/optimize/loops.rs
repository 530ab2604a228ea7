//! Loop invariants: locals that a loop reads but never writes, and sizes of memories if it calls
//! nothing.
//!
//! The lowering visits the header of a loop first, so invariants must be known before. They are
//! found during validation, which decodes all instructions anyway: decoding them a second time
//! would cost more than the analysis itself.

use std::fmt;

/// The invariants of a loop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loop {
    /// Locals that it reads but never writes; only some of them if there are many.
    pub kept: Box<[u32]>,
    /// Whether memories may grow in it.
    pub resizes: bool,
}

/// The maximum of locals per loop: the ones with the lowest indices are kept.
const MOST: usize = 64;

/// For listings, after the loop's number.
impl fmt::Display for Loop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept: Vec<_> = self.kept.iter().map(u32::to_string).collect();
        match &kept[..] {
            [] => f.write_str("keeps no locals")?,
            kept => write!(f, "keeps locals {}", kept.join(", "))?,
        }
        f.write_str(match self.resizes {
            true => "; memories may grow",
            false => "; no memory grows",
        })
    }
}

/// Finds the invariants of one body after the other.
#[derive(Debug, Default)]
pub struct Loops {
    /// Whether each open structured instruction is a loop.
    frames: Vec<bool>,
    open: Vec<Open>,
    /// Closed loops, kept to reuse their allocations.
    spare: Vec<Open>,
    found: Vec<Loop>,
}

/// A loop before its `end`: the locals that it reads and writes, as bit sets.
#[derive(Debug, Default)]
struct Open {
    number: usize,
    read: Vec<u64>,
    written: Vec<u64>,
    resizes: bool,
}

impl Loops {
    /// Begins a structured instruction.
    pub fn begin(&mut self, is_loop: bool) {
        self.frames.push(is_loop);
        if is_loop {
            let mut open = self.spare.pop().unwrap_or_default();
            open.number = self.found.len();
            open.read.clear();
            open.written.clear();
            open.resizes = false;
            self.open.push(open);
            self.found.push(Loop::default());
        }
    }

    /// Ends a structured instruction.
    pub fn end(&mut self) {
        if self.frames.pop() == Some(true)
            && let Some(open) = self.open.pop()
        {
            self.found[open.number] = open.result();
            if let Some(outer) = self.open.last_mut() {
                merge(&mut outer.read, &open.read);
                merge(&mut outer.written, &open.written);
                outer.resizes |= open.resizes;
            }
            self.spare.push(open);
        }
    }

    /// Records `local.get`.
    pub fn read(&mut self, local: u32) {
        if let Some(open) = self.open.last_mut() {
            set(&mut open.read, local);
        }
    }

    /// Records `local.set` and `local.tee`.
    pub fn write(&mut self, local: u32) {
        if let Some(open) = self.open.last_mut() {
            set(&mut open.written, local);
        }
    }

    /// Records a call or `memory.grow`.
    pub fn resize(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.resizes = true;
        }
    }

    /// The loops of the body, in the order in which they begin.
    pub fn take(&mut self) -> Box<[Loop]> {
        std::mem::take(&mut self.found).into()
    }
}

impl Open {
    fn result(&self) -> Loop {
        let written = self.written.iter().copied().chain(std::iter::repeat(0));
        let words = (0..).zip(self.read.iter().zip(written));
        let locals = words.flat_map(|(word, (read, written))| {
            let mut left = read & !written;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros())?;
                left &= left - 1;
                Some(word * u64::BITS + bit)
            })
        });
        Loop {
            kept: locals.take(MOST).collect(),
            resizes: self.resizes,
        }
    }
}

fn set(bits: &mut Vec<u64>, local: u32) {
    let word = (local / u64::BITS) as usize;
    if word >= bits.len() {
        bits.resize(word + 1, 0);
    }
    bits[word] |= 1 << (local % u64::BITS);
}

fn merge(into: &mut Vec<u64>, from: &[u64]) {
    if into.len() < from.len() {
        into.resize(from.len(), 0);
    }
    for (into, from) in into.iter_mut().zip(from) {
        *into |= from;
    }
}
