//! WASI 0.2: the traits that are generated from its WIT, implemented on [`crate::host`].
//!
//! | module | what |
//! |---|---|
//! | `objects` | streams, pollables and errors, which other interfaces make |
//! | `kinds` | kinds of streams |
//! | `io` and so on | the interfaces of one package of WASI |

#[rustfmt::skip]
#[expect(unused_qualifications, reason = "every type is named the same way everywhere")]
pub mod generated;
mod io;
mod kinds;
mod objects;

/// What implements the functions of all interfaces.
#[derive(Debug)]
pub struct Host;
