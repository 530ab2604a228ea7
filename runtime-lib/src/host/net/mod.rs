//! The network: sockets that the program makes itself, and names. What is not granted is refused with `EACCES`, and noted.
//!
//! | module | what |
//! |---|---|
//! | `grants` | where the program may connect to, and where it may wait for others |
//! | `socket` | making, binding, connecting, listening, accepting; addresses and options |
//! | `stream` | the bytes of a connection |
//! | `datagram` | sending and receiving datagrams |
//! | `option`, `address` | what sockets are set to; which addresses are good for what |
//! | `tcp`; `udp`, `datagrams` | TCP sockets by handles; UDP sockets and their streams |
//! | `lookups` | look-ups of names by handles |
//! | `refusal` | why these do not do what they are asked for |
//! | `names` | from names to addresses |

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
