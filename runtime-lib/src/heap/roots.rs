//! What refers to objects from outside of the heap: words of the program's state, and words of the frames of its functions.

use super::collector::Roots;
use crate::{
    program::{program, slice},
    stack,
};
use wasi_aot_abi::{
    Region,
    heap::{Heap, Roots as Words, Safepoint},
};

/// Bytes of a word.
const WORD: u64 = 8;

/// The roots of the program, while it waits for the runtime.
pub struct ProgramRoots {
    /// Its heap.
    pub heap: &'static Heap,
    /// The innermost frame: that of a function of the runtime.
    pub fp: usize,
}

impl Roots for ProgramRoots {
    fn each(&self, mut visit: impl FnMut(*mut u64)) {
        // SAFETY: the program's read-only data.
        for words in unsafe { slice(self.heap.roots, self.heap.root_count as usize) } {
            let (first, count) = state(words);
            for index in 0..count {
                visit(first.wrapping_add(index));
            }
        }
        self.each_of_frames(visit);
    }
}

/// The first of some words of the state, and how many there are.
fn state(words: &Words) -> (*mut u64, usize) {
    if words.count != u64::MAX {
        return (words.first, words.count as usize);
    }
    // SAFETY: it is a table's region, which does not change now.
    let region = unsafe { &*words.first.cast::<Region>() };
    (region.base.cast(), (region.bytes / WORD) as usize)
}

impl ProgramRoots {
    fn each_of_frames(&self, mut visit: impl FnMut(*mut u64)) {
        let mut calls = Calls::new(self.heap);
        let mut fp = self.fp;
        while stack::holds_frame(fp) {
            // SAFETY: inside the program's stack: where each function puts its caller's frame and the return address.
            let [caller, returns_to] = unsafe { *(fp as *const [usize; 2]) };
            if let Some(call) = calls.find(returns_to) {
                let sp = caller - call.frame as usize;
                // SAFETY: the program's read-only data.
                let slots = unsafe {
                    let first = self.heap.slots.add(call.first as usize);
                    slice(first, call.count as usize)
                };
                for &slot in slots {
                    visit((sp + slot as usize) as *mut u64);
                }
            }
            // Frames lie higher and higher: else this is no chain, or its end.
            fp = if caller > fp { caller } else { 0 };
        }
    }
}

/// Calls that references are alive over, with what was looked up before: deep stacks have few of them, often.
struct Calls {
    text: usize,
    all: &'static [Safepoint],
    /// Return addresses, from the start of the text, and indices.
    known: [(u32, u32); KNOWN],
}

/// A power of two.
const KNOWN: usize = 64;

/// No index.
const NONE: u32 = u32::MAX;

impl Calls {
    fn new(heap: &Heap) -> Self {
        Calls {
            text: program().text as usize,
            // SAFETY: the program's read-only data.
            all: unsafe { slice(heap.safepoints, heap.safepoint_count as usize) },
            known: [(0, NONE); KNOWN],
        }
    }

    fn find(&mut self, returns_to: usize) -> Option<&'static Safepoint> {
        let code = u32::try_from(returns_to.checked_sub(self.text)?).ok()?;
        // No call returns to the first instruction.
        let known = &mut self.known[(code ^ code >> 6) as usize % KNOWN];
        if known.0 != code {
            let found = self.all.binary_search_by_key(&code, |call| call.code);
            *known = (code, found.map_or(NONE, |index| index as u32));
        }
        self.all.get(known.1 as usize)
    }
}
