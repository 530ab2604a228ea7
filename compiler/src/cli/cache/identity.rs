//! The identity of this wasi-aot. It covers every byte that could change the output: the compiler,
//! its libraries, the embedded runtimes, and the compiler that built it all.

use object::elf::{ELF_NOTE_GNU, FileHeader64, NT_GNU_BUILD_ID};
use object::read::elf::{FileHeader as _, ProgramHeader as _};
use object::{Endianness, ReadCache};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io;

/// The running executable's build ID: the linker's hash of all its input (`build.rs` requests one).
/// Without one, the whole file is hashed here, which is slower.
///
/// # Errors
/// When the executable cannot be read.
pub fn identity() -> io::Result<Vec<u8>> {
    // The file that is running, even if another file has its name by now.
    let mut file = File::open("/proc/self/exe")?;
    if let Some(id) = build_id(&file) {
        return Ok(id);
    }
    let mut hash = Sha256::new();
    io::copy(&mut file, &mut hash)?;
    Ok(hash.finalize().to_vec())
}

/// The linker's build ID note, found through the program headers: only a few hundred bytes are
/// read.
fn build_id(file: &File) -> Option<Vec<u8>> {
    let data = ReadCache::new(file);
    let header = FileHeader64::<Endianness>::parse(&data).ok()?;
    let endian = header.endian().ok()?;
    let segments = header.program_headers(endian, &data).ok()?;
    segments.iter().find_map(|segment| {
        let mut notes = segment.notes(endian, &data).ok()??;
        while let Ok(Some(note)) = notes.next() {
            if note.name() == ELF_NOTE_GNU && note.n_type(endian) == NT_GNU_BUILD_ID {
                return Some(note.desc().to_vec());
            }
        }
        None
    })
}
