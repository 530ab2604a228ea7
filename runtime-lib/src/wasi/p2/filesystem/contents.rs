//! Reading and writing files without a stream.

use super::{Descriptor, ErrorCode, Result, file_of};
use crate::{
    canonical::{Borrow, Call, List, Stored},
    host::{buffer::buffer, descriptor, stream},
    os::{Errno, IoRead, IoWrite},
};

/// The bytes at `offset`, as many as the buffer has room for, and whether there is none because the file ends.
pub fn read(
    call: &Call<'_>,
    this: Borrow<Descriptor>,
    length: u64,
    offset: u64,
) -> Result<(Stored<[u8]>, bool)> {
    let (descriptor, _) = descriptor::peek(this.rep())?;
    let into = buffer(length);
    let count = stream::read_at(&descriptor, &[IoRead::new(into)], offset)?;
    let bytes = into.get(..count).unwrap_or(into);
    Ok((call.copied_cells(bytes), count == 0))
}

/// Writes at `offset`: how many bytes went.
pub fn write(this: Borrow<Descriptor>, bytes: List<'_, u8>, offset: u64) -> Result<u64> {
    let descriptor = file_of(this)?;
    match descriptor.change() {
        // What is inside the executable is open for reading, like anything that was opened so.
        Err(Errno::EROFS) => return Err(ErrorCode::BadDescriptor),
        changed => changed?,
    }
    let count = stream::write_at(&descriptor, &[IoWrite::new(bytes.cells())], offset)?;
    Ok(count as u64)
}
