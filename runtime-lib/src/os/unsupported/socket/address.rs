//! No addresses.

use core::net::SocketAddr;

/// A kind of addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    /// Of IPv4.
    Ipv4,
    /// Of IPv6.
    Ipv6,
}

impl Family {
    /// That of an address.
    pub fn of(address: &SocketAddr) -> Family {
        match address {
            SocketAddr::V4(_) => Family::Ipv4,
            SocketAddr::V6(_) => Family::Ipv6,
        }
    }
}
