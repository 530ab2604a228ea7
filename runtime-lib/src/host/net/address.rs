//! Checks which addresses are suitable for which operations.

use crate::os::{Errno, socket::Family};
use core::net::{IpAddr, SocketAddr};

/// `EINVAL` unless a socket of this family can have such addresses: IPv4 addresses are never
/// accepted in IPv6 form.
pub fn of_family(address: &SocketAddr, family: Family) -> Result<(), Errno> {
    let disguised = match address.ip() {
        IpAddr::V4(_) => false,
        IpAddr::V6(ip) => {
            // This includes the deprecated form, `::1.2.3.4`.
            let compatible = ip.segments().iter().take(6).all(|segment| *segment == 0);
            let own = ip.is_unspecified() || ip.is_loopback();
            compatible && !own || ip.to_ipv4_mapped().is_some()
        }
    };
    good(Family::of(address) == family && !disguised)
}

/// `EINVAL` unless it is the address of one machine.
pub fn unicast(address: &SocketAddr) -> Result<(), Errno> {
    good(match address.ip().to_canonical() {
        IpAddr::V4(ip) => !ip.is_multicast() && !ip.is_broadcast(),
        IpAddr::V6(ip) => !ip.is_multicast(),
    })
}

/// `EINVAL` unless it can be a peer's address.
pub fn remote(address: &SocketAddr) -> Result<(), Errno> {
    good(!address.ip().to_canonical().is_unspecified() && address.port() != 0)
}

fn good(is: bool) -> Result<(), Errno> {
    if is { Ok(()) } else { Err(Errno::EINVAL) }
}
