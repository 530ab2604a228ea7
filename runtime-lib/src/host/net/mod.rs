//! The network: sockets that the program makes itself, and names. What is not granted is refused with `EACCES`, and noted.
//!
//! | module | what |
//! |---|---|
//! | `grants` | where the program may connect to, and where it may wait for others |
//! | `socket` | making, binding, connecting, listening, accepting; addresses and options |
//! | `stream` | the bytes of a connection |
//! | `datagram` | sending and receiving datagrams |
//! | `names` | from names to addresses |

pub mod datagram;
pub mod grants;
pub mod names;
pub mod socket;
pub mod stream;
