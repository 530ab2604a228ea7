//! Values of single options that have a syntax of their own: sizes, kinds of output.

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

impl FromStr for Emit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, path) = match text.split_once('=') {
            Some((_, "")) => return Err("no path behind `=`".into()),
            Some((name, path)) => (name, Some(PathBuf::from(path))),
            None => (text, None),
        };
        let known = Kind::TABLE.iter().find(|entry| entry.1 == name);
        match known {
            Some(&(kind, ..)) => Ok(Emit { kind, path }),
            None => Err("the kinds are exe, obj, clif and asm".into()),
        }
    }
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
        for (index, (kind, name, suffix)) in Kind::TABLE.into_iter().enumerate() {
            assert_eq!(kind as usize, index);
            assert_eq!(name.parse::<Emit>().unwrap().kind, kind);
            assert_eq!(kind.suffix(), suffix);
        }
        assert!("exe=".parse::<Emit>().is_err());
        assert_eq!("asm=a=b".parse::<Emit>().unwrap().path, Some("a=b".into()));
    }
}
