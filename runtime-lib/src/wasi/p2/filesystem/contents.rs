//! Reads and writes files without a stream.

use super::{Descriptor, ErrorCode, Result, file_of};
use crate::{
    canonical::{Borrow, Call, List, Stored},
    host::{buffer::buffer, descriptor, stream},
    os::{Errno, IoRead, IoWrite},
};

/// Reads at `offset`, as many bytes as the buffer holds; also returns whether the end of the file
/// was reached.
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

/// Writes at `offset`; returns the number of bytes.
pub fn write(this: Borrow<Descriptor>, bytes: List<'_, u8>, offset: u64) -> Result<u64> {
    let descriptor = file_of(this)?;
    match descriptor.change() {
        // Files inside the executable are open for reading, so the error is that of any file open
        // for reading.
        Err(Errno::EROFS) => return Err(ErrorCode::BadDescriptor),
        changed => changed?,
    }
    let count = stream::write_at(&descriptor, &[IoWrite::new(bytes.cells())], offset)?;
    Ok(count as u64)
}
