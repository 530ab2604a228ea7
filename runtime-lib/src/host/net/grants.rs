//! Network grants: the addresses to which the program may connect, and on which it may accept
//! connections.

use super::{super::notes, names::known};
use crate::{
    os::{Errno, Fd},
    program::{bytes, config, net, net_listen},
    text::Text,
};
use core::{
    cell::Cell,
    net::{IpAddr, SocketAddr},
};
use wasi_aot_abi::{
    Str,
    program::{config_flags, runtime_grants},
    words::{self, Host, Net},
};

/// The grants in a list; malformed ones grant nothing.
fn words(list: &'static [Str]) -> impl Iterator<Item = Net<'static>> {
    list.iter()
        .filter_map(|word| words::net(str::from_utf8(bytes(word)).ok()?))
}

/// Whether the program may send to this address, or connect to it.
fn reaches(address: &SocketAddr) -> bool {
    words(net()).enumerate().any(|(index, net)| {
        let named = matches!(net.host, Host::Name(_));
        let ports = net.first..=net.last;
        net.holds(address)
            || named && ports.contains(&address.port()) && known::is(index, address.ip())
    })
}

/// The grants of names: their indices, as used by [`known`].
pub(super) fn names() -> impl Iterator<Item = (usize, &'static str)> {
    words(net())
        .enumerate()
        .filter_map(|(index, net)| match net.host {
            Host::Name(name) => Some((index, name)),
            _ => None,
        })
}

/// Whether the program may make sockets for datagrams. In a server without any network grant the
/// sandbox policy forbids them, because its workers make calls that could send datagrams.
pub fn datagrams() -> bool {
    let named = config().flags & config_flags::NAME_LOOKUP != 0;
    config().http.is_null() || named || !net().is_empty() || !net_listen().is_empty()
}

/// `EACCES` unless the program may connect to this address, or send to it.
pub fn connect(address: &SocketAddr) -> Result<(), Errno> {
    if reaches(address) {
        return Ok(());
    }
    MISSING.set(Some(*address));
    notes::missing(say_connect);
    Err(Errno::EACCES)
}

/// Whether datagrams from this address are accepted by a socket that is bound only under the grant
/// of connections.
pub fn answers(address: &SocketAddr) -> bool {
    reaches(address)
}

/// Whether the program may accept connections or datagrams from any sender at this address.
/// `EACCES` if it may not even use the address as its own end of outgoing connections. For these it
/// may have any port that the system chooses.
pub fn bind(address: &SocketAddr) -> Result<bool, Errno> {
    if words(net_listen()).any(|grant| grant.holds_local(address)) {
        return Ok(true);
    }
    if address.port() == 0 && !net().is_empty() {
        return Ok(false);
    }
    listen(address).map(|()| false)
}

/// Returns `EACCES`: the program may not accept connections on this address.
pub fn listen(address: &SocketAddr) -> Result<(), Errno> {
    MISSING.set(Some(*address));
    notes::missing(say_listen);
    Err(Errno::EACCES)
}

struct Missing(Cell<Option<SocketAddr>>);

// SAFETY: only components call the code that writes it, and they have one thread.
unsafe impl Sync for Missing {}

impl Missing {
    fn set(&self, address: Option<SocketAddr>) {
        self.0.set(address);
    }
}

/// The last refused address.
static MISSING: Missing = Missing(Cell::new(None));

fn say_connect(text: &mut Text<512>) {
    text.push(b"the program tried to connect to ");
    say(text, b"--allow-net=", b"WASI_AOT_NET=");
}

fn say_listen(text: &mut Text<512>) {
    text.push(b"the program tried to listen at ");
    say(text, b"--allow-net-listen=", b"WASI_AOT_NET_LISTEN=");
}

fn say(text: &mut Text<512>, option: &[u8], variable: &[u8]) {
    let Some(address) = MISSING.0.get() else {
        return;
    };
    let mut room = Text::<64>::new(Fd(-1));
    shown(&mut room, &address);
    let address = room.pending();
    text.push(address).push(b", which it was not granted\n");
    notes::help(text, runtime_grants::NET, (option, variable), &[address]);
}

/// Adds `ADDRESS:PORT`.
fn shown<const SIZE: usize>(text: &mut Text<SIZE>, address: &SocketAddr) {
    match address.ip() {
        IpAddr::V4(ip) => {
            for (index, octet) in ip.octets().into_iter().enumerate() {
                text.push(if index == 0 { b"" } else { b"." });
                text.decimal(octet.into());
            }
        }
        IpAddr::V6(ip) => {
            text.push(b"[");
            let segments = ip.segments();
            let zeros = |at: usize| {
                let rest = segments.get(at..).unwrap_or_default();
                rest.iter().take_while(|segment| **segment == 0).count()
            };
            let longest = (0..8).rev().max_by_key(|at| zeros(*at)).unwrap_or(0);
            let cut = longest
                ..longest
                    + if zeros(longest) > 1 {
                        zeros(longest)
                    } else {
                        0
                    };
            for (index, segment) in segments.into_iter().enumerate() {
                if index == cut.start && !cut.is_empty() {
                    text.push(b"::");
                }
                if cut.contains(&index) {
                    continue;
                }
                if index != 0 && index != cut.end {
                    text.push(b":");
                }
                text.hex_digits(segment.into());
            }
            text.push(b"]");
        }
    }
    text.push(b":").decimal(address.port().into());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_shown_as_they_are_written() {
        for address in [
            "1.2.3.4:80",
            "[::1]:80",
            "[::]:0",
            "[fe80::1:0:0:2]:1",
            "[1:2:3:4:5:6:7:8]:9",
            "[1::]:2",
            "[1:0:2::3]:4",
        ] {
            let mut text = Text::<64>::new(Fd(-1));
            shown(&mut text, &address.parse().unwrap());
            assert_eq!(str::from_utf8(text.pending()), Ok(address));
        }
    }
}
