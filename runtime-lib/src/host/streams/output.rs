//! Writing output streams.

use super::{Failure, Output, Stream, input};
use crate::{
    host::buffer::buffer,
    os::{Errno, IoWrite},
};
use core::cell::Cell;

type Result<T = (), E = Failure> = core::result::Result<T, E>;

/// The number of bytes that can be written without waiting, and that the program may then
/// [`write()`].
#[inline(always)]
pub fn permit(number: u32) -> Result<u64> {
    operate(number, |stream| {
        stream.permit = room(stream)?;
        Ok(stream.permit)
    })
}

/// Writes all bytes; refused if they exceed the permit.
#[inline(always)]
pub fn write(number: u32, bytes: &[Cell<u8>]) -> Result {
    let stream = permitted(number, bytes.len() as u64)?;
    finish(stream, number, |stream| write_all(stream, bytes))
}

/// Writes this number of zeros; refused if they exceed the permit.
#[inline(always)]
pub fn write_zeroes(number: u32, len: u64) -> Result {
    let stream = permitted(number, len)?;
    finish(stream, number, |stream| write_all_zeroes(stream, len))
}

/// Writes all bytes, and waits until they have been passed on.
#[inline(always)]
pub fn write_and_flush(number: u32, bytes: &[Cell<u8>]) -> Result {
    operate(number, |stream| {
        write_all(stream, bytes)?;
        flush_all(stream)
    })
}

/// Writes this number of zeros, and waits until they have been passed on.
#[inline(always)]
pub fn write_zeroes_and_flush(number: u32, len: u64) -> Result {
    operate(number, |stream| {
        write_all_zeroes(stream, len)?;
        flush_all(stream)
    })
}

/// Starts to flush, which has no effect, because nothing is buffered.
#[inline(always)]
pub fn begin_flush(number: u32) -> Result {
    operate(number, |_| Ok(()))
}

/// Waits until all written data has been passed on.
#[inline(always)]
pub fn flush(number: u32) -> Result {
    operate(number, flush_all)
}

/// Copies data from an input stream, as much as is possible without waiting; returns the number of
/// bytes.
#[inline(always)]
pub fn splice(number: u32, from: u32, len: u64) -> Result<u64> {
    let room = operate(number, room)?;
    let bytes = input::read(from, len.min(room), false)?;
    operate(number, |stream| write_all(stream, bytes))?;
    Ok(bytes.len() as u64)
}

/// Copies data from an input stream, and waits for it and until it has been passed on; returns the
/// number of bytes.
#[inline(always)]
pub fn blocking_splice(number: u32, from: u32, len: u64) -> Result<u64> {
    // A closed output must not consume any input.
    operate(number, |_| Ok(()))?;
    let bytes = input::read(from, len, true)?;
    write_and_flush(number, bytes)?;
    Ok(bytes.len() as u64)
}

/// The stream, if it is open.
#[inline(always)]
fn open(number: u32) -> Result<Stream<Output>> {
    let stream = Stream::<Output>::of(number);
    if stream.closed {
        return Err(Failure::Closed);
    }
    Ok(stream)
}

/// The stream, after using up the permit for `len` bytes.
#[inline(always)]
fn permitted(number: u32, len: u64) -> Result<Stream<Output>> {
    let mut stream = open(number)?;
    match stream.permit.checked_sub(len) {
        Some(rest) => stream.permit = rest,
        None => return Err(Failure::NotPermitted),
    }
    Ok(stream)
}

/// Performs an operation on a stream, which is closed if that fails.
#[inline(always)]
fn operate<T>(
    number: u32,
    operation: impl FnOnce(&mut Stream<Output>) -> Result<T, Errno>,
) -> Result<T> {
    finish(open(number)?, number, operation)
}

#[inline(always)]
fn finish<T>(
    mut stream: Stream<Output>,
    number: u32,
    operation: impl FnOnce(&mut Stream<Output>) -> Result<T, Errno>,
) -> Result<T> {
    let result = operation(&mut stream);
    stream.closed = result.is_err();
    stream.set(number);
    result.map_err(Failure::Failed)
}

#[inline(always)]
fn room(stream: &mut Stream<Output>) -> Result<u64, Errno> {
    (stream.kind().room)(stream)
}

#[inline(always)]
fn flush_all(stream: &mut Stream<Output>) -> Result<(), Errno> {
    (stream.kind().flush)(stream)
}

#[inline(always)]
fn write_all(stream: &mut Stream<Output>, mut bytes: &[Cell<u8>]) -> Result<(), Errno> {
    while !bytes.is_empty() {
        let written = (stream.kind().write)(stream, &[IoWrite::new(bytes)])?;
        bytes = bytes.get(written..).unwrap_or_default();
    }
    Ok(())
}

fn write_all_zeroes(stream: &mut Stream<Output>, mut len: u64) -> Result<(), Errno> {
    let zeroes = buffer(len);
    zeroes.iter().for_each(|zero| zero.set(0));
    while len != 0 {
        let part = zeroes.len().min(usize::try_from(len).unwrap_or(usize::MAX));
        write_all(stream, zeroes.get(..part).unwrap_or_default())?;
        len -= part as u64;
    }
    Ok(())
}
