//! Kinds of streams: standard streams and what is like them, and files at a position of their own.

use super::{Input, Output, Stream};
use crate::{
    host::{
        descriptor::{self, Descriptor},
        poll, stream,
    },
    os::{Errno, IoRead, IoWrite, ready::direction},
};

/// What a file takes at once; it always does.
const FILE_PERMIT: u64 = 1 << 20;

/// What anything takes without waiting that says that it can be written to: a pipe has a free page then (`PIPE_BUF`).
const STREAM_PERMIT: u64 = 4096;

/// Read as it comes: standard input.
pub static STREAM_INPUT: Input = Input { read: read_stream };

/// Written as it comes: standard output and standard error.
pub static STREAM_OUTPUT: Output = Output {
    room: stream_room,
    write: |stream, vectors| stream::write(&of(stream)?, vectors),
    flush: |_| Ok(()),
};

/// A file that is read from [`Stream::position`] on.
pub static FILE_INPUT: Input = Input { read: read_file };

/// A file that is written from [`Stream::position`] on.
pub static FILE_OUTPUT: Output = Output {
    room: |_| Ok(FILE_PERMIT),
    write: write_file,
    flush: |_| Ok(()),
};

/// A file that is written at its end.
pub static FILE_APPEND: Output = Output {
    room: |_| Ok(FILE_PERMIT),
    write: |stream, vectors| stream::append(&of(stream)?, vectors),
    flush: |_| Ok(()),
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

/// Of a permit that was not used up half is enough to say so again: small writes need not ask the system each time.
fn stream_room(stream: &mut Stream<Output>) -> Result<u64, Errno> {
    if stream.permit >= STREAM_PERMIT / 2 {
        return Ok(stream.permit);
    }
    let ready = poll::is_ready(of(stream)?.fd, direction::OUT);
    Ok(if ready { STREAM_PERMIT } else { 0 })
}

fn read_file(stream: &mut Stream<Input>, vectors: &[IoRead], wait: bool) -> Result<usize, Errno> {
    match stream::read_at(&of(stream)?, vectors, stream.position) {
        // A pipe or a terminal that has a path.
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
