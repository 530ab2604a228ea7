//! Addresses in the words of `wasi:sockets`, and which of them are good for what.

use super::Result;
use crate::{
    os::socket::Family,
    wasi::p2::generated::sockets::network::{
        ErrorCode, IpAddress, IpAddressFamily, IpSocketAddress, Ipv4SocketAddress,
        Ipv6SocketAddress,
    },
};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

impl From<IpSocketAddress> for SocketAddr {
    fn from(address: IpSocketAddress) -> SocketAddr {
        match address {
            IpSocketAddress::Ipv4(of) => {
                let (a, b, c, d) = of.address;
                SocketAddrV4::new(Ipv4Addr::new(a, b, c, d), of.port).into()
            }
            IpSocketAddress::Ipv6(of) => {
                let (a, b, c, d, e, f, g, h) = of.address;
                let ip = Ipv6Addr::new(a, b, c, d, e, f, g, h);
                SocketAddrV6::new(ip, of.port, of.flow_info, of.scope_id).into()
            }
        }
    }
}

impl From<SocketAddr> for IpSocketAddress {
    fn from(address: SocketAddr) -> IpSocketAddress {
        match address {
            SocketAddr::V4(of) => IpSocketAddress::Ipv4(Ipv4SocketAddress {
                port: of.port(),
                address: ipv4(*of.ip()),
            }),
            SocketAddr::V6(of) => IpSocketAddress::Ipv6(Ipv6SocketAddress {
                port: of.port(),
                flow_info: of.flowinfo(),
                address: ipv6(*of.ip()),
                scope_id: of.scope_id(),
            }),
        }
    }
}

impl From<IpAddr> for IpAddress {
    fn from(address: IpAddr) -> IpAddress {
        match address {
            IpAddr::V4(address) => IpAddress::Ipv4(ipv4(address)),
            IpAddr::V6(address) => IpAddress::Ipv6(ipv6(address)),
        }
    }
}

fn ipv4(address: Ipv4Addr) -> (u8, u8, u8, u8) {
    address.octets().into()
}

fn ipv6(address: Ipv6Addr) -> (u16, u16, u16, u16, u16, u16, u16, u16) {
    address.segments().into()
}

impl From<IpAddressFamily> for Family {
    fn from(family: IpAddressFamily) -> Family {
        match family {
            IpAddressFamily::Ipv4 => Family::Ipv4,
            IpAddressFamily::Ipv6 => Family::Ipv6,
        }
    }
}

impl From<Family> for IpAddressFamily {
    fn from(family: Family) -> IpAddressFamily {
        match family {
            Family::Ipv4 => IpAddressFamily::Ipv4,
            Family::Ipv6 => IpAddressFamily::Ipv6,
        }
    }
}

/// `invalid-argument` unless a socket of this family can have such addresses: IPv4 is never written as IPv6.
pub fn of_family(address: &SocketAddr, family: Family) -> Result {
    let disguised = match address.ip() {
        IpAddr::V4(_) => false,
        IpAddr::V6(ip) => {
            // The deprecated form, `::1.2.3.4`, too.
            let compatible = ip.segments().iter().take(6).all(|segment| *segment == 0);
            let own = ip.is_unspecified() || ip.is_loopback();
            compatible && !own || ip.to_ipv4_mapped().is_some()
        }
    };
    good(Family::of(address) == family && !disguised)
}

/// `invalid-argument` unless it is the address of one machine.
pub fn unicast(address: &SocketAddr) -> Result {
    good(match address.ip().to_canonical() {
        IpAddr::V4(ip) => !ip.is_multicast() && !ip.is_broadcast(),
        IpAddr::V6(ip) => !ip.is_multicast(),
    })
}

/// `invalid-argument` unless it can be that of the other end.
pub fn remote(address: &SocketAddr) -> Result {
    good(!address.ip().to_canonical().is_unspecified() && address.port() != 0)
}

fn good(is: bool) -> Result {
    if is {
        Ok(())
    } else {
        Err(ErrorCode::InvalidArgument)
    }
}
