//! The syntax of grants and limits: the same for options of the compiler and for variables that the
//! runtime reads.

mod net;

use core::net::SocketAddr;

pub use net::{Host, Net, is_localhost, is_named, net};

/// The start of the word for a Unix socket on which an HTTP server listens.
pub const UNIX: &str = "unix:";

/// The reason why a word is no valid number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// Its syntax is wrong.
    Syntax,
    /// The number is too large.
    TooLarge,
}

/// The grant of `HOST[::GUEST][:ro]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DirWord<'a> {
    /// Path on the host.
    pub host: &'a [u8],
    /// Path that the program sees; the host's if it is not given.
    pub guest: &'a [u8],
    /// Whether everything below is read-only.
    pub read_only: bool,
}

/// Units of [`duration`], in nanoseconds, largest first.
pub const TIME_UNITS: [(&str, u64); 6] = [
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// Units of [`size`], in bytes; case does not matter.
const SIZE_UNITS: [(&str, u64); 11] = [
    ("", 1),
    ("b", 1),
    ("k", 1 << 10),
    ("kb", 1 << 10),
    ("kib", 1 << 10),
    ("m", 1 << 20),
    ("mb", 1 << 20),
    ("mib", 1 << 20),
    ("g", 1 << 30),
    ("gb", 1 << 30),
    ("gib", 1 << 30),
];

/// `HOST[::GUEST][:ro]`; `None` if a path is empty.
pub fn dir(word: &[u8]) -> Option<DirWord<'_>> {
    let (paths, read_only) = match word.strip_suffix(b":ro") {
        Some(paths) => (paths, true),
        None => (word, false),
    };
    let (host, guest) = host_and_guest(paths)?;
    Some(DirWord {
        host,
        guest,
        read_only,
    })
}

/// `HOST[::GUEST]`; `None` if a part is empty.
pub fn host_and_guest(word: &[u8]) -> Option<(&[u8], &[u8])> {
    let colons = word.windows(2).position(|pair| pair == b"::");
    let (host, guest) = match colons {
        Some(at) => (word.get(..at)?, word.get(at + 2..)?),
        None => (word, word),
    };
    (!host.is_empty() && !guest.is_empty()).then_some((host, guest))
}

/// `ADDRESS:PORT`; the address is numeric, `localhost`, or `*` for every IPv4 address.
pub fn address(word: &str) -> Option<SocketAddr> {
    let port = |text: &str| text.parse().ok();
    if let Some(rest) = word.strip_prefix("localhost:") {
        return Some(SocketAddr::from(([127, 0, 0, 1], port(rest)?)));
    }
    if let Some(rest) = word.strip_prefix("*:") {
        return Some(SocketAddr::from(([0; 4], port(rest)?)));
    }
    word.parse().ok()
}

/// A number of bytes: `65536`, `64K`, `16MiB`, `1G`.
///
/// # Errors
/// The syntax is wrong, or the number does not fit in 64 bits.
pub fn size(word: &[u8]) -> Result<u64, Wrong> {
    let (digits, unit) = split(word)?;
    let named = |(name, _): &&(&str, u64)| name.as_bytes().eq_ignore_ascii_case(unit);
    let (_, unit) = SIZE_UNITS.iter().find(named).ok_or(Wrong::Syntax)?;
    value(digits)?.checked_mul(*unit).ok_or(Wrong::TooLarge)
}

/// A time in nanoseconds: `500ms`, `10s`, `2m`, `1h`; a bare number is in seconds.
///
/// # Errors
/// The syntax is wrong, or the number does not fit in 64 signed bits, the kernel's type.
pub fn duration(word: &[u8]) -> Result<u64, Wrong> {
    let (digits, unit) = split(word)?;
    let unit = if unit.is_empty() { b"s" } else { unit };
    let named = |(name, _): &&(&str, u64)| name.as_bytes() == unit;
    let (_, unit) = TIME_UNITS.iter().find(named).ok_or(Wrong::Syntax)?;
    match value(digits)?.checked_mul(*unit) {
        Some(nanoseconds) if i64::try_from(nanoseconds).is_ok() => Ok(nanoseconds),
        _ => Err(Wrong::TooLarge),
    }
}

