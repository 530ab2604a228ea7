//! Addresses to which a program may connect, and on which it may accept connections: `HOST:PORT`.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The grant of `HOST:PORT`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Net<'a> {
    /// The hosts.
    pub host: Host<'a>,
    /// The first port.
    pub first: u16,
    /// The last port, not less than the first.
    pub last: u16,
}

/// The part before the ports.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Host<'a> {
    /// `*`: every address.
    Any,
    /// The addresses whose first bits, this many, are those of this address; its other bits are 0.
    Prefix(IpAddr, u32),
    /// The addresses of this name when the program looks it up; a prefix `*.` means all names with
    /// this ending.
    Name(&'a str),
}

impl Net<'_> {
    /// All addresses and ports.
    pub const ALL: Net<'static> = Net {
        host: Host::Any,
        first: 0,
        last: u16::MAX,
    };

    /// The ports.
    pub fn ports(&self) -> impl Iterator<Item = u16> + use<> {
        self.first..=self.last
    }

    /// The number of ports.
    pub fn count(&self) -> usize {
        usize::from(self.last - self.first) + 1
    }

    /// Whether it grants this numeric address. An IPv4 address in IPv6 form (`::ffff:1.2.3.4`) is
    /// treated as the IPv4 address.
    pub fn holds(&self, address: &SocketAddr) -> bool {
        (self.first..=self.last).contains(&address.port())
            && match self.host {
                Host::Any => true,
                Host::Prefix(prefix, bits) => begins(address.ip().to_canonical(), prefix, bits),
                Host::Name(name) => is_localhost(name) && address.ip().to_canonical().is_loopback(),
            }
    }

    /// The same for an address on which the program listens or receives. `0.0.0.0` and `[::]` grant
    /// all addresses of their kind.
    pub fn holds_local(&self, address: &SocketAddr) -> bool {
        let all = match self.host {
            Host::Prefix(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 32) => address.is_ipv4(),
            Host::Prefix(IpAddr::V6(Ipv6Addr::UNSPECIFIED), 128) => address.is_ipv6(),
            _ => false,
        };
        let ports = self.first..=self.last;
        self.holds(address) || all && ports.contains(&address.port())
    }
}

/// Whether a name equals a [`Host::Name`], or is one of the names that it describes.
pub fn is_named(granted: &str, name: &str) -> bool {
    fn plain(name: &str) -> &[u8] {
        name.strip_suffix('.').unwrap_or(name).as_bytes()
    }
    let (name, granted) = (plain(name), plain(granted));
    match granted.strip_prefix(b"*") {
        Some(end) => {
            let rest = name.len().checked_sub(end.len());
            rest.is_some_and(|rest| rest > 0)
                && rest
                    .and_then(|rest| name.get(rest..))
                    .is_some_and(|name| name.eq_ignore_ascii_case(end))
        }
        None => name.eq_ignore_ascii_case(granted),
    }
}

/// Whether this name denotes the machine itself, whatever a server answers.
pub fn is_localhost(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let label = name.rsplit('.').next().unwrap_or(name);
    label.eq_ignore_ascii_case("localhost")
}

/// Whether the first bits of both are equal.
fn begins(address: IpAddr, prefix: IpAddr, bits: u32) -> bool {
    match (address, prefix) {
        (IpAddr::V4(address), IpAddr::V4(prefix)) => {
            address.to_bits() & mask(bits, 32) as u32 == prefix.to_bits()
        }
        (IpAddr::V6(address), IpAddr::V6(prefix)) => {
            address.to_bits() & mask(bits, 128) == prefix.to_bits()
        }
        _ => false,
    }
}

/// A mask with the first `bits` of `of` bits set.
fn mask(bits: u32, of: u32) -> u128 {
    let rest = of - bits.min(of);
    (u128::MAX >> (128 - of)) & u128::MAX.checked_shl(rest).unwrap_or(0)
}

/// `HOST:PORT`, or `*` for everything. The host is an address (IPv6 in brackets), optionally with
/// `/BITS` for all addresses with this prefix, a name, or `*`; the port is a number, `FIRST-LAST`
/// or `*`.
pub fn net(word: &str) -> Option<Net<'_>> {
    if word == "*" {
        return Some(Net::ALL);
    }
    let (host, ports) = word.rsplit_once(':')?;
    let (first, last) = range(ports)?;
    Some(Net {
        host: self::host(host)?,
        first,
        last,
    })
}

fn range(word: &str) -> Option<(u16, u16)> {
    if word == "*" {
        return Some((0, u16::MAX));
    }
    let (first, last) = word.split_once('-').unwrap_or((word, word));
    let (first, last) = (port(first)?, port(last)?);
    (first <= last).then_some((first, last))
}

fn port(word: &str) -> Option<u16> {
    let digits = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| word.parse().ok())?
}

fn host(word: &str) -> Option<Host<'_>> {
    if word == "*" {
        return Some(Host::Any);
    }
    let (address, bits) = match word.split_once('/') {
        Some((address, bits)) => (address, Some(u32::from(port(bits)?))),
        None => (word, None),
    };
    let (address, most) = match address.strip_prefix('[') {
        Some(rest) => {
            let address: Ipv6Addr = rest.strip_suffix(']')?.parse().ok()?;
            // A mapped address would never match, because addresses are compared in their IPv4
            // form.
            address.to_ipv4_mapped().is_none().then_some(())?;
            (IpAddr::V6(address), 128)
        }
        None => match address.parse() {
            Ok(address) => (IpAddr::V4(address), 32),
            Err(_) if bits.is_none() => return name(word).map(Host::Name),
            Err(_) => return None,
        },
    };
    let bits = bits.unwrap_or(most);
    let exact = begins(address, address, bits);
    (bits <= most && exact).then_some(Host::Prefix(address, bits))
}

