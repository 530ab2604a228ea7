//! The addresses of a name.

use core::net::{IpAddr, Ipv4Addr};

/// The maximum of addresses per name.
const MOST: usize = 48;

/// Addresses without duplicates; IPv4 addresses are never in IPv6 form.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    all: [IpAddr; MOST],
    count: usize,
}

impl Addresses {
    /// No addresses.
    pub const EMPTY: Addresses = Addresses {
        all: [IpAddr::V4(Ipv4Addr::UNSPECIFIED); MOST],
        count: 0,
    };

    /// Adds an address, if it is new and fits.
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

    /// All addresses.
    pub fn all(&self) -> &[IpAddr] {
        self.all.get(..self.count).unwrap_or_default()
    }

    /// All addresses, for sorting.
    pub fn all_mut(&mut self) -> &mut [IpAddr] {
        self.all.get_mut(..self.count).unwrap_or_default()
    }
}
