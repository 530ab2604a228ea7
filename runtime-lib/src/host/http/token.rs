//! The characters of names and values in HTTP, and the small parts that values are made of.
//!
//! Sections without another number are those of RFC 9110.

/// Characters of a token: `tchar`, section 5.6.2.
const TOKEN: u8 = 1;
/// Characters of a field value: `field-vchar`, space and tab, section 5.5.
const VALUE: u8 = 1 << 1;
/// Characters of a request target: visible ASCII except `#`, because fragments are not sent
/// (RFC 9112, section 3.2). It is wider than RFC 3986, since clients send characters like `|`.
const TARGET: u8 = 1 << 2;
/// Characters of a registered name except `%`: `unreserved` and `sub-delims` of RFC 3986.
const HOST: u8 = 1 << 3;

/// The classes of each byte.
const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0x20;
    while byte < 256 {
        if byte != 0x7f {
            classes[byte] |= VALUE;
        }
        if byte > 0x20 && byte < 0x7f && byte != b'#' as usize {
            classes[byte] |= TARGET;
        }
        if byte < 0x7f && (byte as u8).is_ascii_alphanumeric() {
            classes[byte] |= TOKEN | HOST;
        }
        byte += 1;
    }
    classes[b'\t' as usize] |= VALUE;
    let classes = with(classes, b"!#$%&'*+-.^_`|~", TOKEN);
    with(classes, b"-._~!$&'()*+,;=", HOST)
}

const fn with(mut classes: [u8; 256], members: &[u8], class: u8) -> [u8; 256] {
    let mut index = 0;
    while index < members.len() {
        classes[members[index] as usize] |= class;
        index += 1;
    }
    classes
}

const fn is(byte: u8, class: u8) -> bool {
    CLASSES[byte as usize] & class != 0
}

/// Whether a token may contain `byte`: `tchar`, section 5.6.2.
pub const fn is_token_byte(byte: u8) -> bool {
    is(byte, TOKEN)
}

/// Whether a field value may contain `byte`, section 5.5: visible characters, bytes from 0x80
/// (`obs-text`), space and tab. Other control characters, with CR, LF and NUL, are excluded.
pub const fn is_value_byte(byte: u8) -> bool {
    is(byte, VALUE)
}

/// The number of bytes at the start of `bytes` that a field value may contain: see
/// [`is_value_byte`].
pub fn value_length(bytes: &[u8]) -> usize {
    let mut length = 0;
    loop {
        let rest = bytes.get(length..).unwrap_or_default();
        length += before_control(rest);
        // A tab is the only control character that does not end a value.
        if bytes.get(length) != Some(&b'\t') {
            return length;
        }
        length += 1;
    }
}

/// The number of bytes before the first control character, a tab or another one.
fn before_control(bytes: &[u8]) -> usize {
    const LOW: u64 = u64::MAX / 0xff;
    const HIGH: u64 = LOW << 7;
    // The highest bit of each byte that is 0; those after the first such byte may be wrong.
    let zero = |word: u64| word.wrapping_sub(LOW) & !word & HIGH;
    let (words, rest) = bytes.as_chunks();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let low = word.wrapping_sub(0x20 * LOW) & !word & HIGH;
        let found = low | zero(word ^ (0x7f * LOW));
        if found != 0 {
            return 8 * index + found.trailing_zeros() as usize / 8;
        }
    }
    let control = rest.iter().position(u8::is_ascii_control);
    8 * words.len() + control.unwrap_or(rest.len())
}

/// Whether a request target may contain `byte`: visible ASCII except `#`.
pub const fn is_target_byte(byte: u8) -> bool {
    is(byte, TARGET)
}

/// Whether the name of a host may contain `byte` other than in a percent encoding: `unreserved` or
/// `sub-delims` (RFC 3986, section 3.2.2).
pub const fn is_host_byte(byte: u8) -> bool {
    is(byte, HOST)
}

/// Whether `bytes` is a token, like the name of a field or a method; section 5.6.2.
pub fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|&byte| is_token_byte(byte))
}

/// Whether `bytes` can be sent as the value of a field, section 5.5. It may be empty. Whitespace at
/// its ends is accepted, but does not belong to the value: the receiver removes it.
pub fn is_field_value(bytes: &[u8]) -> bool {
    value_length(bytes) == bytes.len()
}

/// Whether two names of fields are equal, section 5.1: the case of letters does not matter.
pub const fn same_name(one: &[u8], other: &[u8]) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Whether `byte` is optional whitespace: `OWS`, section 5.6.3.
pub const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// `bytes` without optional whitespace at its ends.
pub const fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// The number that `1*DIGIT` stands for. `None`: something else, or it does not fit.
pub fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u64, |value, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte & 15))?;
        value.checked_mul(10)?.checked_add(digit)
    })
}

/// The elements of a comma-separated value without the empty ones, section 5.6.1.
pub fn list(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    Elements::new(value).filter(|element| !element.is_empty())
}

