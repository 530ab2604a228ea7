//! The functions of the program that were running, found by following frame pointers.

use super::sites;
use crate::{os::arch::Context, stack};
use wasi_aot_abi::FunctionEntry;

/// Where a backtrace begins.
#[derive(Debug)]
pub enum Origin<'a> {
    /// A signal interrupted this.
    Interrupted(&'a Context),
    /// The runtime was called: its frame pointer.
    Called(usize),
}

/// One frame.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// The function.
    pub function: &'static FunctionEntry,
    /// Offset in the module's bytes, where a record tells it.
    pub wasm: Option<u32>,
}

/// The frames of the program's functions, innermost first. Thunks, steps and the runtime's own
/// frames are left out.
pub fn frames(origin: &Origin) -> Frames {
    match *origin {
        Origin::Called(fp) => Frames {
            first: None,
            second: None,
            fp,
        },
        Origin::Interrupted(context) => {
            let pc = context.pc();
            let function = sites::function(pc);
            let at_entry = function.is_some_and(|function| is_entry(function, pc));
            Frames {
                first: Some(pc),
                // In front of the prologue the caller has no frame of its own below ours yet.
                // SAFETY: the first instruction of a function was interrupted.
                second: at_entry.then(|| unsafe { context.return_address_at_entry() }),
                fp: context.fp(),
            }
        }
    }
}

fn is_entry(function: &FunctionEntry, pc: usize) -> bool {
    crate::program::program().text as usize + function.code as usize == pc
}

/// See [`frames`].
#[derive(Debug)]
pub struct Frames {
    /// The interrupted instruction.
    first: Option<usize>,
    /// A return address that no frame holds.
    second: Option<usize>,
    /// The next frame: the caller's frame pointer and the return address.
    fp: usize,
}

impl Frames {
    /// The next return address, from the next frame.
    fn unwind(&mut self) -> Option<usize> {
        if !stack::holds_frame(self.fp) {
            return None;
        }
        // SAFETY: 16 bytes inside the program's stack.
        let [fp, returns_to] = unsafe { *(self.fp as *const [usize; 2]) };
        // Frames lie higher and higher: else this is no chain, or its end.
        self.fp = if fp > self.fp { fp } else { 0 };
        Some(returns_to)
    }
}

impl Iterator for Frames {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        loop {
            let (pc, function, returns) = match self.first.take() {
                Some(pc) => (pc, sites::function(pc), false),
                None => {
                    let pc = self.second.take().or_else(|| self.unwind())?;
                    // The call is the last instruction in front of it.
                    (pc, sites::function(pc.wrapping_sub(1)), true)
                }
            };
            if let Some(function) = function.filter(|function| function.index != u32::MAX) {
                let wasm = sites::record(function, pc, returns).map(|site| site.wasm);
                return Some(Frame { function, wasm });
            }
        }
    }
}
