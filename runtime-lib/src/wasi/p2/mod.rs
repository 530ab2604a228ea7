//! WASI 0.2: implements the traits that are generated from its WIT on [`crate::host`].
//!
//! | module | contents |
//! |---|---|
//! | `objects` | handles of the host's objects, and of errors |
//! | `io` and so on | the interfaces of one package of WASI |

mod cli;
mod clocks;
mod filesystem;
#[rustfmt::skip]
#[expect(clippy::module_inception, reason = "named as the WIT has it")]
#[expect(clippy::result_unit_err, reason = "the types of the WIT, with their errors")]
#[expect(clippy::type_complexity, reason = "the types of the WIT, in full")]
#[expect(unused_qualifications, unused_imports, reason = "every interface is written the same way")]
pub mod generated;
pub mod http;
mod io;
mod objects;
mod random;
mod sockets;

/// Implements the functions of all interfaces.
#[derive(Debug)]
pub struct Host;
