//! Outgoing requests: their parts, their options, and `outgoing-handler.handle`.

use crate::answer::value;
use crate::fields::list;
use crate::parts;
use alloc::format;
use alloc::string::{String, ToString};
use core::fmt::Write as _;
use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    Fields, IncomingBody, Method, OutgoingBody, OutgoingRequest, RequestOptions, Scheme,
};

/// `/outgoing?authority=`: sends a request there and says what came back.
pub fn handle(query: &str) -> String {
    let authority = String::from_utf8(value(query, "authority")).unwrap_or_default();
    let request = OutgoingRequest::new(Fields::new());
    let _ = request.set_scheme(Some(&Scheme::Http));
    let _ = request.set_path_with_query(Some("/"));
    if !authority.is_empty() && request.set_authority(Some(&authority)).is_err() {
        return "set-authority: error\n".to_string();
    }
    let body = request.body().expect("it is the first call");
    let options = RequestOptions::new();
    let _ = options.set_connect_timeout(Some(1_000_000_000));
    let future = match outgoing_handler::handle(request, Some(options)) {
        Ok(future) => future,
        Err(code) => return format!("handle: {code:?}\n"),
    };
    let finished = OutgoingBody::finish(body, None);
    let ready = future.subscribe();
    ready.block();
    let mut said = format!("handle: ok\nfinish: {finished:?}\n");
    match future.get() {
        None => said += "not there yet\n",
        Some(Err(())) => said += "taken\n",
        Some(Ok(Err(code))) => drop(writeln!(said, "{code:?}")),
        Some(Ok(Ok(response))) => {
            let fields = list(&response.headers()).lines().count();
            let _ = writeln!(said, "status {}, {fields} fields", response.status());
            if let Ok(body) = response.consume() {
                let stream = body.stream().expect("it is the first call");
                while let Ok(bytes) = stream.blocking_read(4096) {
                    said += &bytes.escape_ascii().to_string();
                }
                drop(stream);
                drop(IncomingBody::finish(body));
            }
        }
    }
    let _ = writeln!(said, "again: {}", matches!(future.get(), Some(Err(()))));
    said
}

/// `/outgoing-request`: the parts of a request that is never sent.
pub fn request() -> String {
    let fields = Fields::new();
    let _ = fields.append("a", b"1");
    let request = OutgoingRequest::new(fields);
    let mut said = String::new();
    parts_of(&request, &mut said);
    let methods = ["purge", "GET", "a b", "", "a\r\nb"];
    let methods = methods.map(|text| Method::Other(text.to_string()));
    for method in methods.iter().chain([&Method::Put]) {
        let set = request.set_method(method).is_ok();
        let _ = writeln!(said, "set-method {}: {set}", parts::method(method));
    }
    for path in [
        Some("/a?b=c"),
        Some("a b"),
        Some("/\r\n"),
        Some("*"),
        Some(""),
        None,
    ] {
        let set = request.set_path_with_query(path).is_ok();
        let now = request.path_with_query();
        let _ = writeln!(said, "set-path-with-query {path:?}: {set}, now {now:?}");
    }
    for text in ["ftp", "1ftp", "", "a b"] {
        let set = request.set_scheme(Some(&Scheme::Other(text.to_string())));
        let _ = writeln!(said, "set-scheme {text:?}: {}", set.is_ok());
    }
    for authority in [
        "example.com",
        "[::1]:80",
        "a:b@c:1",
        "a b",
        "",
        "a\r\nb",
        "a/b",
        "a:99999",
    ] {
        let set = request.set_authority(Some(authority)).is_ok();
        let _ = writeln!(said, "set-authority {authority:?}: {set}");
    }
    let _ = request.set_scheme(Some(&Scheme::Https));
    parts_of(&request, &mut said);
    let _ = writeln!(said, "headers: {}", list(&request.headers()).trim_end());
    let _ = writeln!(said, "body: {}", request.body().is_ok());
    let _ = writeln!(said, "body again: {}", request.body().is_ok());
    said
}

fn parts_of(request: &OutgoingRequest, said: &mut String) {
    let method = parts::method(&request.method());
    let scheme = parts::scheme(request.scheme().as_ref());
    let (path, authority) = (request.path_with_query(), request.authority());
    let _ = writeln!(said, "{method}, {path:?}, {scheme}, {authority:?}");
}

/// `/options`: what `request-options` answers.
pub fn options() -> String {
    let options = RequestOptions::new();
    let mut said = String::new();
    for time in [None, Some(5), Some(u64::MAX), None] {
        let connect = options.set_connect_timeout(time).is_ok();
        let first = options.set_first_byte_timeout(time).is_ok();
        let between = options.set_between_bytes_timeout(time).is_ok();
        let _ = writeln!(said, "set {time:?}: {connect} {first} {between}");
        let connect = options.connect_timeout();
        let first = options.first_byte_timeout();
        let between = options.between_bytes_timeout();
        let _ = writeln!(said, "now {connect:?} {first:?} {between:?}");
    }
    said
}
