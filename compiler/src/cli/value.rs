//! Values of single options that have a syntax of their own: kinds of output.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

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
