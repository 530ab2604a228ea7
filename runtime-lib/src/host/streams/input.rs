//! Reading input streams.

use super::{Failure, Input, Stream};
use crate::{
    host::buffer::buffer,
    os::{Errno, IoRead},
};
use core::cell::Cell;

/// Reads up to `len` bytes into the [`buffer`]. Without `wait` the result is empty if there is no
/// data.
pub fn read(number: u32, len: u64, wait: bool) -> Result<&'static [Cell<u8>], Failure> {
    let mut stream = Stream::<Input>::of(number);
    if stream.closed {
        return Err(Failure::Closed);
    }
    let into = buffer(len);
    if into.is_empty() {
        return Ok(into);
    }
    let result = (stream.kind().read)(&mut stream, &[IoRead::new(into)], wait);
    let answer = match result {
        Ok(0) => Err(Failure::Closed),
        Ok(bytes) => Ok(into.get(..bytes).unwrap_or_default()),
        Err(Errno::EAGAIN) if !wait => Ok(Default::default()),
        Err(errno) => Err(Failure::Failed(errno)),
    };
    stream.closed = answer.is_err();
    stream.set(number);
    answer
}
