//! The parts of requests, incoming and outgoing.

use super::{current, text::utf8};
use crate::{
    canonical::{Call, Stored, Text},
    component::raise,
    host::http::{
        exchange,
        objects::requests::{self as model, Part},
    },
    wasi::p2::generated::http::types::{Method, MethodParam, Scheme, SchemeParam},
};
use wasi_aot_abi::Trap;

type Result<T = (), E = ()> = core::result::Result<T, E>;

/// A method of the protocol (RFC 9110, 9.3; RFC 5789), which is case-sensitive.
pub fn method(call: &Call<'_>, name: &[u8]) -> Method {
    match name {
        b"GET" => Method::Get,
        b"HEAD" => Method::Head,
        b"POST" => Method::Post,
        b"PUT" => Method::Put,
        b"DELETE" => Method::Delete,
        b"CONNECT" => Method::Connect,
        b"OPTIONS" => Method::Options,
        b"TRACE" => Method::Trace,
        b"PATCH" => Method::Patch,
        _ => Method::Other(call.text(name)),
    }
}

fn scheme(call: &Call<'_>, name: &[u8]) -> Scheme {
    if name.eq_ignore_ascii_case(b"http") {
        Scheme::Http
    } else if name.eq_ignore_ascii_case(b"https") {
        Scheme::Https
    } else {
        Scheme::Other(call.text(name))
    }
}

/// The head of the request that the instance handles.
pub fn incoming(rep: u32) -> exchange::Request {
    current(rep);
    exchange::request()
}

/// The method of a request that the program makes.
pub fn own_method(call: &Call<'_>, number: u32) -> Method {
    model::with(number, Part::Method, |name| {
        method(call, name.unwrap_or(b"GET"))
    })
}

/// Its scheme.
pub fn own_scheme(call: &Call<'_>, number: u32) -> Option<Scheme> {
    model::with(number, Part::Scheme, |name| {
        name.map(|name| scheme(call, name))
    })
}

/// Another part of it.
pub fn own_text(call: &Call<'_>, number: u32, part: Part) -> Option<Stored<str>> {
    model::with(number, part, |text| text.map(|text| call.text(text)))
}

/// Sets the method.
pub fn set_method(number: u32, method: MethodParam<'_>) -> Result {
    let name: &[u8] = match method {
        MethodParam::Get => b"GET",
        MethodParam::Head => b"HEAD",
        MethodParam::Post => b"POST",
        MethodParam::Put => b"PUT",
        MethodParam::Delete => b"DELETE",
        MethodParam::Connect => b"CONNECT",
        MethodParam::Options => b"OPTIONS",
        MethodParam::Trace => b"TRACE",
        MethodParam::Patch => b"PATCH",
        MethodParam::Other(name) => return set_text(number, Part::Method, Some(name)),
    };
    set(number, Part::Method, Some(name))
}

/// Sets the scheme.
pub fn set_scheme(number: u32, scheme: Option<SchemeParam<'_>>) -> Result {
    match scheme {
        None => set(number, Part::Scheme, None),
        Some(SchemeParam::Http) => set(number, Part::Scheme, Some(b"http")),
        Some(SchemeParam::Https) => set(number, Part::Scheme, Some(b"https")),
        Some(SchemeParam::Other(name)) => set_text(number, Part::Scheme, Some(name)),
    }
}

/// Sets a part to a string of the program.
pub fn set_text(number: u32, part: Part, text: Option<Text<'_>>) -> Result {
    match text {
        None => set(number, part, None),
        Some(text) => set(number, part, Some(utf8(&text).ok_or(())?)),
    }
}

/// Traps if there is no room for it.
fn set(number: u32, part: Part, text: Option<&[u8]>) -> Result {
    match model::set(number, part, text) {
        Ok(true) => Ok(()),
        Ok(false) => Err(()),
        Err(_) => raise(Trap::OutOfMemory),
    }
}
