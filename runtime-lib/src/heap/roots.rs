//! References to objects from outside the heap: in words of the program's state, and in words of
//! its functions' frames.

use super::collector::Roots;
use crate::{
    program::{program, slice},
    stack,
};
use wasi_aot_abi::{
    Region,
    heap::{Heap, Roots as Words, Safepoint},
};

/// Size of a word in bytes.
const WORD: u64 = 8;

/// The roots of the program, during a call of the runtime.
pub struct ProgramRoots {
    /// Its heap.
    pub heap: &'static Heap,
    /// The innermost frame, which belongs to a function of the runtime.
    pub fp: usize,
}

impl Roots for ProgramRoots {
    fn each(&self, mut visit: impl FnMut(*mut u64)) {
        // SAFETY: this is read-only data of the program.
        for words in unsafe { slice(self.heap.roots, self.heap.root_count as usize) } {
            let (first, count) = state(words);
            for index in 0..count {
                visit(first.wrapping_add(index));
            }
        }
        self.each_of_frames(visit);
    }
}

/// The first of a range of words in the state, and their number.
fn state(words: &Words) -> (*mut u64, usize) {
    if words.count != u64::MAX {
        return (words.first, words.count as usize);
    }
    // SAFETY: it is the region of a table, which does not change now.
    let region = unsafe { &*words.first.cast::<Region>() };
    (region.base.cast(), (region.in_use() / WORD) as usize)
}

impl ProgramRoots {
    fn each_of_frames(&self, mut visit: impl FnMut(*mut u64)) {
        let mut calls = Calls::new(self.heap);
        let mut fp = self.fp;
        while stack::holds_frame(fp) {
            // SAFETY: this is within the program's stack: each function stores its caller's frame
            // pointer and the return address there.
            let [caller, returns_to] = unsafe { *(fp as *const [usize; 2]) };
            if let Some(call) = calls.find(returns_to) {
                let sp = caller - call.frame as usize;
                // SAFETY: this is read-only data of the program.
                let slots = unsafe {
                    let first = self.heap.slots.add(call.first as usize);
                    slice(first, call.count as usize)
                };
                for &slot in slots {
                    visit((sp + slot as usize) as *mut u64);
                }
            }
            // Addresses of frames ascend; otherwise this is not a chain of frames, or its end.
            fp = if caller > fp { caller } else { 0 };
        }
    }
}

/// Calls during which references are live, with a cache of earlier lookups: deep stacks contain few
/// such calls, many times.
struct Calls {
    text: usize,
    all: &'static [Safepoint],
    /// Return addresses, relative to the start of the text, and indices.
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
            // SAFETY: this is read-only data of the program.
            all: unsafe { slice(heap.safepoints, heap.safepoint_count as usize) },
            known: [(0, NONE); KNOWN],
        }
    }

    fn find(&mut self, returns_to: usize) -> Option<&'static Safepoint> {
        let code = u32::try_from(returns_to.checked_sub(self.text)?).ok()?;
        // Initial entries never match: no call returns to the first instruction.
        let known = &mut self.known[(code ^ code >> 6) as usize % KNOWN];
        if known.0 != code {
            let found = self.all.binary_search_by_key(&code, |call| call.code);
            *known = (code, found.map_or(NONE, |index| index as u32));
        }
        self.all.get(known.1 as usize)
    }
}
