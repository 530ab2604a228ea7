//! The output of code generators: pieces, in this project's own types.

use crate::cpu::Relocation;
use crate::lower::symbol::Symbol;
use crate::lower::{Inlined, Unit};
use crate::program::FuncId;
use serde::{Deserialize, Serialize};
use wasi_aot_abi::Trap;

/// Bytes that a generator made. Offsets are from their start.
#[derive(Debug, Default)]
pub struct Piece {
    /// The unit whose code it is; `None`: constants or a table, to which pieces of the same set
    /// refer.
    pub unit: Option<Unit>,
    /// Bytes.
    pub bytes: Box<[u8]>,
    /// The alignment of its start, in bytes.
    pub alignment: u32,
    /// Direct calls of functions of the program: the offset of the call's operand, and the callee.
    pub calls: Box<[(u32, FuncId)]>,
    /// All other references.
    pub references: Box<[Reference]>,
    /// Instructions that trap, with their trap.
    pub traps: Vec<(u32, Trap)>,
    /// Return addresses of all calls.
    pub returns: Vec<u32>,
    /// The module's instructions from which the code comes: ascending, without overlaps.
    pub lines: Vec<Line>,
    /// The calls that bodies of callees replaced. Their locations are in the numbering of `lines`.
    pub inlined: Vec<Inlined>,
    /// Calls during which references to objects are live, ascending.
    pub safepoints: Box<[Safepoint]>,
    /// Calls whose exceptions it catches, ascending.
    pub caught: Box<[CaughtCall]>,
    /// Unwind information for its frame.
    pub unwind: Option<Unwind>,
    /// Disassembly, if requested.
    pub listing: Option<String>,
}

/// A field of the piece that holds an address or a distance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reference {
    /// Its offset in the piece.
    pub offset: u32,
    /// Its encoding.
    pub kind: Relocation,
    /// Its target.
    pub target: Referent,
    /// The value that is added to the target's address.
    pub addend: i64,
}

/// The target of a reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Referent {
    /// A symbol of the program or the runtime.
    Symbol(Symbol),
    /// A piece without a name: its index among the unnamed pieces of the set.
    Constant(u32),
    /// The start of the piece that holds the reference.
    Own,
}

/// Code that comes from one WebAssembly instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Line {
    /// Its first byte.
    pub start: u32,
    /// The byte after its last one.
    pub end: u32,
    /// Offset of the instruction in the module's bytes, or the location of an inlined one
    /// ([`Piece::inlined`]).
    pub wasm: u32,
}

/// The function that an instruction comes from, if its body replaced a call, and the offset of the
/// instruction in its module's bytes. `location` is one in the numbering of `inlined`; `body` gives
/// the offset of a function's body.
pub fn origin(
    inlined: &[Inlined],
    location: u32,
    body: impl Fn(FuncId) -> Option<u64>,
) -> (u32, Option<&Inlined>) {
    let after = inlined.partition_point(|inlined| inlined.start <= location);
    match after.checked_sub(1).map(|index| &inlined[index]) {
        None => (location, None),
        Some(within) => {
            let body = body(within.callee).unwrap_or_default() as u32;
            (body + (location - within.start), Some(within))
        }
    }
}

/// A call during which references are live.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Safepoint {
    /// Offset of the return address.
    pub returns: u32,
    /// Bytes from the stack pointer to the frame pointer.
    pub frame: u32,
    /// Locations of the references, in bytes from the stack pointer, ascending.
    pub slots: Box<[u32]>,
}

/// A call whose exceptions are caught.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaughtCall {
    /// Offset of the return address.
    pub returns: u32,
    /// Bytes from the stack pointer to the frame pointer.
    pub frame: u32,
    /// Handlers: numbers of tags, or [`wasi_aot_abi::exceptions::ANY`], and code offsets.
    pub handlers: Box<[(u32, u32)]>,
}

/// The changes of a function's frame, as DWARF call frame instructions.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unwind(pub Box<[u8]>);
