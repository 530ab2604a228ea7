//! Reads information for other crates from an object or executable: notes, defined functions, load
//! segments.

use crate::layout::{Access, Segment};
use object::LittleEndian as LE;
use object::elf::*;
use object::read::elf::{
    ElfFile64, NoteIterator, ProgramHeader as _, SectionHeader as _, Sym as _,
};

type Header = FileHeader64<LE>;

/// The contents of the first note with this owner and type, in an object or an executable.
pub fn find_note<'a>(file: &ElfFile64<'a, LE>, owner: &str, n_type: u32) -> Option<&'a [u8]> {
    let in_sections = file
        .elf_section_table()
        .iter()
        .filter_map(|s| s.notes(LE, file.data()).ok().flatten());
    let in_segments = file
        .elf_program_headers()
        .iter()
        .filter_map(|p| p.notes(LE, file.data()).ok().flatten());
    in_sections
        .chain(in_segments)
        .find_map(|notes| find(notes, owner, n_type))
}

fn find<'a>(mut notes: NoteIterator<'a, Header>, owner: &str, n_type: u32) -> Option<&'a [u8]> {
    while let Ok(Some(note)) = notes.next() {
        if note.name() == owner.as_bytes() && note.n_type(LE) == n_type {
            return Some(note.desc());
        }
    }
    None
}

/// The names of the functions that an object defines for other objects, in the order of its symbol
/// table.
pub fn defined_functions<'a>(file: &ElfFile64<'a, LE>) -> object::read::Result<Vec<&'a [u8]>> {
    let table = file.elf_symbol_table();
    table
        .iter()
        .filter(|s| {
            s.st_bind() != STB_LOCAL
                && s.st_shndx(LE) != SHN_UNDEF
                && matches!(s.st_type(), STT_FUNC | STT_NOTYPE)
        })
        .map(|s| table.symbol_name(LE, s))
        .collect()
}

/// The load segments of an executable; empty if it is not one.
pub fn segments(bytes: &[u8]) -> Vec<Segment> {
    let Ok(file) = ElfFile64::<LE>::parse(bytes) else {
        return Vec::new();
    };
    let headers = file.elf_program_headers().iter();
    headers
        .filter(|p| p.p_type(LE) == PT_LOAD)
        .map(|p| Segment {
            access: match p.p_flags(LE) {
                flags if flags & PF_W != 0 => Access::Write,
                flags if flags & PF_X != 0 => Access::Execute,
                _ => Access::Read,
            },
            address: p.p_vaddr(LE),
            offset: p.p_offset(LE),
            file_size: p.p_filesz(LE),
            memory_size: p.p_memsz(LE),
        })
        .collect()
}
