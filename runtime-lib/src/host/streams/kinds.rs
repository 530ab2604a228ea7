//! Kinds of streams: standard streams and similar ones, and files with their own position.

use super::{Input, Output, Stream};
use crate::{
    host::{
        descriptor::{self, Descriptor},
        poll, stream,
    },
    os::{Errno, IoRead, IoWrite, ready::direction},
};

/// The number of bytes that a file accepts at once; it always does.
const FILE_PERMIT: u64 = 1 << 20;

/// The number of bytes that any descriptor accepts without waiting if it is writable: a pipe then
/// has a free page (`PIPE_BUF`).
const STREAM_PERMIT: u64 = 4096;

/// Reads data as it arrives: standard input.
pub static STREAM_INPUT: Input = Input {
    read: read_stream,
    parent: None,
};

/// Writes data immediately: standard output and standard error.
pub static STREAM_OUTPUT: Output = Output {
    room: stream_room,
    write: |stream, vectors| stream::write(&of(stream)?, vectors),
    flush: |_| Ok(()),
    parent: None,
};

/// Reads a file from [`Stream::position`] on.
pub static FILE_INPUT: Input = Input {
    read: read_file,
    parent: None,
};

/// Writes a file from [`Stream::position`] on.
pub static FILE_OUTPUT: Output = Output {
    room: |_| Ok(FILE_PERMIT),
    write: write_file,
    flush: |_| Ok(()),
    parent: None,
};

/// Writes at the end of a file.
pub static FILE_APPEND: Output = Output {
    room: |_| Ok(FILE_PERMIT),
    write: |stream, vectors| stream::append(&of(stream)?, vectors),
    flush: |_| Ok(()),
    parent: None,
};

#[inline(always)]
fn of<K>(stream: &Stream<K>) -> Result<Descriptor, Errno> {
    descriptor::peek(stream.number).map(|(descriptor, _)| descriptor)
}

fn read_stream(stream: &mut Stream<Input>, vectors: &[IoRead], wait: bool) -> Result<usize, Errno> {
    let descriptor = of(stream)?;
    if !wait && !poll::is_ready(descriptor.fd, direction::IN) {
        return Err(Errno::EAGAIN);
    }
    stream::read(&descriptor, vectors)
}

/// If half of a permit is unused, it is granted again: small writes then need not query the system
/// each time.
fn stream_room(stream: &mut Stream<Output>) -> Result<u64, Errno> {
    if stream.permit >= STREAM_PERMIT / 2 {
        return Ok(stream.permit);
    }
    let ready = poll::is_ready(of(stream)?.fd, direction::OUT);
    Ok(if ready { STREAM_PERMIT } else { 0 })
}

fn read_file(stream: &mut Stream<Input>, vectors: &[IoRead], wait: bool) -> Result<usize, Errno> {
    match stream::read_at(&of(stream)?, vectors, stream.position) {
        // This is a pipe or a terminal that has a path.
        Err(Errno::ESPIPE) => read_stream(stream, vectors, wait),
        result => {
            stream.position += result? as u64;
            result
        }
    }
}

fn write_file(stream: &mut Stream<Output>, vectors: &[IoWrite]) -> Result<usize, Errno> {
    let descriptor = of(stream)?;
    match stream::write_at(&descriptor, vectors, stream.position) {
        Err(Errno::ESPIPE) => stream::write(&descriptor, vectors),
        result => {
            stream.position += result? as u64;
            result
        }
    }
}
