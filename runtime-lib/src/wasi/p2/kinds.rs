//! Kinds of streams: standard streams and what is like them, and files at a position of their own.

use super::objects::{Input, Output, Stream};
use crate::{
    host::{
        descriptor::{self, Descriptor},
        file, poll, stream,
    },
    os::{
        Errno, IoRead, IoWrite,
        path::{Room, kind},
        poll::events,
    },
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
    if !wait && !poll::is_ready(descriptor.fd, events::IN) {
        return Err(Errno::EAGAIN);
    }
    stream::read(&descriptor, vectors)
}

/// The position is where it is kept what is written to: 0 if that is not known yet, else how much may be written at once.
fn stream_room(stream: &mut Stream<Output>) -> Result<u64, Errno> {
    let descriptor = of(stream)?;
    if stream.position == 0 {
        let mut room = Room::empty();
        let regular = file::stat(&descriptor, &mut room).is_ok_and(|stat| stat.is(kind::REGULAR));
        stream.position = if regular { FILE_PERMIT } else { STREAM_PERMIT };
    }
    let now = stream.position == FILE_PERMIT || poll::is_ready(descriptor.fd, events::OUT);
    Ok(if now { stream.position } else { 0 })
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
