//! `wasi:sockets`.
//!
//! | module | contents |
//! |---|---|
//! | `network` | the network, and errors of streams |
//! | `tcp`, `udp` | TCP sockets; UDP sockets and their streams |
//! | `names` | name lookups |
//! | `address`, `error` | conversion of types and errors |

mod address;
mod error;
mod names;
mod network;
mod tcp;
mod udp;

use super::generated::sockets::network::ErrorCode;

type Result<T = ()> = core::result::Result<T, ErrorCode>;