/// A name that can be looked up: its last label must not be a number.
fn name(word: &str) -> Option<&str> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let plain = word.strip_prefix("*.").unwrap_or(word);
    let plain = plain.strip_suffix('.').unwrap_or(plain);
    let mut number = true;
    let mut labels = plain.as_bytes().split(|&byte| byte == b'.');
    let good = word.len() <= 253
        && plain.bytes().all(known)
        && labels.all(|label| {
            number = label.iter().all(u8::is_ascii_digit);
            (1..=63).contains(&label.len())
        });
    // Whether the last label is a number.
    (good && !number).then_some(word)
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    fn holds(word: &str, address: &str) -> bool {
        let address = address.parse().unwrap();
        net(word).unwrap().holds(&address)
    }

    #[test]
    fn a_host_is_an_address_a_prefix_a_name_or_all() {
        let host = |word| net(word).map(|net| net.host);
        let prefix = |address: &str, bits| Some(Host::Prefix(address.parse().unwrap(), bits));
        assert_eq!(net("*"), Some(Net::ALL));
        assert_eq!(net("*:*"), Some(Net::ALL));
        assert_eq!(host("1.2.3.4:80"), prefix("1.2.3.4", 32));
        assert_eq!(host("10.0.0.0/8:80"), prefix("10.0.0.0", 8));
        assert_eq!(host("0.0.0.0/0:80"), prefix("0.0.0.0", 0));
        assert_eq!(host("[::1]:80"), prefix("::1", 128));
        assert_eq!(host("[fd00::]/8:80"), prefix("fd00::", 8));
        assert_eq!(host("a-b.example:80"), Some(Host::Name("a-b.example")));
        assert_eq!(host("a.:80"), Some(Host::Name("a.")));
        assert_eq!(host("*.a:80"), Some(Host::Name("*.a")));
        for wrong in [
            "",
            ":80",
            "80",
            "a",
            "a:",
            "a:b",
            "a:70000",
            "a:-1",
            "a:2-1",
            "a:+1",
            "a b:80",
            "a..b:80",
            ".:80",
            "1.2.3:80",
            "1.2.3.4/33:80",
            "10.0.0.1/8:80",
            "::1:80",
            "[::1]",
            "[::1:80",
            "[::1]/129:80",
            "[fd01::]/8:80",
            "[::ffff:1.2.3.4]:80",
            "a/8:80",
            "*/8:80",
            "a.*:80",
            "*a:80",
            "*.:80",
            "\u{e9}.example:80",
        ] {
            assert_eq!(net(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn ports_are_one_some_or_all() {
        let ports = |word| {
            let net = net(word).unwrap();
            (net.first, net.last)
        };
        assert_eq!(ports("a:80"), (80, 80));
        assert_eq!(ports("a:80-90"), (80, 90));
        assert_eq!(ports("a:*"), (0, 65535));
        let listed: Vec<u16> = net("a:80-82").unwrap().ports().collect();
        assert_eq!(listed, [80, 81, 82]);
        assert_eq!(net("a:65535").unwrap().count(), 1);
    }

    #[test]
    fn an_address_is_granted_by_what_it_begins_with() {
        assert!(holds("10.0.0.0/8:80", "10.255.1.2:80"));
        assert!(!holds("10.0.0.0/8:80", "11.0.0.1:80"));
        assert!(!holds("10.0.0.0/8:80", "10.0.0.1:81"));
        assert!(holds("0.0.0.0/0:*", "1.2.3.4:5"));
        assert!(!holds("0.0.0.0/0:*", "[::1]:5"));
        assert!(holds("[::]/0:*", "[::1]:5"));
        assert!(holds("[fd00::]/8:1-9", "[fdff::1]:9"));
        assert!(!holds("[fd00::]/8:1-9", "[fc00::1]:9"));
        assert!(holds("1.2.3.4:5", "[::ffff:1.2.3.4]:5"));
        assert!(!holds("[::]/0:*", "[::ffff:1.2.3.4]:5"));
        assert!(holds("localhost:5", "127.0.0.1:5") && holds("localhost:5", "[::1]:5"));
        assert!(!holds("localhost:5", "10.0.0.1:5"));
        assert!(!holds("example.com:5", "127.0.0.1:5"));
    }

    #[test]
    fn names_are_the_same_whatever_their_size() {
        assert!(is_named("a.example", "A.Example."));
        assert!(!is_named("a.example", "b.a.example"));
        assert!(is_named("*.example", "a.example") && is_named("*.example", "b.a.EXAMPLE"));
        assert!(!is_named("*.example", "example") && !is_named("*.example", ".example"));
        assert!(!is_named("*.example", "badexample"));
    }

    #[test]
    fn every_address_of_its_own_is_written_as_zero() {
        let local = |word, address: &str| net(word).unwrap().holds_local(&address.parse().unwrap());
        assert!(local("0.0.0.0:80", "127.0.0.1:80"));
        assert!(!local("0.0.0.0:80", "[::1]:80"));
        assert!(local("[::]:80", "[::1]:80"));
        assert!(!local("127.0.0.1:80", "0.0.0.0:80"));
        assert!(!local("127.0.0.1:80", "127.0.0.1:81"));
        assert!(local("*:0", "[::]:0"));
    }
}
