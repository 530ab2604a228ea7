//! The parts of a request, and what can be set of a response.

use crate::answer::{full, number, text};
use crate::fields::list;
use alloc::format;
use alloc::string::{String, ToString};
use core::fmt::Write as _;
use wasip2::http::types::{
    Fields, IncomingRequest, Method, OutgoingResponse, ResponseOutparam, Scheme,
};

/// `/method`, `/path`, `/scheme`, `/authority`: that part. `/parts`: all of them, and the fields,
/// whose changes must be refused.
pub fn part(request: &IncomingRequest, path: &str) -> String {
    let method = method(&request.method());
    let target = request.path_with_query();
    let target = target.unwrap_or_else(|| "none".to_string());
    let scheme = scheme(request.scheme().as_ref());
    let authority = request.authority();
    let authority = authority.unwrap_or_else(|| "none".to_string());
    match path {
        "/method" => method + "\n",
        "/path" => target + "\n",
        "/scheme" => scheme + "\n",
        "/authority" => authority + "\n",
        _ => {
            let fields = request.headers();
            let append = fields.append("a", b"1").is_ok();
            let set = fields.set("a", &[b"1".to_vec()]).is_ok();
            let delete = fields.delete("host").is_ok();
            let clone = fields.clone().append("a", b"1").is_ok();
            let changed = format!("append {append}, set {set}, delete {delete}, clone {clone}");
            format!(
                "{method}\n{target}\n{scheme}\n{authority}\n{changed}\n{}",
                list(&fields)
            )
        }
    }
}

/// A method in words; `other` has its text in quotes.
pub fn method(method: &Method) -> String {
    match method {
        Method::Get => "get",
        Method::Head => "head",
        Method::Post => "post",
        Method::Put => "put",
        Method::Delete => "delete",
        Method::Connect => "connect",
        Method::Options => "options",
        Method::Trace => "trace",
        Method::Patch => "patch",
        Method::Other(text) => return format!("other {text:?}"),
    }
    .to_string()
}

/// A scheme in words.
pub fn scheme(scheme: Option<&Scheme>) -> String {
    match scheme {
        None => "none".to_string(),
        Some(Scheme::Http) => "HTTP".to_string(),
        Some(Scheme::Https) => "HTTPS".to_string(),
        Some(Scheme::Other(text)) => format!("other {text:?}"),
    }
}

/// `/response`: what an outgoing response answers.
pub fn response() -> String {
    let mut said = String::new();
    let fields = Fields::new();
    let _ = fields.append("a", b"1");
    let response = OutgoingResponse::new(fields);
    let _ = writeln!(said, "status-code: {}", response.status_code());
    for code in [
        200, 204, 299, 304, 404, 599, 600, 999, 100, 99, 0, 1000, 65535,
    ] {
        let set = response.set_status_code(code).is_ok();
        let _ = writeln!(said, "set {code}: {set}, now {}", response.status_code());
    }
    let _ = write!(said, "headers: {}", list(&response.headers()));
    let body = response.body();
    let _ = writeln!(said, "body: {}", body.is_ok());
    let _ = writeln!(said, "body again: {}", response.body().is_ok());
    if let Ok(body) = body {
        let stream = body.write();
        let _ = writeln!(said, "write: {}", stream.is_ok());
        let _ = writeln!(said, "write again: {}", body.write().is_ok());
        drop(stream);
        let _ = writeln!(said, "write after drop: {}", body.write().is_ok());
    }
    said
}

/// `/status?code=&length=`: a response with that code. `length` is a `content-length`, and no body.
pub fn status(out: ResponseOutparam, query: &str) {
    let code = number(query, "code", 200);
    let Ok(code) = u16::try_from(code) else {
        return text(out, "no such code\n");
    };
    let fields = Fields::new();
    if query.contains("length=") {
        let length = number(query, "length", 0).to_string();
        let _ = fields.append("content-length", length.as_bytes());
    }
    let bytes: &[u8] = match code {
        100..200 | 204 | 304 => b"",
        _ if query.contains("length=") => b"",
        _ => b"status\n",
    };
    full(out, code, &fields, bytes);
}
