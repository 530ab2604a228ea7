//! What differs between CPUs: one description each, and the vocabulary in which relocation types
//! are described.

pub mod aarch64;
pub mod x86_64;

use std::fmt::Debug;

/// A CPU, as far as a linker has to know it.
#[derive(Debug)]
pub struct Cpu {
    /// For messages.
    pub name: &'static str,
    /// `e_machine` (ELF gABI).
    pub elf_machine: u16,
    /// The relocation types that the linker knows.
    pub kinds: &'static [Kind],
    /// Fills the gaps between pieces of code: must not be run.
    pub code_gap: u8,
    /// The value with which a branch goes to the next instruction.
    pub branch_to_next: i64,
    /// Whether the instruction whose GOT-relative operand is at this offset can do without the GOT.
    /// Called with the section's bytes, the operand's offset and the relocation's addend.
    pub can_relax: fn(&[u8], usize, i64) -> bool,
    /// Rewrites such an instruction to refer to its target itself. Called with the section's
    /// bytes, the operand's offset and the distance `S + A - P`; false: it does not fit.
    pub relax: fn(&mut [u8], usize, i64) -> bool,
}

/// A relocation type: one row of a CPU's table.
#[derive(Debug)]
pub struct Kind {
    /// Its number in ELF.
    pub elf: u32,
    /// Its name in the CPU's ABI.
    pub name: &'static str,
    /// What is computed.
    pub value: Value,
    /// Where it is put, and in what range it must be.
    pub field: Field,
}

/// What a relocation computes. S: the symbol's address, A: the addend, P: the place, G: the
/// address of the symbol's GOT entry; Page(x): x without its low 12 bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Value {
    /// Nothing: a marker.
    Nothing,
    /// S + A
    Absolute,
    /// S + A - P
    Relative,
    /// S + A - P, of a branch: one to an undefined weak symbol goes to the next instruction.
    Branch,
    /// Page(S + A) - Page(P)
    Page,
    /// G, as an absolute address
    Got,
    /// G + A - P
    GotRelative,
    /// G + A - P, in an instruction that may be rewritten to refer to S itself.
    GotRelaxable,
    /// Page(G) - Page(P)
    GotPage,
    /// The value of the relocation of one of these types (ELF's numbers) at S, which is a place in
    /// code: this one takes another part of it. None of them is of this sort or may be rewritten.
    #[cfg_attr(
        not(test),
        expect(
            dead_code,
            reason = "no CPU that is linked for has it yet, that of the tests has"
        )
    )]
    OfPlace(&'static [u32]),
}

impl Value {
    /// Whether it needs an entry in the GOT, if the instruction is not relaxed.
    pub fn needs_got(self) -> bool {
        matches!(
            self,
            Value::Got | Value::GotRelative | Value::GotRelaxable | Value::GotPage
        )
    }
}

/// Where a relocation's value is put.
#[derive(Clone, Copy, Debug)]
pub enum Field {
    /// Nowhere.
    Nothing,
    /// A little-endian integer that many bytes wide, any value: the low bits are kept.
    Wrapping(u8),
    /// A signed integer of that many bytes.
    Signed(u8),
    /// An unsigned integer of that many bytes.
    Unsigned(u8),
    /// An integer of that many bytes that may be read either way.
    Either(u8),
    /// A part of a little-endian instruction of 4 bytes.
    Instruction(&'static dyn Instruction),
}

/// The part of an instruction in which a value is put.
pub trait Instruction: Debug + Sync {
    /// The instruction `word` with `value` in it, and whether the value fits.
    fn put(&self, word: u32, value: i64) -> (u32, bool);
}

impl Field {
    /// Bytes that are written.
    pub fn width(self) -> usize {
        match self {
            Field::Nothing => 0,
            Field::Wrapping(n) | Field::Signed(n) | Field::Unsigned(n) | Field::Either(n) => {
                usize::from(n)
            }
            Field::Instruction(_) => 4,
        }
    }

    /// Puts `value` in `place`, which is [`Field::width`] bytes; false: it does not fit.
    #[inline]
    pub fn put(self, place: &mut [u8], value: i64) -> bool {
        let fits = match self {
            Field::Nothing | Field::Wrapping(_) => true,
            Field::Signed(n) => value >= -half(n) && value < half(n),
            Field::Unsigned(n) => value >= 0 && value < 2 * half(n),
            Field::Either(n) => value >= -half(n) && value < 2 * half(n),
            Field::Instruction(part) => {
                let word = u32::from_le_bytes([place[0], place[1], place[2], place[3]]);
                let (word, fits) = part.put(word, value);
                place.copy_from_slice(&word.to_le_bytes());
                return fits;
            }
        };
        let width = place.len();
        place.copy_from_slice(&value.to_le_bytes()[..width]);
        fits
    }
}

/// Half of the number of values of an integer of 1, 2 or 4 bytes.
fn half(bytes: u8) -> i64 {
    1 << (8 * bytes - 1)
}
