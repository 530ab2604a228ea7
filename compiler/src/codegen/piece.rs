//! What generators give back: pieces, in types of our own.

use crate::cpu::Relocation;
use crate::lower::Unit;
use crate::lower::symbol::Symbol;
use crate::program::FuncId;
use wasi_aot_abi::Trap;

/// Bytes that a generator made. Offsets are from their start.
#[derive(Debug, Default)]
pub struct Piece {
    /// Whose code it is; `None`: constants or a table, which the pieces of the same set refer to.
    pub unit: Option<Unit>,
    /// Bytes.
    pub bytes: Box<[u8]>,
    /// What its start must be aligned to, in bytes.
    pub alignment: u32,
    /// Direct calls of functions of the program: where the call's operand is, and whom.
    pub calls: Box<[(u32, FuncId)]>,
    /// Everything else that it refers to.
    pub references: Box<[Reference]>,
    /// Instructions that trap, and how.
    pub traps: Vec<(u32, Trap)>,
    /// Return addresses of all calls.
    pub returns: Vec<u32>,
    /// Which instructions of the module the code comes from, ascending and apart.
    pub lines: Vec<Line>,
    /// Calls that references to objects are alive over, ascending.
    pub safepoints: Box<[Safepoint]>,
    /// Calls whose exceptions it catches, ascending.
    pub caught: Box<[CaughtCall]>,
    /// How to unwind its frame.
    pub unwind: Option<Unwind>,
    /// Disassembly, if it was asked for.
    pub listing: Option<String>,
}

/// A reference to what stands elsewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reference {
    /// Where.
    pub offset: u32,
    /// How it is written.
    pub kind: Relocation,
    /// To what.
    pub target: Referent,
    /// What is added to the target's address.
    pub addend: i64,
}

/// What a piece refers to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Referent {
    /// Something of the program or the runtime.
    Symbol(Symbol),
    /// A piece without a name: its place among those of the set.
    Constant(u32),
}

/// Code that comes from one instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line {
    /// Its first byte.
    pub start: u32,
    /// The byte behind its last one.
    pub end: u32,
    /// Offset of the instruction in the module's bytes.
    pub wasm: u32,
}

/// A call that references are alive over.
#[derive(Debug, PartialEq, Eq)]
pub struct Safepoint {
    /// Offset of the return address.
    pub returns: u32,
    /// Bytes from the stack pointer to the frame pointer.
    pub frame: u32,
    /// Where references are, in bytes from the stack pointer, ascending.
    pub slots: Box<[u32]>,
}

/// A call whose exceptions are caught.
#[derive(Debug, PartialEq, Eq)]
pub struct CaughtCall {
    /// Offset of the return address.
    pub returns: u32,
    /// Bytes from the stack pointer to the frame pointer.
    pub frame: u32,
    /// Handlers: numbers of tags, or [`wasi_aot_abi::exceptions::ANY`], and offsets of code.
    pub handlers: Box<[(u32, u32)]>,
}

/// The changes of a function's frame, as DWARF's call frame instructions.
#[derive(Debug, PartialEq, Eq)]
pub struct Unwind(pub Box<[u8]>);
