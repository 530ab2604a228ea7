//! Writes text to a descriptor, without `core::fmt`: a small buffer and two number formats.

use crate::os::{self, Errno, Fd, fd, ready};

/// A buffer for output to a descriptor. Bytes that are not flushed are lost.
#[derive(Debug)]
pub struct Text<const SIZE: usize> {
    to: Fd,
    len: usize,
    buffer: [u8; SIZE],
}

impl<const SIZE: usize> Text<SIZE> {
    /// An empty buffer for output to `to`.
    pub const fn new(to: Fd) -> Self {
        Text {
            to,
            len: 0,
            buffer: [0; SIZE],
        }
    }

    /// Changes the destination.
    pub fn direct(&mut self, to: Fd) {
        self.to = to;
    }

    /// Adds bytes.
    // Text is rarely written, so small code is preferable.
    #[inline(never)]
    pub fn push(&mut self, bytes: &[u8]) -> &mut Self {
        for &byte in bytes {
            self.byte(byte);
        }
        self
    }

    /// Adds foreign text without control over the terminal: `?` replaces each control character of
    /// ASCII and of U+0080 to U+009F, the latter in UTF-8 or as a single byte.
    pub fn shown(&mut self, bytes: &[u8]) -> &mut Self {
        let upper = |byte: u8| (0x80..0xa0).contains(&byte);
        let mut before = 0;
        for (index, &byte) in bytes.iter().enumerate() {
            let next = bytes.get(index + 1).copied().unwrap_or(0);
            let alone = before < 0x80 || before == 0xc2;
            if byte.is_ascii_control() || upper(byte) && alone {
                self.byte(b'?');
            } else if !(byte == 0xc2 && upper(next)) {
                self.byte(byte);
            }
            before = byte;
        }
        self
    }

    #[inline(never)]
    fn byte(&mut self, byte: u8) {
        if self.len >= SIZE {
            self.flush();
        }
        if let Some(slot) = self.buffer.get_mut(self.len) {
            *slot = byte;
            self.len += 1;
        }
    }

    /// Adds `value` in decimal.
    pub fn decimal(&mut self, value: u64) -> &mut Self {
        self.number(value, 10, 0, b"")
    }

    /// Adds `value` in hexadecimal with the prefix `0x`, padded with spaces to `width` characters.
    pub fn hex(&mut self, value: u64, width: usize) -> &mut Self {
        self.number(value, 16, width, b"x0")
    }

    /// Adds `value` in hexadecimal, without prefix or leading zeros.
    pub fn hex_digits(&mut self, value: u64) -> &mut Self {
        self.number(value, 16, 0, b"")
    }

    /// The contents of the buffer.
    pub fn pending(&self) -> &[u8] {
        self.buffer.get(..self.len).unwrap_or_default()
    }

    /// Adds the 16 digits of `value`.
    pub fn hex16(&mut self, value: u64) -> &mut Self {
        for shift in (0..16).rev() {
            self.byte(digit(value >> (4 * shift) & 15));
        }
        self
    }

    /// The digits are written backwards, and so is `prefix`.
    fn number(&mut self, mut value: u64, base: u64, width: usize, prefix: &[u8]) -> &mut Self {
        let mut backwards = [0u8; 24];
        let mut count = 0;
        let mut put = |byte| {
            if let Some(slot) = backwards.get_mut(count) {
                *slot = byte;
                count += 1;
            }
        };
        loop {
            put(digit(value % base));
            value /= base;
            if value == 0 {
                break;
            }
        }
        prefix.iter().copied().for_each(put);
        for _ in count..width {
            self.byte(b' ');
        }
        for &byte in backwards.iter().take(count).rev() {
            self.byte(byte);
        }
        self
    }

    /// Writes the contents of the buffer. Errors, such as a closed descriptor, are ignored: there
    /// is no other place to report them.
    pub fn flush(&mut self) {
        let mut rest = self.pending();
        while !rest.is_empty() {
            match os::retry(|| fd::write(self.to, rest)) {
                Ok(written) if written > 0 => rest = rest.get(written..).unwrap_or_default(),
                // An inherited descriptor may be non-blocking.
                Err(Errno::EAGAIN) => ready::wait_for(self.to, ready::direction::OUT),
                _ => break,
            }
        }
        self.len = 0;
    }
}

fn digit(value: u64) -> u8 {
    let value = value as u8;
    if value < 10 {
        b'0' + value
    } else {
        b'a' + value - 10
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(make: impl FnOnce(&mut Text<256>)) -> std::vec::Vec<u8> {
        let mut text = Text::new(Fd(-1));
        make(&mut text);
        text.buffer[..text.len].to_vec()
    }

    #[test]
    fn control_characters_are_not_shown() {
        for (text, shows) in [
            ("a \x1b[31m\n\x7f", "a ?[31m??"),
            ("\u{80}\u{9b}31m\u{9f}", "??31m?"),
            (
                "\u{a0}\u{e9} \u{2d00}\u{1f600}",
                "\u{a0}\u{e9} \u{2d00}\u{1f600}",
            ),
        ] {
            assert_eq!(shown(|t| _ = t.shown(text.as_bytes())), shows.as_bytes());
        }
        assert_eq!(shown(|t| _ = t.shown(b"\x9b1m\xff\xc2")), b"?1m\xff\xc2");
    }

    #[test]
    fn numbers() {
        assert_eq!(
            shown(|t| _ = t.decimal(0).push(b" ").decimal(u64::MAX)),
            b"0 18446744073709551615"
        );
        assert_eq!(
            shown(|t| _ = t.hex(0x47, 8).hex(u64::MAX, 8)),
            b"    0x470xffffffffffffffff"
        );
        assert_eq!(
            shown(|t| _ = t.hex(0, 0).push(b" ").hex16(0xabc)),
            b"0x0 0000000000000abc"
        );
    }
}
