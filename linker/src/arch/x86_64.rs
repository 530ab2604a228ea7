//! x86-64: relocation types (psABI §4.4) and the relaxation of GOT loads (psABI appendix B).

use super::{Cpu, Field, Kind, Value};
use object::elf::*;

/// The CPU.
pub static CPU: Cpu = Cpu {
    name: "x86_64",
    elf_machine: EM_X86_64,
    kinds: KINDS,
    // `int3`
    code_gap: 0xcc,
    branch_to_next: 0,
    can_relax,
    relax,
};

macro_rules! kinds {
    ($($name:ident: $value:ident, $field:expr;)*) => {
        &[$(Kind { elf: $name, name: stringify!($name), value: Value::$value, field: $field },)*]
    };
}

static KINDS: &[Kind] = kinds! {
    R_X86_64_NONE: Nothing, Field::Nothing;
    R_X86_64_64: Absolute, Field::Wrapping(8);
    R_X86_64_32: Absolute, Field::Unsigned(4);
    R_X86_64_32S: Absolute, Field::Signed(4);
    R_X86_64_16: Absolute, Field::Either(2);
    R_X86_64_8: Absolute, Field::Either(1);
    R_X86_64_PC64: Relative, Field::Wrapping(8);
    R_X86_64_PC32: Relative, Field::Signed(4);
    R_X86_64_PC16: Relative, Field::Signed(2);
    R_X86_64_PC8: Relative, Field::Signed(1);
    R_X86_64_PLT32: Branch, Field::Signed(4);
    R_X86_64_GOTPCREL: GotRelative, Field::Signed(4);
    R_X86_64_GOTPCREL64: GotRelative, Field::Wrapping(8);
    R_X86_64_GOTPCRELX: GotRelaxable, Field::Signed(4);
    R_X86_64_REX_GOTPCRELX: GotRelaxable, Field::Signed(4);
};

/// `mov disp32(%rip), reg`; its ModRM byte follows.
const MOV: u8 = 0x8b;
/// `lea disp32(%rip), reg`, encoded like [`MOV`].
const LEA: u8 = 0x8d;
/// `call *disp32(%rip)`
const CALL_INDIRECT: [u8; 2] = [0xff, 0x15];
/// `jmp *disp32(%rip)`
const JMP_INDIRECT: [u8; 2] = [0xff, 0x25];
/// ModRM: mod = 0, rm = 5 means `disp32(%rip)`; the bits of the register are between them.
const MODRM_RIP: u8 = 0b00_000_101;
const MODRM_REGISTER: u8 = 0b00_111_000;

enum Form {
    Mov,
    Call,
    Jmp,
}

fn form(code: &[u8], at: usize) -> Option<Form> {
    let opcode: [u8; 2] = code.get(at.checked_sub(2)?..at)?.try_into().ok()?;
    match opcode {
        CALL_INDIRECT => Some(Form::Call),
        JMP_INDIRECT => Some(Form::Jmp),
        [MOV, modrm] if modrm & !MODRM_REGISTER == MODRM_RIP => Some(Form::Mov),
        _ => None,
    }
}

fn can_relax(code: &[u8], at: usize, addend: i64) -> bool {
    // Only with this addend is the operand at the end of the instruction, and refers to the GOT
    // entry itself.
    addend == -4 && form(code, at).is_some()
}

fn relax(code: &mut [u8], at: usize, distance: i64) -> bool {
    let (start, distance) = match form(code, at) {
        Some(Form::Mov) => {
            code[at - 2] = LEA;
            (at, distance)
        }
        Some(Form::Call) => {
            // `addr32 call`: the prefix only keeps the length.
            code[at - 2..at].copy_from_slice(&[0x67, 0xe8]);
            (at, distance)
        }
        Some(Form::Jmp) => {
            // One byte shorter: the `jmp` starts at the same address, and a `nop` follows.
            code[at - 2] = 0xe9;
            code[at + 3] = 0x90;
            (at - 1, distance + 1)
        }
        None => return false,
    };
    Field::Signed(4).put(&mut code[start..start + 4], distance)
}
