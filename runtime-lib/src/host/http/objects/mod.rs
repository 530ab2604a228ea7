//! The objects of `wasi:http`, by handles: what the program has of the request that it handles, and
//! what it makes. They know nothing of the canonical ABI.
//!
//! | module | contents |
//! |---|---|
//! | `fields` | fields, of the request and of the program |
//! | `incoming` | the request's body and trailers |
//! | `responses`, `bodies` | responses, and the bodies that the program sends |
//! | `requests`, `options` | requests that the program makes |
//! | `failure` | errors of streams, with the stream from which they came |
//! | `arena` | memory for these objects |

mod arena;
pub mod bodies;
pub mod failure;
pub mod fields;
pub mod incoming;
pub mod options;
pub mod requests;
pub mod responses;

#[cfg(test)]
mod tests;
