//! `wasi:http/types`.

use super::{current, errors, fields, request, response, taken};
use crate::{
    canonical::{Borrow, Call, List, Own, Stored, Text},
    fatal::bug,
    host::http::objects::{
        bodies, fields as model, incoming,
        options::{self, Timeout},
        requests::{self, Part},
        responses,
    },
    wasi::p2::{
        Host,
        generated::{
            http::types::*,
            io::{
                error::Error,
                poll::Pollable,
                streams::{InputStream, OutputStream},
            },
        },
        objects::{self, dropped, own},
    },
};

type Result<T = (), E = ()> = core::result::Result<T, E>;

/// Called for an object that cannot exist: requests are refused, so none has a response.
fn no_response() -> ! {
    bug(b"a response to a request that was refused")
}

impl Functions for Host {
    fn fields_new(_: &Call<'_>) -> Own<Fields> {
        fields::new()
    }

    fn fields_from_list(
        _: &Call<'_>,
        entries: List<'_, (Text<'_>, List<'_, u8>)>,
    ) -> Result<Own<Fields>, HeaderError> {
        fields::from_list(entries)
    }

    fn fields_get(call: &Call<'_>, this: Borrow<Fields>, name: Text<'_>) -> Stored<[Stored<[u8]>]> {
        fields::get(call, this.rep(), name)
    }

    fn fields_has(_: &Call<'_>, this: Borrow<Fields>, name: Text<'_>) -> bool {
        fields::has(this.rep(), name)
    }

    fn fields_set(
        _: &Call<'_>,
        this: Borrow<Fields>,
        name: Text<'_>,
        value: List<'_, List<'_, u8>>,
    ) -> Result<(), HeaderError> {
        fields::set(this.rep(), name, value)
    }

    fn fields_delete(
        _: &Call<'_>,
        this: Borrow<Fields>,
        name: Text<'_>,
    ) -> Result<(), HeaderError> {
        fields::delete(this.rep(), name)
    }

    /// Traps if the fields exceed their limit, as do the others that add fields.
    fn fields_append(
        _: &Call<'_>,
        this: Borrow<Fields>,
        name: Text<'_>,
        value: List<'_, u8>,
    ) -> Result<(), HeaderError> {
        fields::append(this.rep(), name, value)
    }

    fn fields_entries(
        call: &Call<'_>,
        this: Borrow<Fields>,
    ) -> Stored<[(Stored<str>, Stored<[u8]>)]> {
        fields::entries(call, this.rep())
    }

    fn fields_clone(_: &Call<'_>, this: Borrow<Fields>) -> Own<Fields> {
        fields::clone(this.rep())
    }

    fn incoming_request_method(call: &Call<'_>, this: Borrow<IncomingRequest>) -> Method {
        request::method(call, request::incoming(this.rep()).method)
    }

    fn incoming_request_path_with_query(
        call: &Call<'_>,
        this: Borrow<IncomingRequest>,
    ) -> Option<Stored<str>> {
        let path = request::incoming(this.rep()).path;
        path.map(|path| call.text(path))
    }

    /// The connection is not encrypted.
    fn incoming_request_scheme(_: &Call<'_>, this: Borrow<IncomingRequest>) -> Option<Scheme> {
        request::incoming(this.rep());
        Some(Scheme::Http)
    }

    fn incoming_request_authority(
        call: &Call<'_>,
        this: Borrow<IncomingRequest>,
    ) -> Option<Stored<str>> {
        let authority = request::incoming(this.rep()).authority;
        (!authority.is_empty()).then(|| call.text(authority))
    }

    fn incoming_request_headers(_: &Call<'_>, this: Borrow<IncomingRequest>) -> Own<Fields> {
        fields::of_message(model::Fields::of_head(current(this.rep())))
    }

    fn incoming_request_consume(
        _: &Call<'_>,
        this: Borrow<IncomingRequest>,
    ) -> Result<Own<IncomingBody>> {
        let request = current(this.rep());
        incoming::consume(request)
            .then(|| Own::new(request))
            .ok_or(())
    }

    fn outgoing_request_new(_: &Call<'_>, headers: Own<Fields>) -> Own<OutgoingRequest> {
        response::message(headers, requests::new)
    }

