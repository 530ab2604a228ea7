//! Function names as people read them: Rust's (v0 and legacy) and C++'s mangled names are demangled.
//!
//! The symbol table keeps the raw names, which is what debuggers and profilers expect: they demangle
//! themselves. Reports, listings and errors show the readable form, as wasmtime's do.

use std::borrow::Cow;
use std::fmt::{self, Write};

/// Demangled names have at most this many times the length of what they were made from, and
/// [`SHORT`] more. A mangled name refers back to its own parts, so a crafted one can expand
/// exponentially; names of deeply nested C++ templates expand about tenfold.
const EXPANSION: usize = 16;

/// What a short name may gain: `_ZSs` stands for 70 characters.
const SHORT: usize = 256;

/// How deep a C++ name may nest. The parser of a name that is not well formed tries every reading of it,
/// which is exponential in the depth: 3 KB took seconds at cpp_demangle's own limit of 96 and take at
/// most milliseconds at this one. Of LLVM's 50,498 names 138 nest deeper, of ITK's 3,826 none.
const DEPTH: u32 = 48;

/// The readable form of a function's name; the name itself where it is not mangled, or not well.
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
    // The schemes are told apart by their prefixes. Legacy Rust names are valid C++ names, so Rust is first.
    if let Ok(rust) = rustc_demangle::try_demangle(name) {
        write!(bounded, "{rust}").ok()?;
        return Some(bounded.text);
    }
    // Without the prefix every word that encodes a type would be one: `i` would be shown as `int`.
    if !name.starts_with("_Z") && !name.starts_with("__Z") {
        return None;
    }
    let depth = cpp_demangle::ParseOptions::default().recursion_limit(DEPTH);
    let cpp = cpp_demangle::Symbol::new_with_options(name, &depth).ok()?;
    cpp.structured_demangle(&mut bounded, &cpp_demangle::DemangleOptions::default())
        .ok()?;
    Some(bounded.text)
}

/// Text that refuses to grow beyond its bound, and then refuses everything: some callers go on after
/// an error.
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

    /// Each argument is the template `A` of the argument before it, twice.
    fn doubled(times: usize) -> String {
        let mut name = String::from("_Z1f1AIiiE");
        for argument in DIGITS.chars().take(times) {
            let _ = write!(name, "S_IS{argument}_S{argument}_E");
        }
        name
    }

    /// The digits of a substitution's number, `<seq-id>` of the Itanium C++ ABI.
    const DIGITS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /// Templates in templates, and an end that makes none of it well formed: deeper than [`DEPTH`].
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
