//! Disassembles A64 in LLVM's syntax.

use std::fmt::{self, Display, Formatter, Write};
use yaxpeax_arch::{Decoder, U8Reader};
use yaxpeax_arm::armv8::a64::InstDecoder;

/// Disassembles the instruction at the start of some bytes, which lie at `address`: its length in
/// bytes, and its text.
pub fn instruction(bytes: &[u8], address: u64) -> Option<(usize, String)> {
    let mut reader = U8Reader::new(bytes.get(..4)?);
    let found = InstDecoder::default().decode(&mut reader).ok()?;
    Some((4, usual(&corrected(found.to_string()), address)))
}

/// Corrects two faults of the disassembler: it drops the extension of a 32-bit register that is
/// added to a 64-bit one, and misnames the copy of a lane to all lanes of a vector.
fn corrected(text: String) -> String {
    let mut operands = text.split_once(' ').map_or("", |(_, all)| all).split(", ");
    let operands = [(); 4].map(|()| operands.next());
    match (&text.as_bytes()[..3.min(text.len())], operands) {
        (b"add" | b"sub", [Some(to), Some(_), Some(by), None])
            if to.starts_with('x') && by.starts_with('w') =>
        {
            text + ", uxtw"
        }
        (b"mov", [Some(to), Some(from), None, None])
            if to.starts_with('v') && !to.contains('[') && from.contains('[') =>
        {
            format!("dup {to}, {from}")
        }
        _ => text,
    }
}

/// The text in the form of other disassemblers: branch targets are addresses instead of distances
/// (`$+0x10`), and small numbers are decimal.
fn usual(text: &str, address: u64) -> String {
    let (mnemonic, _) = text.split_once(' ').unwrap_or((text, ""));
    let base = match mnemonic {
        "adrp" => address & !0xfff,
        _ => address,
    };
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '#']) {
        let (before, number) = rest.split_at(at);
        let digits = number.find("0x").map_or("", |start| &number[start + 2..]);
        let end = digits.find(|c: char| !c.is_ascii_hexdigit());
        let digits = &digits[..end.unwrap_or(digits.len())];
        let sign = number[1..].split("0x").next().unwrap_or_default();
        let (Ok(value), "" | "+" | "-") = (u64::from_str_radix(digits, 16), sign) else {
            out.push_str(&rest[..=at]);
            rest = &rest[at + 1..];
            continue;
        };
        out.push_str(before);
        let _ = match (number.starts_with('$'), sign) {
            (true, "-") => write!(out, "#{}", Shown(base.wrapping_sub(value))),
            (true, _) => write!(out, "#{}", Shown(base.wrapping_add(value))),
            (false, sign) => write!(out, "#{sign}{}", Shown(value)),
        };
        rest = &number[1 + sign.len() + 2 + digits.len()..];
    }
    out + rest
}

/// Displays numbers below 10 in decimal, others in hexadecimal.
struct Shown(u64);

impl Display for Shown {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            0..10 => write!(f, "{}", self.0),
            more => write!(f, "{more:#x}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_look_as_usual() {
        for (word, expected) in [
            (0x5280_0021_u32, "mov w1, #1"),
            (0x5280_0141, "mov w1, #0xa"),
            (0x5400_0043, "b.lo #0x1014"),
            (0x17ff_ffff, "b #0x1008"),
            (0x9000_0008, "adrp x8, #0x1000"),
            (0xb81f_80a0, "stur w0, [x5, #-8]"),
            (0xd65f_03c0, "ret"),
            (0x8b23_4047, "add x7, x2, w3, uxtw"),
            (0x8b03_0047, "add x7, x2, x3"),
            (0x4e04_0412, "dup v18.4s, v0.s[0]"),
            (0x6e0c_0441, "mov v1.s[1], v2.s[0]"),
        ] {
            let found = instruction(&word.to_le_bytes(), 0x100c);
            assert_eq!(found, Some((4, expected.to_owned())));
        }
        assert_eq!(instruction(&[0; 3], 0), None);
    }
}
