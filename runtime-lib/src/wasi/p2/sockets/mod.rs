//! `wasi:sockets`.
//!
//! | module | what |
//! |---|---|
//! | `network` | the network, and errors of streams |
//! | `tcp`, `udp` | TCP sockets; UDP sockets and their streams |
//! | `names` | look-ups |
//! | `address`, `error` | types and errors in their words |

mod address;
mod error;
mod names;
mod network;
mod tcp;
mod udp;

use super::generated::sockets::network::ErrorCode;

type Result<T = ()> = core::result::Result<T, ErrorCode>;
