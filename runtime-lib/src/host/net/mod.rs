//! The network: sockets that the program makes itself, and names. Operations without a grant fail
//! with `EACCES`, and are recorded for a note.
//!
//! | module | contents |
//! |---|---|
//! | `grants` | the addresses to which the program may connect, and on which it may listen |
//! | `socket` | making, binding, connecting, listening, accepting; addresses and options |
//! | `stream` | the data of a connection |
//! | `datagram` | sending and receiving datagrams |
//! | `option`, `address` | options of sockets; which addresses suit which operations |
//! | `tcp`; `udp`, `datagrams` | TCP sockets by handles; UDP sockets and their streams |
//! | `lookups` | name lookups by handles |
//! | `refusal` | the errors of these |
//! | `names` | resolution of names to addresses |

mod address;
pub mod datagram;
pub mod datagrams;
pub mod grants;
pub mod lookups;
pub mod names;
pub mod option;
pub mod refusal;
pub mod socket;
pub mod stream;
pub mod tcp;
pub mod udp;