/// The tokens of a value that is a list of tokens, trimmed. Nothing else belongs into it: a comma
/// within quotation marks separates, too.
pub fn options(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|&byte| byte == b',').map(trim)
}

/// The elements of a comma-separated value, trimmed, with the empty ones: an empty value has one.
/// A comma in a quoted string does not separate; a string without an end goes up to the value's.
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Elements<'a> {
    /// The elements of `value`.
    pub const fn new(value: &'a [u8]) -> Self {
        Elements { rest: Some(value) }
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        let (mut quoted, mut escaped) = (false, false);
        let comma = rest.iter().position(|&byte| {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                b',' => return !quoted,
                _ => {}
            }
            false
        });
        let element = comma.and_then(|comma| rest.get(..comma));
        self.rest = comma.and_then(|comma| rest.get(comma + 1..));
        Some(trim(element.unwrap_or(rest)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn classes_are_those_of_the_grammar() {
        for byte in 0..=255u8 {
            let graphic = byte.is_ascii_graphic();
            let delimiter = b"\"(),/:;<=>?@[\\]{}".contains(&byte);
            assert_eq!(is_token_byte(byte), graphic && !delimiter, "{byte:#x}");
            let value = byte == b'\t' || byte == b' ' || graphic || byte >= 0x80;
            assert_eq!(is_value_byte(byte), value, "{byte:#x}");
            assert_eq!(is_target_byte(byte), graphic && byte != b'#', "{byte:#x}");
            let excluded = delimiter && !b"(),;=".contains(&byte) || b"#%^`|".contains(&byte);
            assert_eq!(is_host_byte(byte), graphic && !excluded, "{byte:#x}");
        }
    }

    #[test]
    fn tokens_and_values() {
        for (bytes, token, value) in [
            (&b""[..], false, true),
            (b"Host", true, true),
            (b"x-1!#$%&'*+-.^_`|~", true, true),
            (b"a b", false, true),
            (b"a:", false, true),
            (b"\xc3\xa9", false, true),
            (b" a\t", false, true),
            (b"a\0", false, false),
            (b"a\r", false, false),
            (b"a\n", false, false),
            (b"a\x0b", false, false),
            (b"a\x7f", false, false),
        ] {
            assert_eq!(is_token(bytes), token, "{}", bytes.escape_ascii());
            assert_eq!(is_field_value(bytes), value, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn values_end_at_the_first_control_character() {
        for length in 0..40 {
            for end in 0..=length {
                for byte in 0..=255 {
                    let mut bytes = std::vec![b'a'; length];
                    bytes[end..].fill(byte);
                    let expected = if is_value_byte(byte) { length } else { end };
                    assert_eq!(value_length(&bytes), expected, "{length} {end} {byte:#x}");
                }
            }
        }
        assert_eq!(value_length(b"\t\x80\xff \t\x20\x7e\ta\t\n\t"), 10);
    }

    #[test]
    fn whitespace_is_trimmed_at_both_ends() {
        for (bytes, trimmed) in [
            (&b""[..], &b""[..]),
            (b" \t ", b""),
            (b"a", b"a"),
            (b"\t a b \t", b"a b"),
            (b"\x0ba\x0b", b"\x0ba\x0b"),
        ] {
            assert_eq!(trim(bytes), trimmed);
        }
    }

    #[test]
    fn numbers() {
        for (digits, value) in [
            (&b""[..], None),
            (b"0", Some(0)),
            (b"007", Some(7)),
            (b"18446744073709551615", Some(u64::MAX)),
            (b"18446744073709551616", None),
            (b"99999999999999999999999999", None),
            (b"+1", None),
            (b"-1", None),
            (b"1 ", None),
            (b"0x1", None),
            (b"1_0", None),
            (b"\xb1", None),
        ] {
            assert_eq!(decimal(digits), value, "{}", digits.escape_ascii());
        }
    }

    #[test]
    fn lists() {
        for (value, elements) in [
            (&b""[..], &[&b""[..]][..]),
            (b" ", &[b""]),
            (b"close", &[b"close"]),
            (b" close ,\tx", &[b"close", b"x"]),
            (b"a,,b,", &[b"a", b"", b"b", b""]),
            (b"a b, c", &[b"a b", b"c"]),
            (b"a;q=\"x, y\", b", &[b"a;q=\"x, y\"", b"b"]),
            (b"\"x\\\", y\", b", &[b"\"x\\\", y\"", b"b"]),
            (b"a\\\", b\", c", &[b"a\\\", b\"", b"c"]),
            (b"\"a, b", &[b"\"a, b"]),
        ] {
            let all: Vec<_> = Elements::new(value).collect();
            assert_eq!(all, elements, "{}", value.escape_ascii());
            let full = elements
                .iter()
                .copied()
                .filter(|element| !element.is_empty());
            assert!(list(value).eq(full), "{}", value.escape_ascii());
        }
    }

    #[test]
    fn every_comma_separates_options() {
        let found: Vec<_> = options(b"\"a, close ,b").collect();
        assert_eq!(found, [&b"\"a"[..], b"close", b"b"]);
    }
}
