//! From names to addresses, without a C library: `/etc/hosts`, and the servers of `/etc/resolv.conf`.
//!
//! | module | what |
//! |---|---|
//! | `files` | the two files: opened before the wall is built, read when a name is looked up |
//! | `resolv` | what stands in `/etc/resolv.conf` |
//! | `hosts` | what stands in `/etc/hosts` |
//! | `name` | a name that is looked up |
//! | `message` | questions to servers, and their answers, which are not trusted |
//! | `lookup` | a look-up in progress, which never blocks |
//! | `exchange` | its sockets |
//! | `order` | which address to try first |
//! | `known` | addresses of names that may be connected to |

mod addresses;
mod exchange;
pub mod files;
mod hosts;
pub mod known;
pub mod lookup;
pub mod message;
mod name;
mod order;
mod resolv;

pub use lookup::{Failure, Lookup, Wait};

#[cfg(test)]
mod tests;
