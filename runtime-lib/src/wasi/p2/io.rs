//! `wasi:io`: errors, polling, streams.

use super::{
    Host,
    generated::io::{
        error::{self, Error},
        poll::{self, Pollable},
        streams::{self, InputStream, OutputStream, StreamError},
    },
    objects::{self, dropped, own},
};
use crate::{
    canonical::{Borrow, Call, List, Own, Stored},
    component::raise,
    host::{
        pollable::{self, Waiting},
        streams::{Failure, Input, Output, Stream, input::read, output},
    },
    os::Errno,
    scratch::Scratch,
};
use wasi_aot_abi::{MAX_POLLED, Trap};

type Result<T = (), E = StreamError> = core::result::Result<T, E>;

/// The maximum for `blocking-write-and-flush` and `blocking-write-zeroes-and-flush`.
const MOST_BLOCKING: u64 = 4096;

/// The number of pollables that need no mapping.
const INLINE: usize = 8;

impl error::Functions for Host {
    fn error_to_debug_string(call: &Call<'_>, this: Borrow<Error>) -> Stored<str> {
        call.text(objects::errno(this.rep()).name().as_bytes())
    }

    fn error_drop(_: u32) {}
}

impl poll::Functions for Host {
    fn pollable_ready(_: &Call<'_>, this: Borrow<Pollable>) -> bool {
        pollable::is_ready(this.rep())
    }

    fn pollable_block(_: &Call<'_>, this: Borrow<Pollable>) {
        wait(&mut [Waiting::on(this.rep())]);
    }

    /// Traps if the list is empty.
    fn poll(call: &Call<'_>, in_: List<'_, Borrow<Pollable>>) -> Stored<[u32]> {
        if in_.is_empty() {
            raise(Trap::EmptyPollList);
        }
        // No more handles than this can exist; listing some repeatedly must not take arbitrary
        // memory.
        if in_.len() > MAX_POLLED {
            raise(Trap::TooManyHandles);
        }
        let mut waiting = scratch::<Waiting>(in_.len());
        for pollable in in_.iter() {
            waiting.push(Waiting::on(pollable.rep()));
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
        pollable::remove(rep);
    }
}

fn scratch<T: Copy>(room: usize) -> Scratch<T, INLINE> {
    match Scratch::new(room) {
        Ok(scratch) => scratch,
        Err(_) => raise(Trap::OutOfMemory),
    }
}

fn wait(all: &mut [Waiting]) {
    if pollable::wait(all).is_err() {
        raise(Trap::OutOfMemory);
    }
}

/// The result of an operation on a stream, in the types of the interface. Traps if it was not
/// permitted.
#[inline(always)]
fn told<T>(result: core::result::Result<T, Failure>) -> Result<T> {
    result.map_err(failed)
}

#[cold]
fn failed(failure: Failure) -> StreamError {
    match failure {
        Failure::NotPermitted => raise(Trap::WriteNotPermitted),
        // The reader of the written data has closed its end.
        Failure::Closed | Failure::Failed(Errno::EPIPE) => StreamError::Closed,
        Failure::Failed(errno) => StreamError::LastOperationFailed(objects::error(errno)),
    }
}

/// Traps if it exceeds the maximum for `blocking-write-and-flush` and
/// `blocking-write-zeroes-and-flush`.
#[inline(always)]
fn at_once(len: u64) {
    if len > MOST_BLOCKING {
        raise(Trap::BufferTooLarge);
    }
}

impl streams::Functions for Host {
    fn input_stream_read(
        call: &Call<'_>,
        this: Borrow<InputStream>,
        len: u64,
    ) -> Result<Stored<[u8]>> {
        Ok(call.copied_cells(told(read(this.rep(), len, false))?))
    }

    fn input_stream_blocking_read(
        call: &Call<'_>,
        this: Borrow<InputStream>,
        len: u64,
    ) -> Result<Stored<[u8]>> {
        Ok(call.copied_cells(told(read(this.rep(), len, true))?))
    }

    fn input_stream_skip(_: &Call<'_>, this: Borrow<InputStream>, len: u64) -> Result<u64> {
        Ok(told(read(this.rep(), len, false))?.len() as u64)
    }

    fn input_stream_blocking_skip(
        _: &Call<'_>,
        this: Borrow<InputStream>,
        len: u64,
    ) -> Result<u64> {
        Ok(told(read(this.rep(), len, true))?.len() as u64)
    }

    fn input_stream_subscribe(_: &Call<'_>, this: Borrow<InputStream>) -> Own<Pollable> {
        own(Stream::<Input>::subscribe(this.rep()))
    }

    fn output_stream_check_write(_: &Call<'_>, this: Borrow<OutputStream>) -> Result<u64> {
        told(output::permit(this.rep()))
    }

    /// Traps if it exceeds the permit of `check-write`.
    fn output_stream_write(
        _: &Call<'_>,
        this: Borrow<OutputStream>,
        contents: List<'_, u8>,
    ) -> Result {
        told(output::write(this.rep(), contents.cells()))
    }

    fn output_stream_blocking_write_and_flush(
        _: &Call<'_>,
        this: Borrow<OutputStream>,
        contents: List<'_, u8>,
    ) -> Result {
        at_once(contents.len() as u64);
        told(output::write_and_flush(this.rep(), contents.cells()))
    }

    fn output_stream_flush(_: &Call<'_>, this: Borrow<OutputStream>) -> Result {
        told(output::begin_flush(this.rep()))
    }

    fn output_stream_blocking_flush(_: &Call<'_>, this: Borrow<OutputStream>) -> Result {
        told(output::flush(this.rep()))
    }

    fn output_stream_subscribe(_: &Call<'_>, this: Borrow<OutputStream>) -> Own<Pollable> {
        own(Stream::<Output>::subscribe(this.rep()))
    }

    fn output_stream_write_zeroes(_: &Call<'_>, this: Borrow<OutputStream>, len: u64) -> Result {
        told(output::write_zeroes(this.rep(), len))
    }

    fn output_stream_blocking_write_zeroes_and_flush(
        _: &Call<'_>,
        this: Borrow<OutputStream>,
        len: u64,
    ) -> Result {
        at_once(len);
        told(output::write_zeroes_and_flush(this.rep(), len))
    }

    fn output_stream_splice(
        _: &Call<'_>,
        this: Borrow<OutputStream>,
        src: Borrow<InputStream>,
        len: u64,
    ) -> Result<u64> {
        told(output::splice(this.rep(), src.rep(), len))
    }

    fn output_stream_blocking_splice(
        _: &Call<'_>,
        this: Borrow<OutputStream>,
        src: Borrow<InputStream>,
        len: u64,
    ) -> Result<u64> {
        told(output::blocking_splice(this.rep(), src.rep(), len))
    }

    fn input_stream_drop(rep: u32) {
        dropped(Stream::<Input>::remove(rep));
    }

    fn output_stream_drop(rep: u32) {
        dropped(Stream::<Output>::remove(rep));
    }
}
