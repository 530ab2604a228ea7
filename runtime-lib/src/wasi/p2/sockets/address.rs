//! Converts addresses to and from the types of `wasi:sockets`.

use crate::{
    os::socket::Family,
    wasi::p2::generated::sockets::network::{
        IpAddress, IpAddressFamily, IpSocketAddress, Ipv4SocketAddress, Ipv6SocketAddress,
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
