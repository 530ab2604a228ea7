//! The access log: a line for each request on standard error.

use super::limits;
use crate::{
    host::{
        clock,
        http::{date, exchange::Exchange},
    },
    os::{Fd, socket, time::Clock},
    text::Text,
};
use core::net::{IpAddr, SocketAddr};
use wasi_aot_abi::http::flags;

/// A line of the log.
type Line = Text<2048>;

/// Writes the line of an exchange that has ended. `nanoseconds`: its duration.
pub fn write(exchange: &Exchange, nanoseconds: u64) {
    let wanted = limits().flags & (flags::LOG_COMMON | flags::LOG_JSON);
    if wanted == 0 {
        return;
    }
    let mut line = Line::new(Fd::STDERR);
    if wanted & flags::LOG_JSON != 0 {
        json(&mut line, exchange, nanoseconds);
    } else {
        common(&mut line, exchange);
    }
    line.push(b"\n").flush();
}

/// The client's address; `-` if it has none.
fn client(line: &mut Line, fd: Fd) {
    match socket::peer(fd) {
        Ok(SocketAddr::V4(address)) => {
            for (index, part) in address.ip().octets().iter().enumerate() {
                if index > 0 {
                    line.push(b".");
                }
                line.decimal((*part).into());
            }
        }
        Ok(SocketAddr::V6(address)) => match IpAddr::V6(*address.ip()).to_canonical() {
            IpAddr::V4(mapped) => {
                for (index, part) in mapped.octets().iter().enumerate() {
                    if index > 0 {
                        line.push(b".");
                    }
                    line.decimal((*part).into());
                }
            }
            IpAddr::V6(address) => {
                for (index, part) in address.segments().iter().enumerate() {
                    if index > 0 {
                        line.push(b":");
                    }
                    line.hex_digits((*part).into());
                }
            }
        },
        Err(_) => {
            line.push(b"-");
        }
    }
}

/// The Common Log Format: `HOST - - [TIME] "METHOD TARGET VERSION" STATUS BYTES`.
fn common(line: &mut Line, exchange: &Exchange) {
    let (method, target, minor) = exchange.line();
    let (status, bytes) = exchange.outgoing.summary();
    client(line, exchange.fd);
    line.push(b" - - [");
    time(line);
    line.push(b"] \"").shown(method).push(b" ");
    quoted(line, target);
    line.push(b" HTTP/1.").decimal(minor.into()).push(b"\" ");
    line.decimal(status.into()).push(b" ").decimal(bytes);
}

/// `DAY/MONTH/YEAR:HOUR:MINUTE:SECOND +0000`.
fn time(line: &mut Line) {
    let now = clock::now(Clock::Realtime).unwrap_or(0) / 1_000_000_000;
    // `Sun, 06 Nov 1994 08:49:37 GMT`
    let date = date::imf_fixdate(now);
    let part = |range| date.get(range).unwrap_or_default();
    line.push(part(5..7)).push(b"/").push(part(8..11));
    line.push(b"/").push(part(12..16)).push(b":");
    line.push(part(17..25)).push(b" +0000");
}

/// A text between quotes.
fn quoted(line: &mut Line, text: &[u8]) {
    for byte in text {
        if matches!(byte, b'"' | b'\\') {
            line.push(b"\\");
        }
        line.shown(core::slice::from_ref(byte));
    }
}

/// An object of JSON.
fn json(line: &mut Line, exchange: &Exchange, nanoseconds: u64) {
    let (method, target, minor) = exchange.line();
    let (status, bytes) = exchange.outgoing.summary();
    line.push(b"{\"client\":\"");
    client(line, exchange.fd);
    line.push(b"\",\"time\":\"");
    time(line);
    line.push(b"\",\"method\":\"").shown(method);
    line.push(b"\",\"target\":\"");
    quoted(line, target);
    line.push(b"\",\"version\":\"1.").decimal(minor.into());
    line.push(b"\",\"status\":").decimal(status.into());
    line.push(b",\"bytes\":").decimal(bytes);
    line.push(b",\"microseconds\":").decimal(nanoseconds / 1000);
    line.push(b"}");
}
