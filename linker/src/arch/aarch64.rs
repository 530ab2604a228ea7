//! AArch64: relocation types (ELF for the Arm 64-bit Architecture, §5.7) and the immediates of
//! instructions.

use super::{Cpu, Field, Instruction, Kind, Value};
use object::elf::*;

/// The CPU.
pub static CPU: Cpu = Cpu {
    name: "aarch64",
    elf_machine: EM_AARCH64,
    kinds: KINDS,
    // `udf #0` is all zeros.
    code_gap: 0,
    branch_to_next: 4,
    // AArch64 has no relocation types for Value::GotRelaxable: a GOT access is two instructions
    // with a relocation each.
    can_relax: |_, _, _| false,
    relax: |_, _, _| false,
};

/// The immediate field of a class of instructions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Immediate {
    /// `adr`: in bytes, 21 bits.
    Adr,
    /// `adrp`: in pages, 21 bits.
    Adrp,
    /// `adrp` without a range check.
    AdrpUnchecked,
    /// `add`: the low 12 bits.
    Add12,
    /// A load or store of `1 << n` bytes: the low 12 bits, scaled.
    LoadStore(u8),
    /// `b`, `bl`: in words, 26 bits.
    Branch26,
    /// `b.cond`, `cbz`, `ldr` (literal): in words, 19 bits.
    Branch19,
    /// `tbz`: in words, 14 bits.
    Branch14,
    /// `movz`, `movk`: the n-th 16 bits; all higher bits must be zero.
    Wide(u8),
    /// The same without this check.
    WideUnchecked(u8),
    /// `movz` or, for a negative value, `movn`: the n-th 16 bits; the value must have no higher
    /// bits.
    WideSigned(u8),
}

macro_rules! kinds {
    ($($name:ident: $value:ident, $field:expr;)*) => {
        &[$(Kind { elf: $name, name: stringify!($name), value: Value::$value, field: $field },)*]
    };
}

use Immediate::*;

static KINDS: &[Kind] = kinds! {
    R_AARCH64_NONE: Nothing, Field::Nothing;
    R_AARCH64_ABS64: Absolute, Field::Wrapping(8);
    R_AARCH64_ABS32: Absolute, Field::Either(4);
    R_AARCH64_ABS16: Absolute, Field::Either(2);
    R_AARCH64_PREL64: Relative, Field::Wrapping(8);
    R_AARCH64_PREL32: Relative, Field::Signed(4);
    R_AARCH64_PREL16: Relative, Field::Signed(2);
    R_AARCH64_PLT32: Branch, Field::Signed(4);
    R_AARCH64_GOTPCREL32: GotRelative, Field::Signed(4);
    R_AARCH64_MOVW_UABS_G0: Absolute, Field::Instruction(&Wide(0));
    R_AARCH64_MOVW_UABS_G0_NC: Absolute, Field::Instruction(&WideUnchecked(0));
    R_AARCH64_MOVW_UABS_G1: Absolute, Field::Instruction(&Wide(1));
    R_AARCH64_MOVW_UABS_G1_NC: Absolute, Field::Instruction(&WideUnchecked(1));
    R_AARCH64_MOVW_UABS_G2: Absolute, Field::Instruction(&Wide(2));
    R_AARCH64_MOVW_UABS_G2_NC: Absolute, Field::Instruction(&WideUnchecked(2));
    R_AARCH64_MOVW_UABS_G3: Absolute, Field::Instruction(&WideUnchecked(3));
    R_AARCH64_MOVW_SABS_G0: Absolute, Field::Instruction(&WideSigned(0));
    R_AARCH64_MOVW_SABS_G1: Absolute, Field::Instruction(&WideSigned(1));
    R_AARCH64_MOVW_SABS_G2: Absolute, Field::Instruction(&WideSigned(2));
    R_AARCH64_LD_PREL_LO19: Relative, Field::Instruction(&Branch19);
    R_AARCH64_ADR_PREL_LO21: Relative, Field::Instruction(&Adr);
    R_AARCH64_ADR_PREL_PG_HI21: Page, Field::Instruction(&Adrp);
    R_AARCH64_ADR_PREL_PG_HI21_NC: Page, Field::Instruction(&AdrpUnchecked);
    R_AARCH64_ADD_ABS_LO12_NC: Absolute, Field::Instruction(&Add12);
    R_AARCH64_LDST8_ABS_LO12_NC: Absolute, Field::Instruction(&LoadStore(0));
    R_AARCH64_LDST16_ABS_LO12_NC: Absolute, Field::Instruction(&LoadStore(1));
    R_AARCH64_LDST32_ABS_LO12_NC: Absolute, Field::Instruction(&LoadStore(2));
    R_AARCH64_LDST64_ABS_LO12_NC: Absolute, Field::Instruction(&LoadStore(3));
    R_AARCH64_LDST128_ABS_LO12_NC: Absolute, Field::Instruction(&LoadStore(4));
    R_AARCH64_TSTBR14: Branch, Field::Instruction(&Branch14);
    R_AARCH64_CONDBR19: Branch, Field::Instruction(&Branch19);
    R_AARCH64_JUMP26: Branch, Field::Instruction(&Branch26);
    R_AARCH64_CALL26: Branch, Field::Instruction(&Branch26);
    R_AARCH64_ADR_GOT_PAGE: GotPage, Field::Instruction(&Adrp);
    R_AARCH64_LD64_GOT_LO12_NC: Got, Field::Instruction(&LoadStore(3));
};

