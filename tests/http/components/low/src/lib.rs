//! A handler that calls every function of `wasi:http/types`: one route for each thing that a server
//! must do or must refuse. It uses the raw bindings and no standard library.

#![no_std]

extern crate alloc;

mod answer;
mod body;
mod churn;
mod fields;
mod hostile;
mod memory;
mod outgoing;
mod parts;
mod refused;

use answer::path;
use wasip2::http::types::{IncomingRequest, ResponseOutparam};

struct Low;

wasip2::http::proxy::export!(Low);

impl wasip2::exports::http::incoming_handler::Guest for Low {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let (path, query) = path(&request);
        match path.as_str() {
            "/" => answer::text(out, "low\n"),
            "/fields" => answer::text(out, &fields::script()),
            "/header" => fields::header(out, &query),
            "/headers" => answer::text(out, &fields::list(&request.headers())),
            "/method" | "/path" | "/scheme" | "/authority" | "/parts" => {
                answer::text(out, &parts::part(&request, &path));
            }
            "/response" => answer::text(out, &parts::response()),
            "/status" => parts::status(out, &query),
            "/outgoing" => answer::text(out, &outgoing::handle(&query)),
            "/outgoing-request" => answer::text(out, &outgoing::request()),
            "/options" => answer::text(out, &outgoing::options()),
            _ => bodies(&path, &query, request, out),
        }
    }
}

/// The routes that read or write bodies.
fn bodies(path: &str, query: &str, request: IncomingRequest, out: ResponseOutparam) {
    match path {
        "/echo" => body::echo(request, out),
        "/echo-splice" => body::echo_splice(request, out),
        "/echo-copy" => body::echo_copy(request, out),
        "/count" => body::count(request, out),
        "/read" => body::read(request, out, query),
        "/skip" => body::skip(request, out, query),
        "/consume" => body::consume(request, out),
        "/trailers-in" => body::trailers_in(request, out),
        "/trailers-out" => body::trailers_out(out, query),
        "/big" => body::big(out, query),
        "/zeroes" => body::zeroes(out, query),
        "/empty" => body::empty(out),
        "/no-body" => body::no_body(out),
        "/length" => body::length(out, query),
        "/length-short" => body::length(out, "declared=10&bytes=5"),
        "/length-long" => body::length(out, "declared=5&bytes=10"),
        _ => others(path, query, request, out),
    }
}

/// The routes that misbehave, and the ones that take time.
fn others(path: &str, query: &str, request: IncomingRequest, out: ResponseOutparam) {
    match path {
        "/no-set" => drop(request),
        "/no-set-leak" => core::mem::forget((request, out)),
        "/set-error" => refused::set_error(out, query),
        "/trap" => core::arch::wasm32::unreachable(),
        "/panic" => panic!("a panic before the response is set"),
        "/panic-after-head" => refused::panic_after_head(out),
        "/panic-after-finish" => refused::panic_after_finish(out),
        "/drop-body" => refused::drop_body(out),
        "/drop-response" => refused::drop_response(out),
        "/stream-alive" => refused::stream_alive(out),
        "/drop-body-first" => refused::drop_body_first(out),
        "/drop-body-early" => refused::drop_body_early(&request, out),
        "/body-before-stream" => churn::body_before_stream(&request, out),
        "/trailers-before-pollable" => churn::trailers_before_pollable(&request, out),
        "/churn" => churn::churn(out, query),
        "/late" => refused::late(request, out, query),
        "/slow" => refused::slow(out, query),
        "/sleep" => refused::sleep(out, query),
        "/spin" => hostile::spin(),
        "/exhaust" => hostile::exhaust(out),
        "/grow" => hostile::grow(out, query),
        "/state" => hostile::state(out),
        "/dirty" => hostile::dirty(out),
        "/handles" => hostile::handles(out, query),
        "/stdout" => hostile::stdout(out, query),
        "/environment" => hostile::environment(out),
        _ => answer::full(
            out,
            404,
            &wasip2::http::types::Fields::new(),
            b"no such route\n",
        ),
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
