//! Parses the values of variables that give grants: their syntax is that of the options of
//! `wasi-aot build`.

use core::net::SocketAddr;
use wasi_aot_abi::{Dir, Str, program::dir_flags, words};

/// The items of a list: `;` separates them, `;;` is a `;` within an item.
pub struct Items {
    /// The rest of the list; `None` after the last item.
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

/// [`words::dir`]; the guest's path is shown to the program, so it must be UTF-8.
pub fn dir(item: &'static [u8]) -> Option<Dir> {
    let dir = words::dir(item)?;
    str::from_utf8(dir.guest).is_ok().then_some(Dir {
        host: Str::new(dir.host),
        guest: Str::new(dir.guest),
        flags: if dir.read_only {
            dir_flags::READ_ONLY
        } else {
            0
        },
    })
}

/// [`words::address`].
pub fn address(item: &[u8]) -> Option<SocketAddr> {
    words::address(str::from_utf8(item).ok()?)
}

/// The path of `unix:PATH`, a socket on which an HTTP server listens.
pub fn socket_path(item: &[u8]) -> Option<&[u8]> {
    item.strip_prefix(words::UNIX.as_bytes())
        .filter(|path| !path.is_empty())
}

/// [`words::size`].
pub fn size(item: &[u8]) -> Option<u64> {
    words::size(item).ok()
}

/// [`words::count`], above zero.
pub fn count(item: &[u8]) -> Option<u64> {
    words::count(item).ok().filter(|count| *count != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::bytes;
    use std::{string::String, vec::Vec};

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
}
