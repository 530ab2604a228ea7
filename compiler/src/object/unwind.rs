//! `.eh_frame`: how to unwind each function.

use super::blob::{Blob, Relocation, Target};
use crate::codegen::cranelift::function::Compiled;
use crate::cpu;
use crate::{Code, Error, Result};
use cranelift_codegen::isa::TargetIsa;
use gimli::write::{Address, EhFrame, EndianVec, FrameTable, RelocateWriter};
use gimli::{DW_EH_PE_pcrel, DW_EH_PE_sdata4, DwEhPe, LittleEndian};

/// The section for functions that start at `starts` in the text.
///
/// # Errors
/// [`Code::Bug`] when Cranelift or gimli cannot describe a frame.
pub fn eh_frame(isa: &dyn TargetIsa, starts: &[u32], compiled: &[Compiled]) -> Result<Blob> {
    let bug = |error: &dyn std::fmt::Display| Error::new(Code::Bug, format!(".eh_frame: {error}"));
    let mut cie = match isa.create_systemv_cie() {
        Some(cie) => cie,
        None => return Err(bug(&"no CIE for this CPU")),
    };
    cie.fde_address_encoding = DwEhPe(DW_EH_PE_pcrel.0 | DW_EH_PE_sdata4.0);
    let mut table = FrameTable::default();
    let cie = table.add_cie(cie);
    for (&start, compiled) in starts.iter().zip(compiled) {
        if let Some(unwind) = &compiled.unwind {
            let address = Address::Symbol {
                symbol: 0,
                addend: i64::from(start),
            };
            table.add_fde(cie, unwind.to_fde(address));
        }
    }
    let mut section = EhFrame::from(Section {
        bytes: EndianVec::new(LittleEndian),
        relocations: Vec::new(),
    });
    table.write_eh_frame(&mut section).map_err(|e| bug(&e))?;
    let section = section.0;
    Ok(Blob {
        bytes: section.bytes.into_vec(),
        relocations: section.relocations,
    })
}

/// Where gimli writes to; its only symbol, 0, is the start of the text.
struct Section {
    bytes: EndianVec<LittleEndian>,
    relocations: Vec<Relocation>,
}

impl RelocateWriter for Section {
    type Writer = EndianVec<LittleEndian>;

    fn writer(&self) -> &Self::Writer {
        &self.bytes
    }

    fn writer_mut(&mut self) -> &mut Self::Writer {
        &mut self.bytes
    }

    fn relocate(&mut self, relocation: gimli::write::Relocation) {
        self.relocations.push(Relocation {
            offset: relocation.offset as u64,
            kind: cpu::Relocation::Distance,
            target: Target::Text,
            addend: relocation.addend,
        });
    }
}
