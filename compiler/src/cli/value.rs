//! Values of single options that have a syntax of their own: sizes, kinds of output.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use wasi_aot_abi::words::{self, Wrong};

/// A number of bytes: `65536`, `64K`, `16M`, `1G` (`KiB` and so on are the same; powers of 1024).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub u64);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        words::size(text.as_bytes()).map(Size).map_err(|wrong| {
            match wrong {
                Wrong::Syntax => "write a number of bytes, with K, M or G behind it",
                Wrong::TooLarge => "that is more than any machine has",
            }
            .into()
        })
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
        for (shift, unit) in units {
            if self.0 >= 1 << shift && self.0.trailing_zeros() >= shift {
                return write!(f, "{} {unit}", self.0 >> shift);
            }
        }
        write!(f, "{} bytes", self.0)
    }
}

/// A kind of output, `--emit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The executable.
    Exe,
    /// The program's relocatable object.
    Obj,
    /// Cranelift's IR, as text.
    Clif,
    /// Disassembled machine code.
    Asm,
}

impl Kind {
    /// All kinds, their names, and what is put behind the executable's name.
    const TABLE: [(Kind, &'static str, &'static str); 4] = [
        (Kind::Exe, "exe", ""),
        (Kind::Obj, "obj", ".o"),
        (Kind::Clif, "clif", ".clif"),
        (Kind::Asm, "asm", ".s"),
    ];

    /// As it is typed.
    pub fn name(self) -> &'static str {
        Kind::TABLE[self as usize].1
    }

    /// What is put behind the executable's name for this kind.
    pub fn suffix(self) -> &'static str {
        Kind::TABLE[self as usize].2
    }
}

/// `KIND[=PATH]`.
#[derive(Clone, Debug)]
pub struct Emit {
    /// What.
    pub kind: Kind,
    /// Where to.
    pub path: Option<PathBuf>,
}

impl Emit {
    /// What was typed: the path may be any that the system has.
    ///
    /// # Errors
    /// For an unknown kind, or no path after `=`.
    pub fn parse(typed: OsString) -> Result<Emit, String> {
        let bytes = typed.as_encoded_bytes();
        let at = bytes.iter().position(|byte| *byte == b'=');
        let name = &bytes[..at.unwrap_or(bytes.len())];
        let known = Kind::TABLE.iter().find(|entry| entry.1.as_bytes() == name);
        let Some(&(kind, ..)) = known else {
            return Err("the kinds are exe, obj, clif and asm".into());
        };
        let path = match at {
            None => None,
            Some(at) if at + 1 == bytes.len() => return Err("no path after `=`".into()),
            Some(at) => Some(after(&typed, at + 1)),
        };
        Ok(Emit { kind, path })
    }
}

/// What follows the first `at` bytes, which are ASCII.
#[cfg(unix)]
fn after(typed: &OsStr, at: usize) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    OsStr::from_bytes(&typed.as_bytes()[at..]).into()
}

#[cfg(not(unix))]
fn after(typed: &OsStr, at: usize) -> PathBuf {
    typed.to_string_lossy()[at..].into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        let bytes = |text: &str| text.parse::<Size>().map(|size| size.0);
        assert_eq!(bytes("0"), Ok(0));
        assert_eq!(bytes("64K"), Ok(65536));
        assert_eq!(bytes("16MiB"), Ok(16 << 20));
        assert_eq!(bytes("4g"), Ok(4 << 30));
        for wrong in [
            "",
            "K",
            "-1",
            "1.5M",
            "1T",
            "99999999999999999999",
            "18446744073709551615K",
        ] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sizes_are_shown_exactly() {
        assert_eq!(Size(8 << 20).to_string(), "8 MiB");
        assert_eq!(Size(3 << 30).to_string(), "3 GiB");
        assert_eq!(Size(65537).to_string(), "65537 bytes");
        assert_eq!(Size(0).to_string(), "0 bytes");
    }

    #[test]
    fn kinds_follow_the_table() {
        let emit = |typed: &str| Emit::parse(typed.into());
        for (index, (kind, name, suffix)) in Kind::TABLE.into_iter().enumerate() {
            assert_eq!(kind as usize, index);
            assert_eq!(emit(name).unwrap().kind, kind);
            assert_eq!(kind.suffix(), suffix);
        }
        assert!(emit("exe=").is_err() && emit("").is_err() && emit("=a").is_err());
        assert_eq!(emit("asm=a=b").unwrap().path, Some("a=b".into()));
    }
}
