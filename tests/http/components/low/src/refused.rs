//! Routes that end in another way than with a whole response, and routes that take time.

use crate::answer::{all, begin, note, number, say, text};
use crate::body::incoming;
use alloc::format;
use alloc::string::ToString;
use core::arch::wasm32::unreachable;
use wasip2::clocks::monotonic_clock::{now, subscribe_duration, subscribe_instant};
use wasip2::http::types::{
    DnsErrorPayload, ErrorCode, FieldSizePayload, Fields, IncomingRequest, OutgoingBody,
    OutgoingResponse, ResponseOutparam, TlsAlertReceivedPayload,
};
use wasip2::io::poll::poll;

/// Nanoseconds of a millisecond.
const MILLISECOND: u64 = 1_000_000;

/// `/set-error?code=&full=`: the error of that number, with its payload if `full` is there.
pub fn set_error(out: ResponseOutparam, query: &str) {
    match error(number(query, "code", 38), query.contains("full=")) {
        Some(code) => ResponseOutparam::set(out, Err(code)),
        None => text(out, "no such code\n"),
    }
}

/// The error with a number, as the specification orders them.
fn error(number: u64, full: bool) -> Option<ErrorCode> {
    let text = || full.then(|| "a text\r\nx-injected: 1".to_string());
    let size = || full.then_some(7);
    let long = || full.then_some(1 << 40);
    let field = || FieldSizePayload {
        field_name: text(),
        field_size: size(),
    };
    Some(match number {
        0 => ErrorCode::DnsTimeout,
        1 => ErrorCode::DnsError(DnsErrorPayload {
            rcode: text(),
            info_code: full.then_some(9),
        }),
        2 => ErrorCode::DestinationNotFound,
        3 => ErrorCode::DestinationUnavailable,
        4 => ErrorCode::DestinationIpProhibited,
        5 => ErrorCode::DestinationIpUnroutable,
        6 => ErrorCode::ConnectionRefused,
        7 => ErrorCode::ConnectionTerminated,
        8 => ErrorCode::ConnectionTimeout,
        9 => ErrorCode::ConnectionReadTimeout,
        10 => ErrorCode::ConnectionWriteTimeout,
        11 => ErrorCode::ConnectionLimitReached,
        12 => ErrorCode::TlsProtocolError,
        13 => ErrorCode::TlsCertificateError,
        14 => ErrorCode::TlsAlertReceived(TlsAlertReceivedPayload {
            alert_id: full.then_some(3),
            alert_message: text(),
        }),
        15 => ErrorCode::HttpRequestDenied,
        16 => ErrorCode::HttpRequestLengthRequired,
        17 => ErrorCode::HttpRequestBodySize(long()),
        18 => ErrorCode::HttpRequestMethodInvalid,
        19 => ErrorCode::HttpRequestUriInvalid,
        20 => ErrorCode::HttpRequestUriTooLong,
        21 => ErrorCode::HttpRequestHeaderSectionSize(size()),
        22 => ErrorCode::HttpRequestHeaderSize(full.then(field)),
        23 => ErrorCode::HttpRequestTrailerSectionSize(size()),
        24 => ErrorCode::HttpRequestTrailerSize(field()),
        25 => ErrorCode::HttpResponseIncomplete,
        26 => ErrorCode::HttpResponseHeaderSectionSize(size()),
        27 => ErrorCode::HttpResponseHeaderSize(field()),
        28 => ErrorCode::HttpResponseBodySize(long()),
        29 => ErrorCode::HttpResponseTrailerSectionSize(size()),
        30 => ErrorCode::HttpResponseTrailerSize(field()),
        31 => ErrorCode::HttpResponseTransferCoding(text()),
        32 => ErrorCode::HttpResponseContentCoding(text()),
        33 => ErrorCode::HttpResponseTimeout,
        34 => ErrorCode::HttpUpgradeFailed,
        35 => ErrorCode::HttpProtocolError,
        36 => ErrorCode::LoopDetected,
        37 => ErrorCode::ConfigurationError,
        38 => ErrorCode::InternalError(text()),
        _ => return None,
    })
}

/// `/panic-after-head`: some bytes of the body are out, then a trap.
pub fn panic_after_head(out: ResponseOutparam) {
    let (_body, stream) = begin(out, Fields::new());
    all(&stream, b"some bytes\n");
    unreachable()
}

/// `/panic-after-finish`: a trap after a whole response.
pub fn panic_after_finish(out: ResponseOutparam) {
    text(out, "whole\n");
    unreachable()
}

/// `/drop-body`: a body that is dropped, not finished, is not complete.
pub fn drop_body(out: ResponseOutparam) {
    let (body, stream) = begin(out, Fields::new());
    all(&stream, b"some bytes\n");
    drop(stream);
    drop(body);
}

/// `/drop-body-first`: the body is dropped, then the response is set and has time to be sent.
pub fn drop_body_first(out: ResponseOutparam) {
    let response = OutgoingResponse::new(Fields::new());
    drop(response.body());
    ResponseOutparam::set(out, Ok(response));
    pause(20);
}

/// `/drop-body-early`: as `/drop-body`, then it reads all of the request's body.
pub fn drop_body_early(request: &IncomingRequest, out: ResponseOutparam) {
    let (_source, input) = incoming(request);
    drop_body(out);
    while input.blocking_read(4096).is_ok() {}
}

/// `/drop-response`: a response is made and dropped, and no other is set.
pub fn drop_response(out: ResponseOutparam) {
    let response = OutgoingResponse::new(Fields::new());
    let body = response.body();
    drop(response);
    drop(body);
    drop(out);
}

/// `/stream-alive`: `finish` while the stream of the body is still there, which is a trap.
pub fn stream_alive(out: ResponseOutparam) {
    let (body, stream) = begin(out, Fields::new());
    all(&stream, b"some bytes\n");
    note("finish", &OutgoingBody::finish(body, None));
    drop(stream);
}

/// `/late?ms=`: the response is set at once, its body comes later, and work goes on after it.
pub fn late(request: IncomingRequest, out: ResponseOutparam, query: &str) {
    let wait = number(query, "ms", 50);
    let (body, stream) = begin(out, Fields::new());
    drop(request);
    pause(wait);
    all(&stream, b"late\n");
    drop(stream);
    note("finish", &OutgoingBody::finish(body, None));
    pause(wait);
    say("worked on\n");
}

/// `/slow?ms=&parts=`: parts of a body with a pause after each.
pub fn slow(out: ResponseOutparam, query: &str) {
    let (body, stream) = begin(out, Fields::new());
    for part in 0..number(query, "parts", 5) {
        all(&stream, format!("part {part}\n").as_bytes());
        pause(number(query, "ms", 20));
    }
    drop(stream);
    note("finish", &OutgoingBody::finish(body, None));
}

/// `/sleep?ms=`: waits with `poll`, then answers whether the clock agrees.
pub fn sleep(out: ResponseOutparam, query: &str) {
    let wait = number(query, "ms", 50) * MILLISECOND;
    let start = now();
    let (short, long) = (
        subscribe_duration(wait),
        subscribe_instant(start + wait * 100),
    );
    let ready = poll(&[&long, &short]);
    let enough = now() - start >= wait;
    text(
        out,
        &format!("ready {ready:?}, slept long enough: {enough}\n"),
    );
}

fn pause(milliseconds: u64) {
    subscribe_duration(milliseconds * MILLISECOND).block();
}
