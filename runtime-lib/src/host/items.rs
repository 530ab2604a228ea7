//! What is written in a variable that grants: the same words as the options of `wasi-aot build`.

use core::net::SocketAddr;
use wasi_aot_abi::{Dir, Str, program::dir_flags};

/// The items of a list: `;` separates them, `;;` is a `;` inside of one.
pub struct Items {
    /// What is left; `None` behind the last.
    rest: Option<&'static mut [u8]>,
}

impl Items {
    /// The items of `list`, which is overwritten.
    pub fn new(list: &'static mut [u8]) -> Self {
        Items { rest: Some(list) }
    }
}

impl Iterator for Items {
    type Item = &'static mut [u8];

    fn next(&mut self) -> Option<&'static mut [u8]> {
        let text = self.rest.take()?;
        let (mut from, mut to, mut last) = (0, 0, true);
        while let Some(&byte) = text.get(from) {
            from += 1;
            if byte == b';' {
                if text.get(from) != Some(&b';') {
                    last = false;
                    break;
                }
                from += 1;
            }
            if let Some(place) = text.get_mut(to) {
                *place = byte;
                to += 1;
            }
        }
        let (item, rest) = text.split_at_mut_checked(from)?;
        self.rest = (!last).then_some(rest);
        item.get_mut(..to)
    }
}

/// `HOST[::GUEST][:ro]`.
pub fn dir(item: &'static [u8]) -> Option<Dir> {
    let (paths, flags) = match item.strip_suffix(b":ro") {
        Some(paths) => (paths, dir_flags::READ_ONLY),
        None => (item, 0),
    };
    let colons = paths.windows(2).position(|pair| pair == b"::");
    let (host, guest) = match colons {
        Some(at) => (paths.get(..at)?, paths.get(at + 2..)?),
        None => (paths, paths),
    };
    let good = !host.is_empty() && !guest.is_empty() && str::from_utf8(guest).is_ok();
    good.then_some(Dir {
        host: Str::new(host),
        guest: Str::new(guest),
        flags,
    })
}

/// `ADDRESS:PORT`; the address is a number, `localhost` or `*`.
pub fn address(item: &[u8]) -> Option<SocketAddr> {
    let text = str::from_utf8(item).ok()?;
    let port = |text: &str| text.parse().ok();
    if let Some(rest) = text.strip_prefix("localhost:") {
        return Some(SocketAddr::from(([127, 0, 0, 1], port(rest)?)));
    }
    if let Some(rest) = text.strip_prefix("*:") {
        return Some(SocketAddr::from(([0; 4], port(rest)?)));
    }
    text.parse().ok()
}

/// A number of bytes: `65536`, `64K`, `16MiB`, `1G`.
pub fn size(item: &[u8]) -> Option<u64> {
    let (number, unit) = number(item)?;
    let power = match unit {
        b"" => 0,
        [first, rest @ ..] => {
            let shift = match first.to_ascii_lowercase() {
                b'k' => 10,
                b'm' => 20,
                b'g' => 30,
                b'b' if rest.is_empty() => 0,
                _ => return None,
            };
            let long = rest.eq_ignore_ascii_case(b"b") || rest.eq_ignore_ascii_case(b"ib");
            if !rest.is_empty() && !long {
                return None;
            }
            shift
        }
    };
    number.checked_mul(1 << power)
}

/// A time above zero, in nanoseconds: `500ms`, `10s`, `2m`, `1h`; a number alone is seconds.
pub fn duration(item: &[u8]) -> Option<u64> {
    let (number, unit) = number(item)?;
    let unit = match unit {
        b"h" => 3_600_000_000_000,
        b"m" => 60_000_000_000,
        b"s" | b"" => 1_000_000_000,
        b"ms" => 1_000_000,
        b"us" => 1_000,
        b"ns" => 1,
        _ => return None,
    };
    let nanoseconds: u64 = number.checked_mul(unit)?;
    // The kernel counts in signed numbers.
    (1..=i64::MAX as u64)
        .contains(&nanoseconds)
        .then_some(nanoseconds)
}

/// A number above zero.
pub fn count(item: &[u8]) -> Option<u64> {
    match number(item)? {
        (0, _) => None,
        (number, b"") => Some(number),
        _ => None,
    }
}

/// The number in front, and what follows.
fn number(item: &[u8]) -> Option<(u64, &[u8])> {
    let digits = item.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 {
        return None;
    }
    let (number, unit) = item.split_at_checked(digits)?;
    let number = number.iter().try_fold(0u64, |number, digit| {
        number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
    })?;
    Some((number, unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::bytes;
    use std::{
        string::{String, ToString},
        vec::Vec,
    };

    fn items(list: &str) -> Vec<String> {
        let list = list.as_bytes().to_vec().leak();
        Items::new(list)
            .map(|item| String::from_utf8(item.to_vec()).expect("it is text"))
            .collect()
    }

    #[test]
    fn a_semicolon_separates_and_two_are_one() {
        assert_eq!(items("a"), ["a"]);
        assert_eq!(items("a;b=c;d"), ["a", "b=c", "d"]);
        assert_eq!(items("a;;b;c"), ["a;b", "c"]);
        assert_eq!(items("a;;;b"), ["a;", "b"]);
        assert_eq!(items("a;"), ["a", ""]);
        assert_eq!(items(";a"), ["", "a"]);
        assert_eq!(items(";;"), [";"]);
        assert_eq!(items(""), [""]);
    }

    #[test]
    fn directories_have_a_guest_path_and_a_mode() {
        let read = |item: &'static str| {
            let dir = dir(item.as_bytes())?;
            let path = |text| str::from_utf8(bytes(text)).ok();
            Some((path(&dir.host)?, path(&dir.guest)?, dir.flags))
        };
        assert_eq!(read("."), Some((".", ".", 0)));
        assert_eq!(read("a::/b:ro"), Some(("a", "/b", dir_flags::READ_ONLY)));
        assert_eq!(read("a:b"), Some(("a:b", "a:b", 0)));
        for wrong in ["", "::/b", "a::", ":ro", "a:::ro"] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
        assert!(dir(b"a::\xff").is_none());
        assert!(dir(b"\xff::a").is_some());
    }

    #[test]
    fn sockets_listen_at_numbers() {
        let read = |item: &str| address(item.as_bytes()).map(|address| address.to_string());
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
        for (item, bytes) in [
            ("0", 0),
            ("64K", 65536),
            ("16MiB", 16 << 20),
            ("4gb", 4 << 30),
            ("7b", 7),
        ] {
            assert_eq!(size(item.as_bytes()), Some(bytes), "{item}");
        }
        for wrong in [
            "",
            "K",
            "-1",
            "1.5M",
            "1T",
            "1Ki",
            "1bb",
            "18446744073709551615K",
        ] {
            assert_eq!(size(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn times_have_units() {
        assert_eq!(duration(b"500ms"), Some(500_000_000));
        assert_eq!(duration(b"10"), Some(10_000_000_000));
        assert_eq!(duration(b"2h"), Some(7_200_000_000_000));
        for wrong in [
            "",
            "s",
            "0",
            "0ms",
            "1.5s",
            "-1s",
            "1d",
            "1 s",
            "9223372037s",
        ] {
            assert_eq!(duration(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn counts_are_numbers_above_zero() {
        assert_eq!(count(b"12"), Some(12));
        for wrong in ["", "0", "1K", "-1", "99999999999999999999"] {
            assert_eq!(count(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
