//! Parses lines of hosts(5): an address, and its names.

use super::{name::same, sources::words};
use core::net::IpAddr;

/// The address that a line assigns to a name.
pub fn address(line: &[u8], name: &[u8]) -> Option<IpAddr> {
    let mut words = words(line, b"#");
    let address = str::from_utf8(words.next()?).ok()?.parse().ok()?;
    words.any(|word| same(word, name)).then_some(address)
}
