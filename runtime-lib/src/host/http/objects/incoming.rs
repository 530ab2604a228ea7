//! The request that the instance handles, as the program sees it: its body by handles, and the
//! trailers. The contents belong to the exchange.

use super::{
    failure::{Origin, marked},
    fields::Fields,
};
use crate::{
    host::{
        handles::{HasChildren, TooMany},
        http::exchange::{self, Wait},
        pollable::{Parent, Pollable},
        streams::{self, Input, Stream},
    },
    os::Errno,
};
use core::cell::Cell;

/// What the program has done with the request.
#[derive(Clone, Copy)]
struct State {
    /// The number of the request; the first one is 0.
    request: u32,
    /// Whether the program has taken the body.
    consumed: bool,
    /// Whether it has taken the stream of the body, and the number of the stream.
    streamed: bool,
    stream: u32,
    /// Number of pollables that wait for the trailers.
    children: u32,
    /// Whether it has got the trailers, or the error.
    told: bool,
}

struct Current(Cell<State>);

// SAFETY: only components use it, and they have one thread.
unsafe impl Sync for Current {}

static CURRENT: Current = Current(Cell::new(State {
    request: 0,
    consumed: false,
    streamed: false,
    stream: 0,
    children: 0,
    told: false,
}));

fn state() -> State {
    CURRENT.0.get()
}

fn change(change: impl FnOnce(&mut State)) {
    let mut state = state();
    change(&mut state);
    CURRENT.0.set(state);
}

/// Begins the next request; returns its number, by which the handles of the request and of its
/// answer are known. What the program still has of the previous one has no effect any longer.
pub fn begin() -> u32 {
    let request = state().request.wrapping_add(1);
    CURRENT.0.set(State {
        request,
        consumed: false,
        streamed: false,
        stream: 0,
        children: 0,
        told: false,
    });
    request
}

/// The number of the current request.
pub fn current() -> u32 {
    state().request
}

/// Whether this is the number of the current request.
pub fn is_current(request: u32) -> bool {
    state().request == request
}

/// Marks the body as taken; `false`: it already was, or the request is over.
pub fn consume(request: u32) -> bool {
    let first = is_current(request) && !state().consumed;
    if first {
        change(|state| state.consumed = true);
        exchange::hold(true);
    }
    first
}

/// The stream of the body.
static INPUT: Input = Input {
    read: |stream, vectors, wait| {
        if !is_current(stream.belongs_to()) {
            return Ok(0);
        }
        exchange::read(vectors, wait).map_err(|errno| marked(errno, Origin::Incoming))
    },
    parent: Some(&READABLE),
};

static READABLE: Parent = Parent {
    now: |pollable| match Stream::<Input>::open_one_of(pollable.of) {
        Some(request) if is_current(request) => wait_for(pollable, exchange::readable()),
        _ => wait_for(pollable, Wait::Ready),
    },
    works: true,
    ready: |_| false,
    left: streams::left::<Input>,
};

/// Sets what a pollable waits for.
pub(super) fn wait_for(pollable: &mut Pollable, wait: Wait) {
    let (number, direction, deadline) = match wait {
        Wait::Ready => (Pollable::NO_DESCRIPTOR, 0, 0),
        Wait::For(fd, direction, deadline) => (fd.0 as u32, direction, deadline),
        Wait::Program => (Pollable::NO_DESCRIPTOR, 0, u64::MAX),
    };
    (pollable.number, pollable.direction) = (number, direction);
    pollable.deadline = deadline;
}

/// Makes the stream of the body; `None`: it was already taken, or the request is over.
pub fn stream(request: u32) -> Result<Option<u32>, TooMany> {
    if !is_current(request) || state().streamed {
        return Ok(None);
    }
    let stream = Stream::detached(&INPUT, request).insert()?;
    change(|state| (state.streamed, state.stream) = (true, stream));
    Ok(Some(stream))
}

/// The body was dropped, or is finished: the program waits for the trailers. Refused if its stream
/// still exists.
pub fn body_ended(request: u32) -> Result<(), HasChildren> {
    let State {
        streamed, stream, ..
    } = state();
    if is_current(request) && streamed && Stream::exists(stream, &INPUT, request) {
        return Err(HasChildren);
    }
    if is_current(request) {
        exchange::hold(false);
    }
    Ok(())
}

static TRAILERS: Parent = Parent {
    now: |pollable| {
        let wait = if is_current(pollable.of) && !state().told {
            exchange::ending()
        } else {
            Wait::Ready
        };
        wait_for(pollable, wait);
    },
    works: true,
    ready: |_| false,
    left: |request| {
        if is_current(request) {
            change(|state| state.children -= 1);
        }
    },
};

/// A pollable that is ready when the trailers have been received.
pub fn subscribe(request: u32) -> Result<u32, TooMany> {
    if is_current(request) {
        change(|state| state.children += 1);
    }
    Pollable::of_parent(&TRAILERS, request)
}

/// What is known of the trailers.
#[derive(Clone, Copy, Debug)]
pub enum Trailers {
    /// Nothing yet.
    Waiting,
    /// The program has got them, or the request is over.
    Told,
    /// There are none.
    Absent,
    /// These.
    Received(Fields),
    /// The body could not be received.
    Failed(Errno),
}

/// Receives the trailers; what is left of the body is dropped.
pub fn trailers(request: u32) -> Trailers {
    if !is_current(request) || state().told {
        return Trailers::Told;
    }
    let Some(end) = exchange::end() else {
        return Trailers::Waiting;
    };
    change(|state| state.told = true);
    match end {
        Err(errno) => Trailers::Failed(marked(errno, Origin::Incoming)),
        Ok(()) => {
            let fields = Fields::of_trailers(request);
            match fields.is_empty() {
                true => Trailers::Absent,
                false => Trailers::Received(fields),
            }
        }
    }
}

/// The last handle by which the program waits for the trailers was dropped. Refused if a pollable
/// still exists.
pub fn trailers_ended(request: u32) -> Result<(), HasChildren> {
    if is_current(request) && state().children != 0 {
        return Err(HasChildren);
    }
    Ok(())
}
