//! The order in which to try the addresses of a name.

use super::addresses::Addresses;
use crate::os::{
    fd,
    socket::{self, Family},
};
use core::net::{IpAddr, SocketAddr};

/// Sorts the addresses by a small part of RFC 6724, section 6. Addresses of a family for which this
/// machine has no route are last (rule 1); among the others IPv6 is first (rule 6).
pub fn sort(addresses: &mut Addresses) {
    let all = addresses.all();
    let reaches =
        |is: fn(&IpAddr) -> bool| all.iter().find(|&address| is(address)).is_some_and(has_way);
    let mixed = all.iter().any(IpAddr::is_ipv4) && all.iter().any(IpAddr::is_ipv6);
    if !mixed {
        return;
    }
    let (ipv4, ipv6) = (reaches(IpAddr::is_ipv4), reaches(IpAddr::is_ipv6));
    let rank = |address: &IpAddr| match address {
        IpAddr::V6(_) if ipv6 => 0,
        IpAddr::V4(_) if ipv4 => 1,
        IpAddr::V6(_) => 2,
        IpAddr::V4(_) => 3,
    };
    // Stable, because the server's order may be significant.
    insertion_sort(addresses.all_mut(), rank);
}

fn insertion_sort(all: &mut [IpAddr], rank: impl Fn(&IpAddr) -> u8) {
    for end in 1..all.len() {
        let mut at = end;
        while let Some([before, here]) = at.checked_sub(1).and_then(|from| all.get_mut(from..=at)) {
            if rank(before) <= rank(here) {
                break;
            }
            core::mem::swap(before, here);
            at -= 1;
        }
    }
}

/// Whether the kernel has a route to it: connecting a datagram socket sends nothing.
fn has_way(address: &IpAddr) -> bool {
    let address = SocketAddr::new(*address, 53);
    let Ok(probe) = socket::open_datagram(Family::of(&address)) else {
        return false;
    };
    let connected = socket::connect(probe, &address).is_ok();
    let _ = fd::close(probe);
    connected
}
