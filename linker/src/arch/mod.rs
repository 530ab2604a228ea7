//! Descriptions of the CPUs, and the vocabulary for relocation types.

pub mod aarch64;
pub mod x86_64;

use std::fmt::Debug;

/// A CPU from the linker's view.
#[derive(Debug)]
pub struct Cpu {
    /// Its name, for messages.
    pub name: &'static str,
    /// `e_machine` (ELF gABI).
    pub elf_machine: u16,
    /// The relocation types that the linker knows.
    pub kinds: &'static [Kind],
    /// The byte that fills gaps between pieces of code. Executing it must trap.
    pub code_gap: u8,
    /// The displacement of a branch to the next instruction.
    pub branch_to_next: i64,
    /// Whether the instruction whose GOT-relative operand is at this offset can be rewritten to a
    /// direct access. Parameters: the section's bytes, the operand's offset and the relocation's
    /// addend.
    pub can_relax: fn(&[u8], usize, i64) -> bool,
    /// Rewrites such an instruction to a direct access. Parameters: the section's bytes, the
    /// operand's offset and the distance `S + A - P`. Returns false if the distance does not fit.
    pub relax: fn(&mut [u8], usize, i64) -> bool,
}

/// A relocation type: one row of a CPU's table.
#[derive(Debug)]
pub struct Kind {
    /// Its number in ELF.
    pub elf: u32,
    /// Its name in the CPU's ABI.
    pub name: &'static str,
    /// The value that it computes.
    pub value: Value,
    /// The field for the value, and the value's range.
    pub field: Field,
}

/// The value of a relocation. S: the symbol's address, A: the addend, P: the relocated location, G:
/// the address of the symbol's GOT entry; Page(x): x with its low 12 bits cleared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Value {
    /// None: a marker.
    Nothing,
    /// S + A
    Absolute,
    /// S + A - P
    Relative,
    /// S + A - P, for a branch: a branch to an undefined weak symbol goes to the next instruction.
    Branch,
    /// Page(S + A) - Page(P)
    Page,
    /// G, as an absolute address
    Got,
    /// G + A - P
    GotRelative,
    /// G + A - P, in an instruction that may be rewritten to refer to S directly.
    GotRelaxable,
    /// Page(G) - Page(P)
    GotPage,
    /// The value of the relocation with one of these types (ELF's numbers) at S, a location in
    /// code: this relocation takes another part of that value. None of the types may be of this
    /// kind or be rewritten.
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
    /// Whether it needs an entry in the GOT, unless the instruction is rewritten.
    pub fn needs_got(self) -> bool {
        matches!(
            self,
            Value::Got | Value::GotRelative | Value::GotRelaxable | Value::GotPage
        )
    }
}

/// The field for a relocation's value.
#[derive(Clone, Copy, Debug)]
pub enum Field {
    /// None.
    Nothing,
    /// A little-endian integer with this number of bytes and any value: the low bits are kept.
    Wrapping(u8),
    /// A signed integer with this number of bytes.
    Signed(u8),
    /// An unsigned integer with this number of bytes.
    Unsigned(u8),
    /// An integer with this number of bytes that may be signed or unsigned.
    Either(u8),
    /// A part of a little-endian instruction of 4 bytes.
    Instruction(&'static dyn Instruction),
}

/// The field of an instruction for a value.
pub trait Instruction: Debug + Sync {
    /// Inserts `value` into the instruction `word`. Returns the instruction, and whether the value
    /// fits.
    fn put(&self, word: u32, value: i64) -> (u32, bool);
}

impl Field {
    /// Number of bytes that are written.
    pub fn width(self) -> usize {
        match self {
            Field::Nothing => 0,
            Field::Wrapping(n) | Field::Signed(n) | Field::Unsigned(n) | Field::Either(n) => {
                usize::from(n)
            }
            Field::Instruction(_) => 4,
        }
    }

    /// Writes `value` to `place`, which has [`Field::width`] bytes. Returns false if it does not
    /// fit.
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

/// Half the number of values of an integer with 1, 2 or 4 bytes.
fn half(bytes: u8) -> i64 {
    1 << (8 * bytes - 1)
}
