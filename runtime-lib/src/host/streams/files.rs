//! Streams on files. They read and write at their own offsets: the position of the file itself is
//! not used. The functions check first whether a stream is allowed.

use super::{
    Stream,
    kinds::{FILE_APPEND, FILE_INPUT, FILE_OUTPUT},
};
use crate::{
    host::{
        descriptor::{self, Kind},
        handles::TooMany,
    },
    os::Errno,
};

/// Checks that a stream may read a file: `EISDIR` for a directory. Whether it is open for reading
/// is checked by the reads.
pub fn readable(number: u32) -> Result<(), Errno> {
    match descriptor::get(number)?.kind {
        Kind::DIR => Err(Errno::EISDIR),
        _ => Ok(()),
    }
}

/// Checks that a stream may write a file: `EBADF` for a directory, and if the grant allows no
/// change. Whether it is open for writing is checked by the writes.
pub fn writable(number: u32) -> Result<(), Errno> {
    let descriptor = descriptor::get(number)?;
    if descriptor.kind == Kind::DIR || descriptor.change().is_err() {
        return Err(Errno::EBADF);
    }
    Ok(())
}

/// A stream that reads from `offset`.
pub fn reading(number: u32, offset: u64) -> Result<u32, TooMany> {
    let mut stream = Stream::new(&FILE_INPUT, number);
    stream.position = offset;
    stream.insert()
}

/// A stream that writes from `offset`.
pub fn writing(number: u32, offset: u64) -> Result<u32, TooMany> {
    let mut stream = Stream::new(&FILE_OUTPUT, number);
    stream.position = offset;
    stream.insert()
}

/// A stream that writes at the end.
pub fn appending(number: u32) -> Result<u32, TooMany> {
    Stream::new(&FILE_APPEND, number).insert()
}
