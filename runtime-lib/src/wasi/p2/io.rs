//! `wasi:io`: errors, polling, streams.

use super::{
    Host, clocks,
    generated::io::{
        error::{self, Error},
        poll,
        streams::{self, InputStream, OutputStream, StreamError},
    },
    objects::{self, Input, Output, Pollable, Stream},
};
use crate::{
    canonical::{Borrow, Call, List, Own, Stored},
    component::raise,
    host::poll::{Member, Set},
    os::{Errno, IoRead, IoWrite},
    scratch::Scratch,
};
use core::cell::Cell;
use wasi_aot_abi::{MAX_POLLED, Trap};

type Result<T = (), E = StreamError> = core::result::Result<T, E>;

/// What `blocking-write-and-flush` and `blocking-write-zeroes-and-flush` take.
const MOST_BLOCKING: u64 = 4096;

/// Pollables that need no memory of the system.
const INLINE: usize = 8;

impl error::Functions for Host {
    fn error_to_debug_string(call: &Call<'_>, this: Borrow<Error>) -> Stored<str> {
        call.text(objects::errno(this.rep()).name().as_bytes())
    }

    fn error_drop(_: u32) {}
}

impl poll::Functions for Host {
    fn pollable_ready(_: &Call<'_>, this: Borrow<poll::Pollable>) -> bool {
        let pollable = Pollable::get(this.rep());
        match pollable.fd() {
            _ if pollable.is_ready() => true,
            _ if pollable.works() => false,
            Some(fd) => crate::host::poll::is_ready(fd, pollable.direction),
            None => pollable.deadline <= clocks::monotonic(),
        }
    }

    fn pollable_block(_: &Call<'_>, this: Borrow<poll::Pollable>) {
        let pollable = Pollable::get(this.rep());
        wait(&mut [Waiting::for_pollable(pollable)]);
    }

    /// A trap if there are none.
    fn poll(call: &Call<'_>, in_: List<'_, Borrow<poll::Pollable>>) -> Stored<[u32]> {
        if in_.is_empty() {
            raise(Trap::EmptyPollList);
        }
        // No more handles exist; who names one several times has no right to any amount of memory.
        if in_.len() > MAX_POLLED {
            raise(Trap::TooManyHandles);
        }
        let mut waiting = scratch::<Waiting>(in_.len());
        for pollable in in_.iter() {
            waiting.push(Waiting::for_pollable(Pollable::get(pollable.rep())));
        }
        let waiting = waiting.values();
        wait(waiting);
        let mut ready = scratch::<u32>(waiting.len());
        for (index, pollable) in (0..).zip(waiting.iter()) {
            if pollable.ready {
                ready.push(index);
            }
        }
        let ready = ready.values();
        call.list(ready.len(), |index| ready.get(index).copied().unwrap_or(0))
    }

    fn pollable_drop(rep: u32) {
        Pollable::remove(rep);
    }
}

fn scratch<T: Copy>(room: usize) -> Scratch<T, INLINE> {
    match Scratch::new(room) {
        Ok(scratch) => scratch,
        Err(_) => raise(Trap::OutOfMemory),
    }
}

/// A pollable that is waited for.
#[derive(Clone, Copy)]
struct Waiting {
    pollable: Pollable,
    member: Member,
    ready: bool,
}

impl Waiting {
    fn for_pollable(pollable: Pollable) -> Self {
        Waiting {
            pollable,
            member: Member::NONE,
            ready: pollable.is_ready(),
        }
    }
}

/// Waits until one of them is ready, and says which ones are.
fn wait(all: &mut [Waiting]) {
    while !wait_once(all) {}
}

