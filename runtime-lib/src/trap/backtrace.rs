//! The active functions of the program, found by following frame pointers.

use super::sites;
use crate::{cpu::unframed_return, os::fault::Registers, stack};
use core::ptr;
use wasi_aot_abi::FunctionEntry;

/// The start of a backtrace.
#[derive(Debug)]
pub enum Origin<'a> {
    /// The interrupted code.
    Interrupted(&'a Registers),
    /// A call of the runtime: its frame pointer.
    Called(usize),
}

/// One frame.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// The function.
    pub function: &'static FunctionEntry,
    /// Offset in the module's bytes, if a record gives it.
    pub wasm: Option<u32>,
}

/// The frames of the program's functions, innermost first. Thunks, steps and the runtime's own
/// frames are omitted.
pub fn frames(origin: &Origin) -> Frames {
    match *origin {
        Origin::Called(fp) => Frames {
            first: None,
            second: None,
            fp,
            within: None,
            record: ptr::null(),
        },
        Origin::Interrupted(registers) => {
            let pc = registers.pc();
            let entry = sites::function(pc).map(entry);
            // SAFETY: the entry is that of a function of the program.
            let second = unsafe { unframed_return(registers, entry, stack::holds_frame) };
            let mut frames = Frames {
                first: Some(pc),
                second,
                fp: registers.fp(),
                within: None,
                record: ptr::null(),
            };
            // Only some functions of the runtime have no frame. A stack slot or register that looks
            // like a return address of the program may be a leftover, or duplicate that of a frame.
            if entry.is_none() && (!second.is_some_and(follows_call) || frames.peek() == second) {
                frames.second = None;
            }
            frames
        }
    }
}

/// Address of a function's first instruction.
fn entry(function: &FunctionEntry) -> usize {
    crate::program::program().text as usize + function.code as usize
}

/// Whether `pc` is the return address of a call in the program.
fn follows_call(pc: usize) -> bool {
    sites::function(pc.wrapping_sub(1))
        .is_some_and(|function| sites::record(function, pc, true).is_some())
}

/// See [`frames`].
#[derive(Debug)]
pub struct Frames {
    /// The interrupted instruction.
    first: Option<usize>,
    /// A return address that is in no frame.
    second: Option<usize>,
    /// The address of the next frame, which holds the caller's frame pointer and the return
    /// address.
    fp: usize,
    /// What is left of the last code location.
    within: Option<Within>,
    /// The end of the record that gave the last offset.
    pub record: *const u8,
}

/// A code location in functions whose calls were replaced by their bodies: these are frames, too.
#[derive(Debug)]
struct Within {
    /// Offset in the module's bytes of the next frame.
    wasm: u32,
    /// The replaced calls around it.
    replaced: sites::Replaced,
    /// The function that has the code.
    function: &'static FunctionEntry,
}

impl Frames {
    /// The next frame: the address of the frame after it, and the return address.
    fn frame(&self) -> Option<[usize; 2]> {
        // SAFETY: these 16 bytes are within the program's stack.
        stack::holds_frame(self.fp).then(|| unsafe { *(self.fp as *const [usize; 2]) })
    }

    /// The next return address in a frame.
    fn peek(&self) -> Option<usize> {
        self.frame().map(|[_, returns_to]| returns_to)
    }

    /// The same, and advances to the frame after it.
    fn unwind(&mut self) -> Option<usize> {
        let [fp, returns_to] = self.frame()?;
        // Addresses of frames ascend; otherwise this is not a chain of frames, or its end.
        self.fp = if fp > self.fp { fp } else { 0 };
        Some(returns_to)
    }

    /// The next frame of the last code location.
    fn inner(&mut self) -> Option<Frame> {
        let within = self.within.as_mut()?;
        let wasm = Some(within.wasm);
        self.record = within.replaced.read_to();
        let replaced = within.replaced.next().and_then(|call| {
            within.wasm = call.wasm;
            sites::at_position(call.function)
        });
        let function = replaced.unwrap_or(within.function);
        if replaced.is_none() {
            self.within = None;
        }
        Some(Frame { function, wasm })
    }
}

impl Iterator for Frames {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some(frame) = self.inner() {
                return Some(frame);
            }
            let (pc, function, returns) = match self.first.take() {
                Some(pc) => (pc, sites::function(pc), false),
                None => {
                    let pc = self.second.take().or_else(|| self.unwind())?;
                    // The call is the last instruction before the return address.
                    (pc, sites::function(pc.wrapping_sub(1)), true)
                }
            };
            if let Some(function) = function.filter(|function| function.index != u32::MAX) {
                let Some((site, replaced)) = sites::record(function, pc, returns) else {
                    let wasm = None;
                    return Some(Frame { function, wasm });
                };
                self.within = Some(Within {
                    wasm: site.wasm,
                    replaced,
                    function,
                });
            }
        }
    }
}
