//! Resolves names to addresses without a C library, from the system's hosts file and its name
//! servers.
//!
//! | module | contents |
//! |---|---|
//! | `sources` | the system's configuration of both, read for each lookup |
//! | `resolv` | its lines about servers |
//! | `hosts` | its lines about hosts |
//! | `name` | a name to look up |
//! | `message` | queries to servers, and their answers, which are not trusted |
//! | `lookup` | a lookup in progress, which never blocks |
//! | `exchange` | its sockets |
//! | `order` | the order in which to try addresses |
//! | `known` | addresses of names to which the program may connect |

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
