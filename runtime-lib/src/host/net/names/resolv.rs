//! Parses lines of resolv.conf(5): the servers, and the domains in which to look up names.

use super::sources::words;
use core::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The maximum of servers.
pub const SERVERS: usize = 3;
/// Size of all domains of the search list, each with a length prefix.
const SEARCH: usize = 512;
/// The port of name servers.
const PORT: u16 = 53;

/// The configuration in the lines.
#[derive(Clone, Copy, Debug)]
pub struct Resolv {
    servers: [SocketAddr; SERVERS],
    count: usize,
    search: [u8; SEARCH],
    search_len: usize,
    /// A name with at least this number of dots is first queried unchanged.
    pub ndots: usize,
    /// Seconds to wait for an answer.
    pub timeout: u64,
    /// The number of queries to each server.
    pub attempts: usize,
}

impl Resolv {
    /// The configuration without any lines.
    pub const EMPTY: Resolv = Resolv {
        servers: [SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), PORT); SERVERS],
        count: 0,
        search: [0; SEARCH],
        search_len: 0,
        ndots: 1,
        timeout: 5,
        attempts: 2,
    };

    /// Adds the contents of a line; unknown lines are ignored.
    pub fn line(&mut self, line: &[u8]) {
        if matches!(line.first(), Some(b'#' | b';')) {
            return;
        }
        let mut words = words(line, b"");
        match words.next() {
            Some(b"nameserver") => {
                let address = words.next().and_then(|word| str::from_utf8(word).ok());
                if let Some(address) = address.and_then(|word| word.parse().ok()) {
                    self.server(SocketAddr::new(address, PORT));
                }
            }
            Some(b"search") => self.search(words),
            Some(b"domain") => self.search(words.take(1)),
            Some(b"options") => words.for_each(|word| self.option(word)),
            _ => {}
        }
    }

    /// Removes the servers.
    pub fn forget_servers(&mut self) {
        self.count = 0;
    }

    /// Adds a server, if it fits.
    pub fn server(&mut self, address: SocketAddr) {
        if let Some(place) = self.servers.get_mut(self.count) {
            *place = address;
            self.count += 1;
        }
    }

    /// The last of several search lists counts.
    fn search<'l>(&mut self, domains: impl Iterator<Item = &'l [u8]>) {
        self.search_len = 0;
        for domain in domains {
            let domain = domain.strip_suffix(b".").unwrap_or(domain);
            let from = self.search_len + 1;
            let to = from + domain.len();
            let (Ok(len), Some(place)) =
                (u8::try_from(domain.len()), self.search.get_mut(from..to))
            else {
                break;
            };
            place.copy_from_slice(domain);
            if let Some(length) = self.search.get_mut(from - 1) {
                *length = len;
            }
            self.search_len = to;
        }
    }

    fn option(&mut self, word: &[u8]) {
        let mut parts = word.splitn(2, |byte| *byte == b':');
        let (Some(name), Some(value)) = (parts.next(), parts.next()) else {
            return;
        };
        let Ok(value) = str::from_utf8(value).unwrap_or_default().parse::<u8>() else {
            return;
        };
        // With the limits of resolv.conf(5).
        match name {
            b"ndots" => self.ndots = value.min(15).into(),
            b"timeout" => self.timeout = value.clamp(1, 30).into(),
            b"attempts" => self.attempts = value.clamp(1, 5).into(),
            _ => {}
        }
    }

    /// The servers: this machine if there are none.
    pub fn servers(&self) -> &[SocketAddr] {
        self.servers.get(..self.count.max(1)).unwrap_or_default()
    }

    /// The domains in which to look up names.
    pub fn domains(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = self.search.get(..self.search_len).unwrap_or_default();
        core::iter::from_fn(move || {
            let (len, after) = rest.split_first()?;
            let (domain, after) = after.split_at_checked(usize::from(*len))?;
            rest = after;
            Some(domain)
        })
    }
}
