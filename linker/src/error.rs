//! What can go wrong in linking, as types.

/// An undefined symbol, and who wants it.
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
        /// What is wrong with it.
        what: String,
    },
    /// An input is for another machine.
    #[error("{object} is for another machine than {expected}")]
    WrongMachine {
        /// The input.
        object: String,
        /// The CPU that is linked for.
        expected: &'static str,
    },
    /// The linker has no such machine or executable format.
    #[error("linking for {triple} is not supported")]
    UnsupportedTarget {
        /// The triple.
        triple: String,
    },
    /// Something in an object that this linker does not do.
    #[error("{what} is not supported by the linker (in {object})")]
    Unsupported {
        /// The input.
        object: String,
        /// What.
        what: String,
    },
    /// Symbols that something reachable refers to and nothing defines, in the order of discovery.
    #[error("undefined symbol{}: {}", if .0.len() == 1 { "" } else { "s" }, list_undefined(.0))]
    Undefined(Vec<Undefined>),
    /// A reference into a part of a COMDAT group that is dropped, because another input has such a
    /// group, which does not define the symbol.
    #[error(
        "{symbol} is in a group of which another one is kept (wanted by {referrer} in {object})"
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
    /// A relocation type that the linker does not know.
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
    /// A value that does not fit in the place where it belongs.
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
        /// What is referred to.
        symbol: String,
        /// The value.
        value: i64,
    },
    /// A relocation takes a part of the value of another one, which is not where its symbol is.
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
        /// The symbol that should name the place of the other one.
        symbol: String,
        /// What is wrong.
        why: &'static str,
    },
    /// The ordinary image would run into the first section with a fixed address.
    #[error("the image ends at {end:#x}, behind {limit:#x}, where the first fixed section is")]
    TooLarge {
        /// End of the ordinary image.
        end: u64,
        /// First address that is taken.
        limit: u64,
    },
    /// More sections, or segments, than the format can count.
    #[error("the image has {count} sections or segments, and its format can count {limit}")]
    TooManySections {
        /// How many there are.
        count: usize,
        /// How many there can be.
        limit: usize,
    },
    /// A fixed section that cannot be where it is wanted.
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
        /// In the words of who looked.
        why: String,
    },
    /// `--linker system`: the compiler failed.
    #[error("{program} failed: {stderr}")]
    Compiler {
        /// The compiler.
        program: String,
        /// What it said.
        stderr: String,
    },
    /// `--linker system`: a file could not be written or read.
    #[error("{what}: {why}")]
    Io {
        /// What was tried.
        what: String,
        /// In the words of the operating system.
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
