//! Error codes: of streams, and as the status of an answer.

use crate::{
    canonical::Call,
    host::http::objects::{
        bodies::{self, WrongLength},
        failure::{Origin, origin, plain},
    },
    os::Errno,
    wasi::p2::generated::http::types::{ErrorCode, ErrorCodeParam},
};

/// The error code of an error that a stream of a body has returned; `None` for other streams.
pub fn of_stream(call: &Call<'_>, errno: Errno) -> Option<ErrorCode> {
    let from = origin(errno)?;
    Some(match (plain(errno), from) {
        (Errno::ECONNRESET, _) => ErrorCode::ConnectionTerminated,
        (Errno::ETIMEDOUT, Origin::Incoming) => ErrorCode::ConnectionReadTimeout,
        (Errno::ETIMEDOUT, _) => ErrorCode::ConnectionWriteTimeout,
        (Errno::EMSGSIZE, Origin::Incoming) => ErrorCode::HttpRequestBodySize(None),
        (Errno::EPROTO, _) => ErrorCode::HttpProtocolError,
        (Errno::EFBIG, Origin::Response | Origin::Request) => wrong_length(WrongLength {
            written: bodies::exceeded(),
            of_request: from == Origin::Request,
        }),
        (errno, _) => ErrorCode::InternalError(Some(call.text(errno.name().as_bytes()))),
    })
}

/// The error code of a body whose length differs from what its message states.
pub fn wrong_length(wrong: WrongLength) -> ErrorCode {
    if wrong.of_request {
        ErrorCode::HttpRequestBodySize(Some(wrong.written))
    } else {
        ErrorCode::HttpResponseBodySize(Some(wrong.written))
    }
}

/// The status with which a request is answered if the program gives an error code in place of a
/// response: the one that RFC 9209, section 2.3, recommends for the proxy error type of this name.
/// It leaves open which 4xx fits a fault of the request: here the one that names the reason, except
/// 405, which would need a list of methods.
pub fn status(code: &ErrorCodeParam<'_>) -> u16 {
    use ErrorCodeParam::*;
    match code {
        HttpRequestMethodInvalid | HttpRequestUriInvalid => 400,
        HttpRequestDenied => 403,
        HttpRequestLengthRequired => 411,
        HttpRequestBodySize(_) => 413,
        HttpRequestUriTooLong => 414,
        HttpRequestHeaderSectionSize(_)
        | HttpRequestHeaderSize(_)
        | HttpRequestTrailerSectionSize(_)
        | HttpRequestTrailerSize(_) => 431,
        DnsError(_)
        | DestinationIpProhibited
        | DestinationIpUnroutable
        | ConnectionRefused
        | ConnectionTerminated
        | TlsProtocolError
        | TlsCertificateError
        | TlsAlertReceived(_)
        | HttpResponseIncomplete
        | HttpResponseHeaderSectionSize(_)
        | HttpResponseHeaderSize(_)
        | HttpResponseBodySize(_)
        | HttpResponseTrailerSectionSize(_)
        | HttpResponseTrailerSize(_)
        | HttpResponseTransferCoding(_)
        | HttpResponseContentCoding(_)
        | HttpUpgradeFailed
        | HttpProtocolError
        | LoopDetected => 502,
        DestinationUnavailable | ConnectionLimitReached => 503,
        DnsTimeout
        | ConnectionTimeout
        | ConnectionReadTimeout
        | ConnectionWriteTimeout
        | HttpResponseTimeout => 504,
        DestinationNotFound | ConfigurationError | InternalError(_) => 500,
    }
}

#[cfg(test)]
mod tests;
