//! The addresses of a name.

use core::net::{IpAddr, Ipv4Addr};

/// As many are kept of one name.
const MOST: usize = 48;

/// Addresses, each once, none of them IPv4 written as IPv6.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    all: [IpAddr; MOST],
    count: usize,
}

impl Addresses {
    /// None.
    pub const EMPTY: Addresses = Addresses {
        all: [IpAddr::V4(Ipv4Addr::UNSPECIFIED); MOST],
        count: 0,
    };

    /// Adds one, if it is not there and there is room.
    pub fn add(&mut self, address: IpAddr) {
        let address = address.to_canonical();
        if self.all().contains(&address) {
            return;
        }
        if let Some(place) = self.all.get_mut(self.count) {
            *place = address;
            self.count += 1;
        }
    }

    /// All of them.
    pub fn all(&self) -> &[IpAddr] {
        self.all.get(..self.count).unwrap_or_default()
    }

    /// The same, to be put into another order.
    pub fn all_mut(&mut self) -> &mut [IpAddr] {
        self.all.get_mut(..self.count).unwrap_or_default()
    }
}
