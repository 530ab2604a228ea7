//! `.eh_frame`: how to unwind each function (Linux Standard Base, exception frames).

use super::blob::{Blob, Relocation, Target};
use crate::codegen::function::Compiled;
use crate::cpu::{self, Cpu, Frame};
use crate::{Code, Error, Result};
use gimli::{DW_CFA_def_cfa, DW_CFA_nop, DW_CFA_offset, DW_EH_PE_pcrel, DW_EH_PE_sdata4};
use wasi_aot_abi::sites::uleb;

/// The alignment of the end of every entry.
const ALIGNMENT: usize = 8;

/// The section for the units of a text, in order.
///
/// # Errors
/// [`Code::Target`] for a CPU whose frames cannot be unwound, [`Code::Bug`] for a section that is
/// too large.
pub fn eh_frame(cpu: &Cpu, compiled: &[Compiled]) -> Result<Blob> {
    let frame = cpu.frame.as_ref();
    let frame = frame.ok_or_else(|| cpu.lacks("frames that can be unwound"))?;
    let mut section = Blob::default();
    for (unit, compiled) in (0..).zip(compiled) {
        let Some(unwind) = &compiled.unwind else {
            continue;
        };
        if section.bytes.is_empty() {
            entry(&mut section, |section| common(frame, section));
        }
        let back = u32::try_from(section.bytes.len() + 4);
        let back = back.map_err(|_| Error::new(Code::Bug, ".eh_frame is too large"))?;
        entry(&mut section, |section| {
            section.append(&back.to_le_bytes());
            let at = section.append(&[0; 4]);
            section.relocations.push(Relocation {
                offset: at,
                kind: cpu::Relocation::Distance,
                target: Target::Unit(unit),
                addend: 0,
            });
            section.append(&(compiled.code.len() as u32).to_le_bytes());
            // No augmentation data.
            section.append(&[0]);
            section.append(&unwind.0);
        });
    }
    Ok(section)
}

/// Appends an entry, with its length before it and padding after it.
fn entry(section: &mut Blob, contents: impl FnOnce(&mut Blob)) {
    let start = section.append(&[0; 4]);
    contents(section);
    let end = section.bytes.len().next_multiple_of(ALIGNMENT);
    section.bytes.resize(end, DW_CFA_nop.0);
    section.set_u32(start, (end as u64 - start - 4) as u32);
}

/// Writes the part that all functions share, after its length.
fn common(frame: &Frame, section: &mut Blob) {
    section.append(&0u32.to_le_bytes());
    section.append(b"\x01zR\0");
    number(section, frame.code_alignment.into());
    // A signed number of one byte.
    section.append(&[frame.data_alignment as u8 & 0x7f]);
    number(section, frame.return_address.into());
    // The augmentation data: the encoding of addresses of functions.
    section.append(&[1, DW_EH_PE_pcrel.0 | DW_EH_PE_sdata4.0]);
    section.append(&[DW_CFA_def_cfa.0]);
    number(section, frame.stack_pointer.into());
    number(section, frame.entry.into());
    if let Some(factored) = frame.return_at {
        section.append(&[DW_CFA_offset.0 | frame.return_address as u8]);
        number(section, factored.into());
    }
}

fn number(section: &mut Blob, value: u64) {
    uleb(value, &mut |byte| section.bytes.push(byte));
}