/// Waits until something has happened: whether one of them is ready.
fn wait_once(all: &mut [Waiting]) -> bool {
    let Ok(mut set) = Set::new(all.len()) else {
        raise(Trap::OutOfMemory)
    };
    let (mut ready, mut earliest) = (false, u64::MAX);
    for waiting in all.iter_mut() {
        ready |= waiting.ready;
        earliest = earliest.min(waiting.pollable.deadline);
        if let Some(fd) = waiting.pollable.fd() {
            waiting.member = set.register(fd, waiting.pollable.direction);
        }
    }
    set.timer(match earliest {
        _ if ready => 0,
        u64::MAX => u64::MAX,
        _ => earliest.saturating_sub(clocks::monotonic()),
    });
    if set.wait().is_err() {
        raise(Trap::OutOfMemory);
    }
    let now = if earliest == u64::MAX {
        0
    } else {
        clocks::monotonic()
    };
    for waiting in all.iter_mut() {
        if waiting.pollable.works() {
            waiting.pollable.ask();
            waiting.ready = waiting.pollable.is_ready();
        } else {
            waiting.ready |= waiting.pollable.deadline <= now;
            waiting.ready |= set.readiness(waiting.member).ready;
        }
        ready |= waiting.ready;
    }
    ready
}

impl streams::Functions for Host {
    fn input_stream_read(
        call: &Call<'_>,
        this: Borrow<InputStream>,
        len: u64,
    ) -> Result<Stored<[u8]>> {
        Ok(call.copied_cells(read(this, len, false)?))
    }

    fn input_stream_blocking_read(
        call: &Call<'_>,
        this: Borrow<InputStream>,
        len: u64,
    ) -> Result<Stored<[u8]>> {
        Ok(call.copied_cells(read(this, len, true)?))
    }

    fn input_stream_skip(_: &Call<'_>, this: Borrow<InputStream>, len: u64) -> Result<u64> {
        Ok(read(this, len, false)?.len() as u64)
    }

    fn input_stream_blocking_skip(
        _: &Call<'_>,
        this: Borrow<InputStream>,
        len: u64,
    ) -> Result<u64> {
        Ok(read(this, len, true)?.len() as u64)
    }

    fn input_stream_subscribe(_: &Call<'_>, this: Borrow<InputStream>) -> Own<poll::Pollable> {
        Stream::<Input>::subscribe(this.rep())
    }

    fn output_stream_check_write(_: &Call<'_>, this: Borrow<OutputStream>) -> Result<u64> {
        output(this, |stream| {
            stream.permit = (stream.kind().room)(stream)?;
            Ok(stream.permit)
        })
    }

    /// A trap if more is written than `check-write` has allowed.
    fn output_stream_write(
        _: &Call<'_>,
        this: Borrow<OutputStream>,
        contents: List<'_, u8>,
    ) -> Result {
        output(this, |stream| {
            permitted(stream, contents.len() as u64);
            write(stream, contents.cells())
        })
    }

    /// A trap if it is more than 4096 bytes.
    fn output_stream_blocking_write_and_flush(
        _: &Call<'_>,
        this: Borrow<OutputStream>,
        contents: List<'_, u8>,
    ) -> Result {
        if contents.len() as u64 > MOST_BLOCKING {
            raise(Trap::BufferTooLarge);
        }
        output(this, |stream| {
            write(stream, contents.cells())?;
            (stream.kind().flush)(stream)
        })
    }

    /// Nothing is kept back that would have to be sent on.
    fn output_stream_flush(_: &Call<'_>, this: Borrow<OutputStream>) -> Result {
        output(this, |_| Ok(()))
    }

    fn output_stream_blocking_flush(_: &Call<'_>, this: Borrow<OutputStream>) -> Result {
        output(this, |stream| (stream.kind().flush)(stream))
    }

    fn output_stream_subscribe(_: &Call<'_>, this: Borrow<OutputStream>) -> Own<poll::Pollable> {
        Stream::<Output>::subscribe(this.rep())
    }

    fn output_stream_write_zeroes(_: &Call<'_>, this: Borrow<OutputStream>, len: u64) -> Result {
        output(this, |stream| {
            permitted(stream, len);
            write_zeroes(stream, len)
        })
    }

    fn output_stream_blocking_write_zeroes_and_flush(
        _: &Call<'_>,
        this: Borrow<OutputStream>,
        len: u64,
    ) -> Result {
        if len > MOST_BLOCKING {
            raise(Trap::BufferTooLarge);
        }
        output(this, |stream| {
            write_zeroes(stream, len)?;
            (stream.kind().flush)(stream)
        })
    }

