//! The table of relocation kinds: this project's and Cranelift's, used in both directions.

use crate::cpu::{Cpu, Relocation};
use crate::{Code, Error, Result};
use cranelift_codegen::binemit::Reloc;
use object::Architecture::{self, Aarch64, X86_64};

/// CPU, this project's kind, Cranelift's kind.
const TABLE: [(Architecture, Relocation, Reloc); 8] = [
    (X86_64, Relocation::Address, Reloc::Abs8),
    (X86_64, Relocation::Address32, Reloc::Abs4),
    (X86_64, Relocation::Distance, Reloc::X86PCRel4),
    (X86_64, Relocation::Call, Reloc::X86CallPCRel4),
    (Aarch64, Relocation::Address, Reloc::Abs8),
    (Aarch64, Relocation::Call, Reloc::Arm64Call),
    (Aarch64, Relocation::Page, Reloc::Aarch64AdrPrelPgHi21),
    (Aarch64, Relocation::PageOffset, Reloc::Aarch64AddAbsLo12Nc),
];

/// This project's kind.
///
/// # Errors
/// [`Code::Bug`] for a relocation that the lowering never emits.
pub fn ours(reloc: Reloc) -> Result<Relocation> {
    let found = TABLE.iter().find(|(_, _, own)| *own == reloc);
    found.map(|(_, relocation, _)| *relocation).ok_or_else(|| {
        let message = format!("no relocation stands for {reloc}");
        Error::new(Code::Bug, message)
    })
}

/// Cranelift's kind on this CPU, if there is one.
pub fn of_module(cpu: &Cpu, relocation: Relocation) -> Option<Reloc> {
    let mut rows = TABLE.iter();
    let found = rows.find(|(cpu_of, own, _)| Some(*cpu_of) == cpu.object && *own == relocation);
    found.map(|(_, _, reloc)| *reloc)
}