/// A number without a unit.
///
/// # Errors
/// As for [`size`].
pub fn count(word: &[u8]) -> Result<u64, Wrong> {
    match split(word)? {
        (digits, []) => value(digits),
        _ => Err(Wrong::Syntax),
    }
}

/// The digits at the start, at least one, and the rest.
fn split(word: &[u8]) -> Result<(&[u8], &[u8]), Wrong> {
    let digits = word.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match word.split_at_checked(digits) {
        Some(parts) if digits > 0 => Ok(parts),
        _ => Err(Wrong::Syntax),
    }
}

fn value(digits: &[u8]) -> Result<u64, Wrong> {
    digits
        .iter()
        .try_fold(0u64, |number, digit| {
            number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
        })
        .ok_or(Wrong::TooLarge)
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use Wrong::{Syntax, TooLarge};
    use std::string::ToString;

    #[test]
    fn directories_have_a_guest_path_and_a_mode() {
        let read = |word: &'static str| {
            let dir = dir(word.as_bytes())?;
            let path = |path| str::from_utf8(path).ok();
            Some((path(dir.host)?, path(dir.guest)?, dir.read_only))
        };
        assert_eq!(read("."), Some((".", ".", false)));
        assert_eq!(read("a::/b:ro"), Some(("a", "/b", true)));
        assert_eq!(read("a:b"), Some(("a:b", "a:b", false)));
        for wrong in ["", "::/b", "a::", ":ro", "a:::ro"] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn sockets_listen_at_numbers() {
        let read = |word| address(word).map(|address| address.to_string());
        assert_eq!(read("127.0.0.1:80").as_deref(), Some("127.0.0.1:80"));
        assert_eq!(read("[::1]:80").as_deref(), Some("[::1]:80"));
        assert_eq!(read("localhost:8080").as_deref(), Some("127.0.0.1:8080"));
        assert_eq!(read("*:0").as_deref(), Some("0.0.0.0:0"));
        for wrong in ["", ":80", "80", "*:", "a.b:80", "::1:80", "1.2.3.4:65536"] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn sizes_have_units() {
        for (word, bytes) in [
            ("0", Ok(0)),
            ("64K", Ok(65536)),
            ("16MiB", Ok(16 << 20)),
            ("4gb", Ok(4 << 30)),
            ("4g", Ok(4 << 30)),
            ("7b", Ok(7)),
            ("", Err(Syntax)),
            ("K", Err(Syntax)),
            ("-1", Err(Syntax)),
            ("1.5M", Err(Syntax)),
            ("1T", Err(Syntax)),
            ("1Ki", Err(Syntax)),
            ("1bb", Err(Syntax)),
            ("99999999999999999999", Err(TooLarge)),
            ("18446744073709551615K", Err(TooLarge)),
        ] {
            assert_eq!(size(word.as_bytes()), bytes, "{word:?}");
        }
    }

    #[test]
    fn times_have_units() {
        for (word, nanoseconds) in [
            ("500ms", Ok(500_000_000)),
            ("10", Ok(10_000_000_000)),
            ("2m", Ok(120_000_000_000)),
            ("2h", Ok(7_200_000_000_000)),
            ("0ms", Ok(0)),
            ("9223372036854775807ns", Ok(i64::MAX as u64)),
            ("", Err(Syntax)),
            ("s", Err(Syntax)),
            ("1.5s", Err(Syntax)),
            ("-1s", Err(Syntax)),
            ("1d", Err(Syntax)),
            ("1S", Err(Syntax)),
            ("1 s", Err(Syntax)),
            ("9223372037s", Err(TooLarge)),
            ("99999999999999999999ns", Err(TooLarge)),
        ] {
            assert_eq!(duration(word.as_bytes()), nanoseconds, "{word:?}");
        }
    }

    #[test]
    fn counts_have_none() {
        assert_eq!(count(b"12"), Ok(12));
        for wrong in ["", "1k", "-1", "x"] {
            assert_eq!(count(wrong.as_bytes()), Err(Syntax), "{wrong:?}");
        }
    }
}
