//! Streams on files. They read and write at offsets of their own: the position of the file itself is nobody's. Whether there
//! may be one is asked first.

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

/// Whether something may be read by a stream: `EISDIR` of a directory. Whether it is open for reading shows when something
/// is read.
pub fn readable(number: u32) -> Result<(), Errno> {
    match descriptor::get(number)?.kind {
        Kind::DIR => Err(Errno::EISDIR),
        _ => Ok(()),
    }
}

/// Whether something may be written by a stream: `EBADF` of a directory, and if the grant allows no change. Whether it is
/// open for writing shows when something is written.
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
