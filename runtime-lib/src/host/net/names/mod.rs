//! From names to addresses, without a C library: the hosts that the system knows, and its name
//! servers.
//!
//! | module | what |
//! |---|---|
//! | `sources` | what the system knows of both: made ready before the wall is built, asked when a name is looked up |
//! | `resolv` | what it says of servers |
//! | `hosts` | what it says of hosts |
//! | `name` | a name that is looked up |
//! | `message` | questions to servers, and their answers, which are not trusted |
//! | `lookup` | a look-up in progress, which never blocks |
//! | `exchange` | its sockets |
//! | `order` | which address to try first |
//! | `known` | addresses of names that may be connected to |

mod addresses;
mod exchange;
mod hosts;
pub mod known;
pub mod lookup;
pub mod message;
mod name;
mod order;
mod resolv;
pub mod sources;

pub use addresses::Addresses;
pub use lookup::{Failure, Lookup, Wait};
pub use name::Name;

#[cfg(test)]
mod tests;
