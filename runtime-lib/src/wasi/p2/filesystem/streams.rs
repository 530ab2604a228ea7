//! Streams on files. They read and write at offsets of their own: the position of the file itself is nobody's.

use super::{Descriptor, ErrorCode, InputStream, OutputStream, Result, file_of, get};
use crate::{
    canonical::{Borrow, Own},
    host::descriptor::Kind,
    wasi::p2::{
        kinds::{FILE_APPEND, FILE_INPUT, FILE_OUTPUT},
        objects::Stream,
    },
};

/// A stream that reads from `offset`; `is-directory` of a directory, as in other runtimes.
pub fn reading(this: Borrow<Descriptor>, offset: u64) -> Result<Own<InputStream>> {
    if get(this)?.kind == Kind::DIR {
        return Err(ErrorCode::IsDirectory);
    }
    let mut stream = Stream::new(&FILE_INPUT, this.rep());
    stream.position = offset;
    Ok(stream.insert())
}

/// A stream that writes from `offset`.
pub fn writing(this: Borrow<Descriptor>, offset: u64) -> Result<Own<OutputStream>> {
    changeable(this)?;
    let mut stream = Stream::new(&FILE_OUTPUT, this.rep());
    stream.position = offset;
    Ok(stream.insert())
}

/// A stream that writes at the end.
pub fn appending(this: Borrow<Descriptor>) -> Result<Own<OutputStream>> {
    changeable(this)?;
    Ok(Stream::new(&FILE_APPEND, this.rep()).insert())
}

/// `bad-descriptor` if the grant allows no change, as in other runtimes. Whether it is open for writing shows when
/// something is written.
fn changeable(this: Borrow<Descriptor>) -> Result<()> {
    match file_of(this)?.change() {
        Ok(()) => Ok(()),
        Err(_) => Err(ErrorCode::BadDescriptor),
    }
}