/// Bit 30 of a move-wide instruction: set in `movz`, clear in `movn`.
const MOVZ: u32 = 1 << 30;

impl Instruction for Immediate {
    fn put(&self, word: u32, value: i64) -> (u32, bool) {
        match *self {
            Adr => (adr(word, value), signed(value, 21)),
            Adrp => (adr(word, value >> 12), signed(value, 33)),
            AdrpUnchecked => (adr(word, value >> 12), true),
            Add12 => (bits(word, value & 0xfff, 10, 12), true),
            LoadStore(scale) => (
                bits(word, (value & 0xfff) >> scale, 10, 12),
                aligned(value, scale),
            ),
            Branch26 => (
                bits(word, value >> 2, 0, 26),
                signed(value, 28) && aligned(value, 2),
            ),
            Branch19 => (
                bits(word, value >> 2, 5, 19),
                signed(value, 21) && aligned(value, 2),
            ),
            Branch14 => (
                bits(word, value >> 2, 5, 14),
                signed(value, 16) && aligned(value, 2),
            ),
            Wide(n) => (
                wide(word, value, n),
                value >= 0 && value >> wide_end(n) == 0,
            ),
            WideUnchecked(n) => (wide(word, value, n), true),
            WideSigned(n) if value < 0 => (
                wide(word & !MOVZ, !value, n),
                signed(value, wide_end(n) + 1),
            ),
            WideSigned(n) => (wide(word | MOVZ, value, n), value >> wide_end(n) == 0),
        }
    }
}

/// Whether `value` fits in a two's complement number of `width` bits.
fn signed(value: i64, width: u32) -> bool {
    let half = 1 << (width - 1);
    value >= -half && value < half
}

/// Whether the low `scale` bits are zero.
fn aligned(value: i64, scale: u8) -> bool {
    value & ((1 << scale) - 1) == 0
}

/// Inserts the low `width` bits of `value` at bit `at`.
fn bits(word: u32, value: i64, at: u32, width: u32) -> u32 {
    let mask = (1 << width) - 1;
    word & !(mask << at) | (value as u32 & mask) << at
}

/// `adr`, `adrp`: the two low bits at bit 29, the others at bit 5.
fn adr(word: u32, value: i64) -> u32 {
    bits(bits(word, value, 29, 2), value >> 2, 5, 19)
}

fn wide(word: u32, value: i64, n: u8) -> u32 {
    bits(word, value >> (16 * n), 5, 16)
}

/// The first bit above the n-th 16 bits.
fn wide_end(n: u8) -> u32 {
    16 * (u32::from(n) + 1)
}
