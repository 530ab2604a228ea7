//! Converts Cranelift's description of a function's frame to call frame instructions.
//!
//! Cranelift gives it in types of gimli's writer, which can only be written out. So they are
//! written as a section with one entry, from which the instructions are taken.

use crate::codegen::piece::Unwind;
use crate::{Code, Error, Result};
use cranelift_codegen::CompiledCode;
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::isa::unwind::UnwindInfo;
use gimli::write::{Address, EhFrame, EndianVec, FrameTable};
use gimli::{DW_EH_PE_pcrel, DW_EH_PE_sdata4, DwEhPe, LittleEndian};

/// Unwind information for a function; `None`: it has no frame.
///
/// # Errors
/// [`Code::Bug`] if a frame cannot be described.
pub fn unwind(isa: &dyn TargetIsa, code: &CompiledCode) -> Result<Option<Unwind>> {
    let info = code.create_unwind_info(isa).map_err(|e| bug(&e))?;
    let info = match info {
        Some(UnwindInfo::SystemV(info)) => info,
        None => return Ok(None),
        Some(_) => return Err(bug(&"it is not described as System V has it")),
    };
    let common = isa.create_systemv_cie();
    let mut common = common.ok_or_else(|| bug(&"no CIE for this CPU"))?;
    common.fde_address_encoding = DwEhPe(DW_EH_PE_pcrel.0 | DW_EH_PE_sdata4.0);
    let mut table = FrameTable::default();
    let common = table.add_cie(common);
    table.add_fde(common, info.to_fde(Address::Constant(0)));
    let mut section = EhFrame::from(EndianVec::new(LittleEndian));
    table.write_eh_frame(&mut section).map_err(|e| bug(&e))?;
    let found = instructions(section.slice());
    let found = found.ok_or_else(|| bug(&"gimli wrote no entry"))?;
    Ok(Some(Unwind(found.into())))
}

/// The instructions of the entry that follows a section's common entry.
fn instructions(section: &[u8]) -> Option<&[u8]> {
    /// The fields before them: the distance to the common entry, the code's address and length, and
    /// the empty augmentation data.
    const FIXED: usize = 4 + 4 + 4 + 1;
    let (_, rest) = entry(section)?;
    let (own, _) = entry(rest)?;
    own.get(FIXED..)
}

/// The first entry of a section without its length, and the bytes after it.
fn entry(section: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = section.split_first_chunk()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

fn bug(error: &dyn std::fmt::Display) -> Error {
    Error::new(Code::Bug, format!("unwind information: {error}"))
}
