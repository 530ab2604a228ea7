//! Classic BPF for seccomp: the instructions that filters use, with jumps to labels.

use crate::{Code, Error, Result};

/// Offset of the system call number in `struct seccomp_data`.
pub const NUMBER: u32 = 0;
/// Offset of the architecture.
pub const ARCHITECTURE: u32 = 4;
/// Offset of the low half of an argument.
pub const fn argument(index: u32) -> u32 {
    16 + 8 * index
}

/// `SECCOMP_RET_ALLOW`
pub const ALLOW: u32 = 0x7fff_0000;
/// `SECCOMP_RET_KILL_PROCESS`
pub const KILL: u32 = 0x8000_0000;

/// `BPF_LD | BPF_W | BPF_ABS`
pub const LOAD: u16 = 0x20;
/// `BPF_JMP | BPF_JEQ | BPF_K`
pub const JUMP_EQUAL: u16 = 0x15;
/// `BPF_JMP | BPF_JGE | BPF_K`
pub const JUMP_AT_LEAST: u16 = 0x35;
/// `BPF_JMP | BPF_JSET | BPF_K`
pub const JUMP_ANY_BIT: u16 = 0x45;
/// `BPF_RET | BPF_K`
pub const RETURN: u16 = 0x06;

/// The target of a jump.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Label(usize);

/// A filter under construction.
#[derive(Debug, Default)]
pub struct Assembler {
    instructions: Vec<Instruction>,
    /// The index of each label's instruction, once known.
    labels: Vec<Option<usize>>,
}

#[derive(Debug)]
struct Instruction {
    code: u16,
    operand: u32,
    /// The targets of a jump: if the condition holds, and if not.
    jump: Option<(Label, Label)>,
}

impl Assembler {
    /// A new label, without a position yet.
    pub fn label(&mut self) -> Label {
        self.labels.push(None);
        Label(self.labels.len() - 1)
    }

    /// Places a label at the next instruction.
    pub fn place(&mut self, label: Label) {
        self.labels[label.0] = Some(self.instructions.len());
    }

    /// The index of the next instruction.
    pub fn here(&self) -> usize {
        self.instructions.len()
    }

    /// Adds an instruction other than a jump.
    pub fn plain(&mut self, code: u16, operand: u32) {
        self.instructions.push(Instruction {
            code,
            operand,
            jump: None,
        });
    }

    /// Adds a jump to `holds` or to `otherwise`. Both labels must be placed later.
    pub fn jump(&mut self, code: u16, operand: u32, holds: Label, otherwise: Label) {
        self.instructions.push(Instruction {
            code,
            operand,
            jump: Some((holds, otherwise)),
        });
    }

    /// The instructions in the kernel's form (`struct sock_filter`).
    ///
    /// # Errors
    /// [`Code::Bug`] for a jump that BPF cannot encode: backwards, or over more than 255
    /// instructions.
    pub fn finish(self) -> Result<Vec<u64>> {
        let distance = |at: usize, label: Label| {
            let to = self.labels[label.0].and_then(|to| to.checked_sub(at + 1));
            to.and_then(|distance| u8::try_from(distance).ok())
                .ok_or_else(|| Error::new(Code::Bug, "a jump of the filter is out of reach"))
        };
        let encode = |(at, instruction): (usize, &Instruction)| {
            let (holds, otherwise) = match instruction.jump {
                Some((holds, otherwise)) => (distance(at, holds)?, distance(at, otherwise)?),
                None => (0, 0),
            };
            Ok(u64::from(instruction.code)
                | u64::from(holds) << 16
                | u64::from(otherwise) << 24
                | u64::from(instruction.operand) << 32)
        };
        self.instructions.iter().enumerate().map(encode).collect()
    }
}
