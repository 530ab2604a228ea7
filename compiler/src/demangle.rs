//! Demangles function names of Rust (v0 and legacy) and C++.
//!
//! The symbol table keeps the mangled names, because debuggers and profilers demangle names
//! themselves. Reports, listings and errors show the demangled form, as wasmtime does.

use std::borrow::Cow;
use std::fmt::{self, Write};

/// The maximum length of a demangled name is this multiple of the mangled name's, plus [`SHORT`]. A
/// mangled name can refer to its own parts, so a crafted one can expand exponentially; names of
/// deeply nested C++ templates expand about tenfold.
const EXPANSION: usize = 16;

/// The additional length for short names: `_ZSs` stands for 70 characters.
const SHORT: usize = 256;

/// The maximum nesting of a C++ name. The parser tries every reading of a malformed name, which is
/// exponential in the depth: 3 KB took seconds with cpp_demangle's own limit of 96 and take at most
/// milliseconds with this one. Of LLVM's 50,498 names 138 nest deeper, of ITK's 3,826 none.
const DEPTH: u32 = 48;

/// The readable form of a function's name; the name itself if it is not mangled, or malformed.
pub fn readable(name: &str) -> Cow<'_, str> {
    match demangled(name) {
        Some(readable) => Cow::Owned(readable),
        None => Cow::Borrowed(name),
    }
}

fn demangled(name: &str) -> Option<String> {
    let mut bounded = Bounded {
        text: String::new(),
        room: name.len().saturating_mul(EXPANSION) + SHORT,
    };
    // Prefixes identify the schemes. Legacy Rust names are also valid C++ names, so Rust is tried
    // first.
    if let Ok(rust) = rustc_demangle::try_demangle(name) {
        write!(bounded, "{rust}").ok()?;
        return Some(bounded.text);
    }
    // Without a prefix, every word that encodes a type would be demangled: `i` would become `int`.
    if !name.starts_with("_Z") && !name.starts_with("__Z") {
        return None;
    }
    let depth = cpp_demangle::ParseOptions::default().recursion_limit(DEPTH);
    let cpp = cpp_demangle::Symbol::new_with_options(name, &depth).ok()?;
    cpp.structured_demangle(&mut bounded, &cpp_demangle::DemangleOptions::default())
        .ok()?;
    Some(bounded.text)
}

/// Text with a maximum length. After a write beyond it, all further writes fail, because some
/// callers continue after an error.
struct Bounded {
    text: String,
    room: usize,
}

impl Write for Bounded {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let Some(room) = self.room.checked_sub(part.len()) else {
            self.room = 0;
            return Err(fmt::Error);
        };
        self.room = room;
        self.text.push_str(part);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_each_scheme_are_read() {
        for (raw, expected) in [
            (
                "_ZN4core3ptr13drop_in_place17h0123456789abcdefE",
                "core::ptr::drop_in_place::h0123456789abcdef",
            ),
            ("_RNvNtCs1234_7mycrate3foo3bar", "mycrate[3c1c0]::foo::bar"),
            (
                "_ZNSt6vectorIiSaIiEE9push_backEOi",
                "std::vector<int, std::allocator<int> >::push_back(int&&)",
            ),
        ] {
            assert_eq!(readable(raw), expected);
        }
    }

    #[test]
    fn what_is_not_mangled_stays() {
        for name in [
            "",
            "main",
            "a",
            "i",
            "_start",
            "_Z",
            "_R",
            "_ZN4core",
            "memory.grow",
            "é",
        ] {
            assert_eq!(readable(name), name);
        }
    }

    /// Each argument is the template `A` of the previous argument, twice.
    fn doubled(times: usize) -> String {
        let mut name = String::from("_Z1f1AIiiE");
        for argument in DIGITS.chars().take(times) {
            let _ = write!(name, "S_IS{argument}_S{argument}_E");
        }
        name
    }

    /// The digits of a substitution's number, `<seq-id>` of the Itanium C++ ABI.
    const DIGITS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /// Nested templates, deeper than [`DEPTH`], with an end that makes the name malformed.
    #[test]
    fn a_deep_name_that_is_not_well_formed_is_left_soon() {
        let name = format!("_Z1f1AIiiE{}", "S_IS0_".repeat(500));
        assert_eq!(readable(&name), name);
    }

    #[test]
    fn a_name_that_explodes_stays_as_it_is() {
        assert_eq!(
            readable(&doubled(1)),
            "f(A<int, int>, A<A<int, int>, A<int, int> >)"
        );
        let name = doubled(DIGITS.len());
        assert_eq!(readable(&name), name);
    }
}
