//! `wasi:sockets`.
//!
//! | module | what |
//! |---|---|
//! | `network` | the network, and errors of streams |
//! | `tcp`, `state`, `option` | TCP sockets; what they are about to do; what they are set to |
//! | `udp`, `datagrams` | UDP sockets, and their streams |
//! | `names` | look-ups |
//! | `address`, `error` | types and errors in their words |

mod address;
mod datagrams;
mod error;
mod names;
mod network;
mod option;
mod state;
mod tcp;
mod udp;

use super::generated::sockets::network::ErrorCode;

type Result<T = ()> = core::result::Result<T, ErrorCode>;