    fn outgoing_request_body(
        _: &Call<'_>,
        this: Borrow<OutgoingRequest>,
    ) -> Result<Own<OutgoingBody>> {
        taken(requests::body(this.rep()))
    }

    fn outgoing_request_method(call: &Call<'_>, this: Borrow<OutgoingRequest>) -> Method {
        request::own_method(call, this.rep())
    }

    fn outgoing_request_set_method(
        _: &Call<'_>,
        this: Borrow<OutgoingRequest>,
        method: MethodParam<'_>,
    ) -> Result {
        request::set_method(this.rep(), method)
    }

    fn outgoing_request_path_with_query(
        call: &Call<'_>,
        this: Borrow<OutgoingRequest>,
    ) -> Option<Stored<str>> {
        request::own_text(call, this.rep(), Part::PathWithQuery)
    }

    fn outgoing_request_set_path_with_query(
        _: &Call<'_>,
        this: Borrow<OutgoingRequest>,
        path_with_query: Option<Text<'_>>,
    ) -> Result {
        request::set_text(this.rep(), Part::PathWithQuery, path_with_query)
    }

    fn outgoing_request_scheme(call: &Call<'_>, this: Borrow<OutgoingRequest>) -> Option<Scheme> {
        request::own_scheme(call, this.rep())
    }

    fn outgoing_request_set_scheme(
        _: &Call<'_>,
        this: Borrow<OutgoingRequest>,
        scheme: Option<SchemeParam<'_>>,
    ) -> Result {
        request::set_scheme(this.rep(), scheme)
    }

    fn outgoing_request_authority(
        call: &Call<'_>,
        this: Borrow<OutgoingRequest>,
    ) -> Option<Stored<str>> {
        request::own_text(call, this.rep(), Part::Authority)
    }

    fn outgoing_request_set_authority(
        _: &Call<'_>,
        this: Borrow<OutgoingRequest>,
        authority: Option<Text<'_>>,
    ) -> Result {
        request::set_text(this.rep(), Part::Authority, authority)
    }

    fn outgoing_request_headers(_: &Call<'_>, this: Borrow<OutgoingRequest>) -> Own<Fields> {
        fields::of_message(requests::fields(this.rep()).shared())
    }

    fn request_options_new(_: &Call<'_>) -> Own<RequestOptions> {
        own(options::new())
    }

    fn request_options_connect_timeout(_: &Call<'_>, this: Borrow<RequestOptions>) -> Option<u64> {
        options::timeout(this.rep(), Timeout::Connect)
    }

    fn request_options_set_connect_timeout(
        _: &Call<'_>,
        this: Borrow<RequestOptions>,
        duration: Option<u64>,
    ) -> Result {
        options::set_timeout(this.rep(), Timeout::Connect, duration);
        Ok(())
    }

    fn request_options_first_byte_timeout(
        _: &Call<'_>,
        this: Borrow<RequestOptions>,
    ) -> Option<u64> {
        options::timeout(this.rep(), Timeout::FirstByte)
    }

    fn request_options_set_first_byte_timeout(
        _: &Call<'_>,
        this: Borrow<RequestOptions>,
        duration: Option<u64>,
    ) -> Result {
        options::set_timeout(this.rep(), Timeout::FirstByte, duration);
        Ok(())
    }

    fn request_options_between_bytes_timeout(
        _: &Call<'_>,
        this: Borrow<RequestOptions>,
    ) -> Option<u64> {
        options::timeout(this.rep(), Timeout::BetweenBytes)
    }

    fn request_options_set_between_bytes_timeout(
        _: &Call<'_>,
        this: Borrow<RequestOptions>,
        duration: Option<u64>,
    ) -> Result {
        options::set_timeout(this.rep(), Timeout::BetweenBytes, duration);
        Ok(())
    }

    fn response_outparam_send_informational(
        call: &Call<'_>,
        this: Borrow<ResponseOutparam>,
        status: u16,
        headers: Own<Fields>,
    ) -> Result<(), ErrorCode> {
        response::inform(call, this.rep(), status, model::Fields::take(headers.rep()))
    }

    fn response_outparam_set(
        _: &Call<'_>,
        param: Own<ResponseOutparam>,
        response: Result<Own<OutgoingResponse>, ErrorCodeParam<'_>>,
    ) {
        response::set(param.rep(), response);
    }