    fn output_stream_splice(
        _: &Call<'_>,
        this: Borrow<OutputStream>,
        src: Borrow<InputStream>,
        len: u64,
    ) -> Result<u64> {
        let room = output(this, |stream| (stream.kind().room)(stream))?;
        let bytes = read(src, len.min(room), false)?;
        output(this, |stream| write(stream, bytes))?;
        Ok(bytes.len() as u64)
    }

    fn output_stream_blocking_splice(
        _: &Call<'_>,
        this: Borrow<OutputStream>,
        src: Borrow<InputStream>,
        len: u64,
    ) -> Result<u64> {
        // An output that is closed takes nothing from the input.
        output(this, |_| Ok(()))?;
        let bytes = read(src, len, true)?;
        output(this, |stream| {
            write(stream, bytes)?;
            (stream.kind().flush)(stream)
        })?;
        Ok(bytes.len() as u64)
    }

    fn input_stream_drop(rep: u32) {
        Stream::<Input>::remove(rep);
    }

    fn output_stream_drop(rep: u32) {
        Stream::<Output>::remove(rep);
    }
}

/// Reads at most so many bytes into the [`objects::buffer`]; none if it shall not wait and nothing is there.
fn read(this: Borrow<InputStream>, len: u64, wait: bool) -> Result<&'static [Cell<u8>]> {
    let mut stream = Stream::<Input>::of(this.rep());
    if stream.closed {
        return Err(StreamError::Closed);
    }
    let into = objects::buffer(len);
    if into.is_empty() {
        return Ok(into);
    }
    let result = (stream.kind().read)(&mut stream, &[IoRead::new(into)], wait);
    let answer = match result {
        Ok(0) => Err(StreamError::Closed),
        Ok(bytes) => Ok(into.get(..bytes).unwrap_or_default()),
        Err(Errno::EAGAIN) if !wait => Ok(Default::default()),
        Err(errno) => Err(StreamError::LastOperationFailed(objects::error(errno))),
    };
    stream.closed = answer.is_err();
    stream.set(this.rep());
    answer
}

/// Does something with a stream, which is closed if that fails.
#[inline(always)]
fn output<T>(
    this: Borrow<OutputStream>,
    operation: impl FnOnce(&mut Stream<Output>) -> Result<T, Errno>,
) -> Result<T> {
    let mut stream = Stream::<Output>::of(this.rep());
    if stream.closed {
        return Err(StreamError::Closed);
    }
    let result = operation(&mut stream);
    stream.closed = result.is_err();
    stream.set(this.rep());
    result.map_err(failed)
}

#[cold]
fn failed(errno: Errno) -> StreamError {
    match errno {
        Errno::EPIPE => StreamError::Closed,
        _ => StreamError::LastOperationFailed(objects::error(errno)),
    }
}

/// Uses up what `check-write` has allowed.
#[inline(always)]
fn permitted(stream: &mut Stream<Output>, len: u64) {
    match stream.permit.checked_sub(len) {
        Some(rest) => stream.permit = rest,
        None => raise(Trap::WriteNotPermitted),
    }
}

/// Writes all bytes.
#[inline(always)]
fn write(stream: &mut Stream<Output>, mut bytes: &[Cell<u8>]) -> Result<(), Errno> {
    while !bytes.is_empty() {
        let written = (stream.kind().write)(stream, &[IoWrite::new(bytes)])?;
        bytes = bytes.get(written..).unwrap_or_default();
    }
    Ok(())
}

fn write_zeroes(stream: &mut Stream<Output>, mut len: u64) -> Result<(), Errno> {
    let zeroes = objects::buffer(len);
    zeroes.iter().for_each(|zero| zero.set(0));
    while len != 0 {
        let part = zeroes.len().min(usize::try_from(len).unwrap_or(usize::MAX));
        write(stream, zeroes.get(..part).unwrap_or_default())?;
        len -= part as u64;
    }
    Ok(())
}
