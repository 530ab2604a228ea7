//! The errors of linking.

/// An undefined symbol, and the reference to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Undefined {
    /// The symbol.
    pub symbol: String,
    /// The input with the reference.
    pub object: String,
    /// The function or section with the reference.
    pub referrer: String,
}

/// An error of the linker.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    /// An input is not a well-formed relocatable object.
    #[error("{object} is not a well-formed relocatable object: {what}")]
    Malformed {
        /// The input.
        object: String,
        /// The fault.
        what: String,
    },
    /// An input is for another machine.
    #[error("{object} is for another machine than {expected}")]
    WrongMachine {
        /// The input.
        object: String,
        /// The CPU of the target.
        expected: &'static str,
    },
    /// The linker does not support this machine or executable format.
    #[error("linking for {triple} is not supported")]
    UnsupportedTarget {
        /// The triple.
        triple: String,
    },
    /// An object uses a feature that this linker does not support.
    #[error("{what} is not supported by the linker (in {object})")]
    Unsupported {
        /// The input.
        object: String,
        /// The feature.
        what: String,
    },
    /// Undefined symbols that reachable code or data refers to, in the order of discovery.
    #[error("undefined symbol{}: {}", if .0.len() == 1 { "" } else { "s" }, list_undefined(.0))]
    Undefined(Vec<Undefined>),
    /// A reference into a COMDAT group that is dropped in favour of another input's, which does not
    /// define the symbol.
    #[error(
        "{symbol} is in a COMDAT group that is dropped in favour of another (wanted by {referrer} in {object})"
    )]
    Discarded {
        /// The symbol.
        symbol: String,
        /// The input with the reference and the group.
        object: String,
        /// The function or section with the reference.
        referrer: String,
    },
    /// Two definitions of a symbol.
    #[error("symbol {symbol} is defined in {first} and in {second}")]
    Duplicate {
        /// The symbol.
        symbol: String,
        /// The input with the first definition.
        first: String,
        /// The input with the second.
        second: String,
    },
    /// The entry symbol is not defined.
    #[error("no input defines the entry {symbol}")]
    NoEntry {
        /// The entry.
        symbol: String,
    },
    /// An unknown relocation type.
    #[error("unknown relocation type {r_type} at {object}:{section}+{offset:#x}")]
    UnknownRelocation {
        /// The input.
        object: String,
        /// The section with the reference.
        section: String,
        /// Offset of the reference in the section.
        offset: u64,
        /// The type's number.
        r_type: u32,
    },
    /// A value does not fit in its field.
    #[error(
        "{relocation} at {object}:{section}+{offset:#x} against {symbol}: {value:#x} does not fit"
    )]
    Overflow {
        /// The input.
        object: String,
        /// The section with the reference.
        section: String,
        /// Offset of the reference in the section.
        offset: u64,
        /// Name of the relocation's type.
        relocation: &'static str,
        /// The symbol referred to.
        symbol: String,
        /// The value.
        value: i64,
    },
    /// A relocation takes a part of another relocation's value, but there is none at its symbol.
    #[error("{relocation} at {object}:{section}+{offset:#x} against {symbol}: {why}")]
    NoHighPart {
        /// The input.
        object: String,
        /// The section with the reference.
        section: String,
        /// Offset of the reference in the section.
        offset: u64,
        /// Name of the relocation's type.
        relocation: &'static str,
        /// The symbol that should mark the other relocation.
        symbol: String,
        /// The reason.
        why: &'static str,
    },
    /// The ordinary image would overlap the first section with a fixed address.
    #[error("the image ends at {end:#x}, beyond {limit:#x}, where the first fixed section starts")]
    TooLarge {
        /// End of the ordinary image.
        end: u64,
        /// The first occupied address.
        limit: u64,
    },
    /// The format cannot count this many sections or segments.
    #[error("the image has {count} sections or segments, and its format can count {limit}")]
    TooManySections {
        /// Their number.
        count: usize,
        /// The maximum.
        limit: usize,
    },
    /// A section cannot have its fixed address.
    #[error("section {section} cannot be at {address:#x}: {why}")]
    Fixed {
        /// The section.
        section: String,
        /// Its address.
        address: u64,
        /// The reason.
        why: &'static str,
    },
    /// `--linker system`: no compiler was found.
    #[error("no C compiler for {target} was found to link with: {why}")]
    NoCompiler {
        /// The target's triple.
        target: String,
        /// The reason, in the words of the `cc` crate.
        why: String,
    },
    /// `--linker system`: the compiler failed.
    #[error("{program} failed: {stderr}")]
    Compiler {
        /// The compiler.
        program: String,
        /// Its output on standard error.
        stderr: String,
    },
    /// `--linker system`: a file could not be written or read.
    #[error("{what}: {why}")]
    Io {
        /// The operation.
        what: String,
        /// The operating system's message.
        why: String,
    },
}

/// Shorthand for the phases.
pub type Result<T, E = Error> = std::result::Result<T, E>;

fn list_undefined(all: &[Undefined]) -> String {
    const SHOWN: usize = 8;
    let mut text = all
        .iter()
        .take(SHOWN)
        .map(|u| format!("{} (wanted by {} in {})", u.symbol, u.referrer, u.object))
        .collect::<Vec<_>>()
        .join(", ");
    if all.len() > SHOWN {
        text += &format!(" and {} more", all.len() - SHOWN);
    }
    text
}
