//! Values of a core module's function as text (`--invoke`), in the syntax of `wasmtime run
//! --invoke`.

/// Kinds of values.
pub mod kind {
    /// `i32`.
    pub const I32: u64 = 0;
    /// `i64`.
    pub const I64: u64 = 1;
    /// `f32`.
    pub const F32: u64 = 2;
    /// `f64`.
    pub const F64: u64 = 3;
    /// `v128`.
    pub const V128: u64 = 4;
    /// References to functions.
    pub const FUNC: u64 = 5;
    /// Host references.
    pub const EXTERN: u64 = 6;
    /// References to objects, and `i31`.
    pub const ANY: u64 = 7;
    /// References to exceptions.
    pub const EXN: u64 = 8;

    /// The names of all kinds.
    pub const NAMES: [&str; 9] = [
        "i32",
        "i64",
        "f32",
        "f64",
        "v128",
        "funcref",
        "externref",
        "anyref",
        "exnref",
    ];
}

/// The bits of the number in `text`; `None` if it is no number of this kind.
///
/// Integers are decimal, or hexadecimal after `0x`, signed or unsigned: an `i32` is between -2^31
/// and 2^32 - 1. Floating-point numbers are decimal, `inf` or `nan`.
pub fn parse(kind: u64, text: &str) -> Option<u64> {
    match kind {
        kind::I32 => integer(text, 32),
        kind::I64 => integer(text, 64),
        kind::F32 => text.parse::<f32>().ok().map(|value| value.to_bits().into()),
        kind::F64 => text.parse::<f64>().ok().map(f64::to_bits),
        _ => None,
    }
}

fn integer(text: &str, bits: u32) -> Option<u64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let hexadecimal = digits.strip_prefix("0x").or(digits.strip_prefix("0X"));
    let (digits, radix) = hexadecimal.map_or((digits, 10), |digits| (digits, 16));
    // The parser would accept a sign here.
    if !digits.starts_with(|char: char| char.is_ascii_hexdigit()) {
        return None;
    }
    let value = u64::from_str_radix(digits, radix).ok()?;
    let most = u64::MAX >> (64 - bits);
    let fits = match negative {
        true => value <= most / 2 + 1,
        false => value <= most,
    };
    let value = if negative {
        value.wrapping_neg()
    } else {
        value
    };
    fits.then_some(value & most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_signed_or_unsigned() {
        let i32 = |text| parse(kind::I32, text);
        assert_eq!(i32("-1"), Some(0xffff_ffff));
        assert_eq!(i32("4294967295"), Some(0xffff_ffff));
        assert_eq!(i32("-2147483648"), Some(0x8000_0000));
        assert_eq!(i32("-0x80000000"), Some(0x8000_0000));
        assert_eq!(i32("+0X1f"), Some(31));
        for wrong in [
            "",
            "-",
            "+",
            "0x",
            "--1",
            "-+1",
            "0x-1",
            "1.5",
            " 1",
            "1 ",
            "a",
            "-2147483649",
            "4294967296",
            "1_000",
        ] {
            assert_eq!(i32(wrong), None, "{wrong:?}");
        }
        let i64 = |text| parse(kind::I64, text);
        assert_eq!(i64("-9223372036854775808"), Some(1 << 63));
        assert_eq!(i64("18446744073709551615"), Some(u64::MAX));
        assert_eq!(i64("18446744073709551616"), None);
        assert_eq!(i64("-9223372036854775809"), None);
    }

    #[test]
    fn other_numbers_are_decimal() {
        assert_eq!(parse(kind::F32, "-1.5"), Some((-1.5f32).to_bits().into()));
        assert_eq!(parse(kind::F64, "1e-7"), Some(1e-7f64.to_bits()));
        assert_eq!(parse(kind::F64, "-inf"), Some(f64::NEG_INFINITY.to_bits()));
        assert_eq!(parse(kind::F64, "0x1p3"), None);
        assert_eq!(parse(kind::V128, "1"), None);
    }
}
