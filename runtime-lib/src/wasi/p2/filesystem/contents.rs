//! Reading and writing files without a stream.

use super::{Descriptor, ErrorCode, Result, file_of, get};
use crate::{
    canonical::{Borrow, Call, List, Stored},
    host::{
        descriptor::{self, Kind},
        file, stream,
    },
    os::{
        Errno, IoRead, IoWrite,
        path::{Room, kind},
    },
    wasi::p2::objects::{BUFFER, buffer},
};

/// What one call reads at most, as in other runtimes.
const MOST: u64 = 64 << 20;

/// The bytes at `offset`, and whether there is none because the file ends.
pub fn read(
    call: &Call<'_>,
    this: Borrow<Descriptor>,
    length: u64,
    offset: u64,
) -> Result<(Stored<[u8]>, bool)> {
    if length > BUFFER as u64 {
        return read_much(call, this, length, offset);
    }
    let (descriptor, _) = descriptor::peek(this.rep())?;
    read_little(call, &descriptor, length, offset)
}

/// As much as the buffer has room for.
#[inline(always)]
fn read_little(
    call: &Call<'_>,
    descriptor: &descriptor::Descriptor,
    length: u64,
    offset: u64,
) -> Result<(Stored<[u8]>, bool)> {
    let into = buffer(length);
    let count = stream::read_at(descriptor, &[IoRead::new(into)], offset)?;
    let bytes = into.get(..count).unwrap_or(into);
    Ok((call.copied_cells(bytes), count == 0))
}

/// More than that, of a file that has more: straight into the program's memory, because the file's size says how much room
/// that takes.
#[cold]
#[inline(never)]
fn read_much(
    call: &Call<'_>,
    this: Borrow<Descriptor>,
    length: u64,
    offset: u64,
) -> Result<(Stored<[u8]>, bool)> {
    let descriptor = get(this)?;
    let mut room = Room::empty();
    let stat = file::stat(&descriptor, &mut room)?;
    let left = stat.size().saturating_sub(offset).min(length).min(MOST);
    let regular = descriptor.kind == Kind::FILE && stat.is(kind::REGULAR);
    if !regular || left <= BUFFER as u64 {
        return read_little(call, &descriptor, length, offset);
    }
    // What cannot be read, and an offset that is none, shows before there is room.
    stream::read_at(&descriptor, &[IoRead::new(buffer(1))], offset)?;
    let (mut stored, cells) = call.bytes(left as usize);
    let mut count = 0;
    while let Some(rest @ [_, ..]) = cells.get(count..) {
        let at = offset + count as u64;
        match stream::read_at(&descriptor, &[IoRead::new(rest)], at) {
            // Somebody has cut it meanwhile.
            Ok(0) | Err(_) => break,
            Ok(more) => count += more,
        }
    }
    stored.cut(count);
    Ok((stored, count == 0))
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