    fn incoming_response_status(_: &Call<'_>, _: Borrow<IncomingResponse>) -> u16 {
        no_response()
    }

    fn incoming_response_headers(_: &Call<'_>, _: Borrow<IncomingResponse>) -> Own<Fields> {
        no_response()
    }

    fn incoming_response_consume(
        _: &Call<'_>,
        _: Borrow<IncomingResponse>,
    ) -> Result<Own<IncomingBody>> {
        no_response()
    }

    fn incoming_body_stream(_: &Call<'_>, this: Borrow<IncomingBody>) -> Result<Own<InputStream>> {
        response::read(this.rep())
    }

    fn incoming_body_finish(_: &Call<'_>, this: Own<IncomingBody>) -> Own<FutureTrailers> {
        dropped(incoming::body_ended(this.rep()));
        Own::new(this.rep())
    }

    fn future_trailers_subscribe(_: &Call<'_>, this: Borrow<FutureTrailers>) -> Own<Pollable> {
        own(incoming::subscribe(this.rep()))
    }

    fn future_trailers_get(
        call: &Call<'_>,
        this: Borrow<FutureTrailers>,
    ) -> Option<Result<Result<Option<Own<Fields>>, ErrorCode>>> {
        response::trailers(call, this.rep())
    }

    fn outgoing_response_new(_: &Call<'_>, headers: Own<Fields>) -> Own<OutgoingResponse> {
        response::message(headers, responses::new)
    }

    fn outgoing_response_status_code(_: &Call<'_>, this: Borrow<OutgoingResponse>) -> u16 {
        responses::status(this.rep())
    }

    fn outgoing_response_set_status_code(
        _: &Call<'_>,
        this: Borrow<OutgoingResponse>,
        status_code: u16,
    ) -> Result {
        responses::set_status(this.rep(), status_code)
            .then_some(())
            .ok_or(())
    }

    fn outgoing_response_headers(_: &Call<'_>, this: Borrow<OutgoingResponse>) -> Own<Fields> {
        fields::of_message(responses::fields(this.rep()).shared())
    }

    fn outgoing_response_body(
        _: &Call<'_>,
        this: Borrow<OutgoingResponse>,
    ) -> Result<Own<OutgoingBody>> {
        taken(responses::body(this.rep()))
    }

    fn outgoing_body_write(_: &Call<'_>, this: Borrow<OutgoingBody>) -> Result<Own<OutputStream>> {
        response::write(this.rep())
    }

    fn outgoing_body_finish(
        _: &Call<'_>,
        this: Own<OutgoingBody>,
        trailers: Option<Own<Fields>>,
    ) -> Result<(), ErrorCode> {
        response::finish(this.rep(), trailers)
    }

    fn future_incoming_response_subscribe(
        _: &Call<'_>,
        _: Borrow<FutureIncomingResponse>,
    ) -> Own<Pollable> {
        no_response()
    }

    fn future_incoming_response_get(
        _: &Call<'_>,
        _: Borrow<FutureIncomingResponse>,
    ) -> Option<Result<Result<Own<IncomingResponse>, ErrorCode>>> {
        no_response()
    }

    fn http_error_code(call: &Call<'_>, err: Borrow<Error>) -> Option<ErrorCode> {
        errors::of_stream(call, objects::marked_errno(err.rep()))
    }

    fn fields_drop(rep: u32) {
        model::remove(rep);
    }

    /// The exchange has the request as long as it is handled.
    fn incoming_request_drop(_: u32) {}

    fn outgoing_request_drop(rep: u32) {
        requests::remove(rep);
    }

    fn request_options_drop(rep: u32) {
        options::remove(rep);
    }

    /// The server answers if nothing else does.
    fn response_outparam_drop(_: u32) {}

    fn incoming_response_drop(_: u32) {
        no_response()
    }

    fn incoming_body_drop(rep: u32) {
        dropped(incoming::body_ended(rep));
    }

    fn future_trailers_drop(rep: u32) {
        dropped(incoming::trailers_ended(rep));
    }

    fn outgoing_response_drop(rep: u32) {
        responses::remove(rep);
    }

    fn outgoing_body_drop(rep: u32) {
        dropped(bodies::remove(rep));
    }

    fn future_incoming_response_drop(_: u32) {
        no_response()
    }
}
