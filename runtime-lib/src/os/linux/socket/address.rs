//! Addresses of sockets in the kernel's form: `struct sockaddr_in` and `struct sockaddr_in6`.

use super::super::Errno;
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use wasi_aot_abi::linux::family;

/// Size of the longest address in bytes.
const LONGEST: usize = 28;

/// A family of addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u16)]
pub enum Family {
    /// `AF_INET`
    Ipv4 = family::AF_INET as u16,
    /// `AF_INET6`
    Ipv6 = family::AF_INET6 as u16,
}

impl Family {
    /// The family of an address.
    pub fn of(address: &SocketAddr) -> Family {
        match address {
            SocketAddr::V4(_) => Family::Ipv4,
            SocketAddr::V6(_) => Family::Ipv6,
        }
    }
}

/// Memory for an address.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(8))]
pub(super) struct Raw {
    pub bytes: [u8; LONGEST],
    pub len: u32,
}

impl Raw {
    /// Memory for the kernel's result; in this state it is an `AF_UNSPEC` address.
    pub const EMPTY: Raw = Raw {
        bytes: [0; LONGEST],
        len: LONGEST as u32,
    };

    /// An address: family, port, then the part that differs.
    pub fn new(address: &SocketAddr) -> Raw {
        let mut raw = Raw::EMPTY;
        raw.put(0, (Family::of(address) as u16).to_ne_bytes());
        raw.put(2, address.port().to_be_bytes());
        match address {
            SocketAddr::V4(address) => {
                raw.put(4, address.ip().octets());
                raw.len = 16;
            }
            SocketAddr::V6(address) => {
                raw.put(4, address.flowinfo().to_be_bytes());
                raw.put(8, address.ip().octets());
                raw.put(24, address.scope_id().to_ne_bytes());
            }
        }
        raw
    }

    fn put<const N: usize>(&mut self, at: usize, from: [u8; N]) {
        if let Some(place) = self
            .bytes
            .get_mut(at..)
            .and_then(|rest| rest.first_chunk_mut())
        {
            *place = from;
        }
    }

    fn get<const N: usize>(&self, at: usize) -> [u8; N] {
        let chunk = self.bytes.get(at..).and_then(|rest| rest.first_chunk());
        chunk.copied().unwrap_or([0; N])
    }

    /// The address that the kernel has written; `EAFNOSUPPORT` if it belongs to another family.
    pub fn read(&self) -> Result<SocketAddr, Errno> {
        let family = u16::from_ne_bytes(self.get(0));
        let port = u16::from_be_bytes(self.get(2));
        if family == Family::Ipv4 as u16 && self.len >= 8 {
            let ip = Ipv4Addr::from(self.get::<4>(4));
            return Ok(SocketAddrV4::new(ip, port).into());
        }
        if family == Family::Ipv6 as u16 && self.len >= 24 {
            let (flow, scope) = (
                u32::from_be_bytes(self.get(4)),
                u32::from_ne_bytes(self.get(24)),
            );
            let ip = Ipv6Addr::from(self.get::<16>(8));
            return Ok(SocketAddrV6::new(ip, port, flow, scope).into());
        }
        Err(Errno::EAFNOSUPPORT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_back_as_they_went() {
        for text in ["1.2.3.4:80", "[::1]:65535", "[fe80::1%7]:443"] {
            let address: SocketAddr = text.parse().unwrap();
            assert_eq!(Raw::new(&address).read(), Ok(address), "{text}");
        }
        let flow = SocketAddrV6::new(Ipv6Addr::LOCALHOST, 1, 0x12345, 9).into();
        assert_eq!(Raw::new(&flow).read(), Ok(flow));
    }

    #[test]
    fn what_is_no_internet_address_is_none() {
        assert_eq!(Raw::EMPTY.read(), Err(Errno::EAFNOSUPPORT));
        let mut cut = Raw::new(&SocketAddr::from(([1, 2, 3, 4], 5)));
        cut.len = 4;
        assert_eq!(cut.read(), Err(Errno::EAFNOSUPPORT));
    }
}
