//! The tables of error codes.

use super::*;
use crate::{host::http::objects::failure::marked, wasi::p2::generated::http::types::*};
use core::ptr;
use wasi_aot_abi::component::{Options, encoding};

#[test]
fn statuses_of_error_codes() {
    use ErrorCodeParam::*;
    let field = FieldSizePayloadParam {
        field_name: None,
        field_size: None,
    };
    for (code, expected) in [
        (DnsTimeout, 504),
        (DestinationNotFound, 500),
        (DestinationUnavailable, 503),
        (ConnectionRefused, 502),
        (ConnectionLimitReached, 503),
        (ConnectionWriteTimeout, 504),
        (HttpRequestDenied, 403),
        (HttpRequestLengthRequired, 411),
        (HttpRequestBodySize(Some(5)), 413),
        (HttpRequestMethodInvalid, 400),
        (HttpRequestUriInvalid, 400),
        (HttpRequestUriTooLong, 414),
        (HttpRequestHeaderSectionSize(None), 431),
        (HttpRequestTrailerSize(field), 431),
        (HttpResponseTimeout, 504),
        (HttpProtocolError, 502),
        (LoopDetected, 502),
        (ConfigurationError, 500),
        (InternalError(None), 500),
    ] {
        assert_eq!(status(&code), expected, "{code:?}");
    }
}

#[test]
fn codes_of_streams() {
    let options = Options {
        memory: ptr::null(),
        realloc: None,
        instance: 0,
        encoding: encoding::UTF8,
    };
    let call = Call::new(&options);
    let code = |errno, from| of_stream(&call, marked(errno, from));
    assert!(of_stream(&call, Errno::ECONNRESET).is_none());
    assert!(matches!(
        code(Errno::ECONNRESET, Origin::Incoming),
        Some(ErrorCode::ConnectionTerminated)
    ));
    assert!(matches!(
        code(Errno::ETIMEDOUT, Origin::Incoming),
        Some(ErrorCode::ConnectionReadTimeout)
    ));
    assert!(matches!(
        code(Errno::ETIMEDOUT, Origin::Response),
        Some(ErrorCode::ConnectionWriteTimeout)
    ));
    assert!(matches!(
        code(Errno::EMSGSIZE, Origin::Incoming),
        Some(ErrorCode::HttpRequestBodySize(None))
    ));
    assert!(matches!(
        code(Errno::EPROTO, Origin::Incoming),
        Some(ErrorCode::HttpProtocolError)
    ));
    assert!(matches!(
        code(Errno::EFBIG, Origin::Response),
        Some(ErrorCode::HttpResponseBodySize(Some(_)))
    ));
}
