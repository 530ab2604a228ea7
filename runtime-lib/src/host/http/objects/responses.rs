//! The responses that the program makes, by handles, and the answer to the current request.

use super::{
    bodies,
    failure::{Origin, marked},
    fields::{BadLength, Fields},
};
use crate::{
    host::{
        handles::{Held, TooMany, insert},
        http::exchange::{self, Answer},
        table::{Entry, Table},
    },
    os::Errno,
};

/// The status of an answer in place of a response that cannot be sent.
const INTERNAL_SERVER_ERROR: u16 = 500;

/// A response.
#[derive(Clone, Copy, Debug)]
struct Response {
    /// 0: the entry of the table is free.
    status: u16,
    /// Whether the body was taken, and its number.
    taken: bool,
    body: u32,
    fields: Fields,
}

impl Entry for Response {
    const FREE: Response = Response {
        status: 0,
        taken: false,
        body: 0,
        fields: Fields::NONE,
    };

    fn is_free(&self) -> bool {
        self.status == 0
    }
}

static RESPONSES: Table<Response> = Table::new();

impl Held for Response {
    const TABLE: &'static Table<Response> = &RESPONSES;
}

/// Why there is no body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// It was already taken, or `content-length` is no number.
    Unavailable,
    /// See [`TooMany`].
    TooMany,
}

impl From<BadLength> for Refusal {
    fn from(_: BadLength) -> Refusal {
        Refusal::Unavailable
    }
}

impl From<TooMany> for Refusal {
    fn from(_: TooMany) -> Refusal {
        Refusal::TooMany
    }
}

/// Makes a response with these fields and status 200; returns its number.
pub fn new(fields: Fields) -> Result<u32, TooMany> {
    insert(
        &RESPONSES,
        Response {
            status: 200,
            fields,
            ..Response::FREE
        },
    )
}

/// The status.
pub fn status(number: u32) -> u16 {
    Response::of(number).status
}

/// Sets the status; `false` if it has not three digits (RFC 9110, 15).
pub fn set_status(number: u32, status: u16) -> bool {
    let valid = (100..1000).contains(&status);
    if valid {
        Response::change(number, |response| response.status = status);
    }
    valid
}

/// The fields.
pub fn fields(number: u32) -> Fields {
    Response::of(number).fields
}

/// Takes the body; returns its number.
pub fn body(number: u32) -> Result<u32, Refusal> {
    let mut response = Response::of(number);
    if response.taken {
        return Err(Refusal::Unavailable);
    }
    let length = response.fields.content_length()?;
    let body = bodies::new(false, length)?;
    (response.taken, response.body) = (true, body);
    RESPONSES.write(number as usize, response);
    Ok(body)
}

/// Removes a response after its last handle.
pub fn remove(number: u32) {
    let response = Response::of(number);
    RESPONSES.remove(number as usize);
    response.fields.release();
    if response.taken {
        bodies::lose(response.body);
    }
}

impl Response {
    /// The length of the body that the fields state. `Err`: the response cannot be sent, because it
    /// is invalid, or because the program has already failed to make its body.
    fn length(&self) -> Result<Option<u64>, ()> {
        let length = self.fields.content_length().map_err(|BadLength| ())?;
        let empty = matches!(length, None | Some(0)) || bodies::has_no_content(self.status);
        let sound = match self.taken {
            true => !bodies::is_broken(self.body, self.status),
            false => empty,
        };
        // An interim response cannot end a request.
        if sound && self.status >= 200 {
            Ok(length)
        } else {
            Err(())
        }
    }
}

/// Answers the current request with a response, whose handle is consumed. A response that cannot be
/// sent is replaced by an error of the server.
pub fn send(number: u32) {
    let response = Response::of(number);
    let Ok(length) = response.length() else {
        remove(number);
        exchange::refuse(INTERNAL_SERVER_ERROR);
        return;
    };
    RESPONSES.remove(number as usize);
    let Response { status, fields, .. } = response;
    exchange::answer(&Answer {
        status,
        length,
        fields: &move |each| fields.pass(each),
    });
    fields.release();
    if response.taken {
        bodies::send(response.body, status);
    } else {
        // The client has gone, which the program can no longer be told.
        let _ = exchange::finish(None);
    }
}

/// Answers the current request with an error of the server.
pub fn refuse(status: u16) {
    exchange::refuse(status);
}

/// Sends an interim response with these fields (RFC 9110, 15.2).
pub fn inform(status: u16, fields: Fields) -> Result<(), Errno> {
    let head = Answer {
        status,
        length: None,
        fields: &move |each| fields.pass(each),
    };
    exchange::inform(&head).map_err(|errno| marked(errno, Origin::Response))
}
