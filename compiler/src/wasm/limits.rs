//! Implementation limits of wasmparser. Its errors have no kinds, so they are recognised by their
//! text.

use crate::error::{Error, Whose};

/// Marks a message that states the limit itself.
const SAID: &str = "";

/// Text that identifies a message about a limit, and the limit. Most are the limits that engines
/// agreed on (WebAssembly JavaScript Interface, "Implementation-defined Limits").
const WORDS: &[(&str, &str)] = &[
    ("exceeds limit of", SAID),
    ("exceeds the limit of", SAID),
    ("sub type hierarchy too deep", SAID),
    ("too many locals", "50000"),
    ("type nesting is too deep", "100"),
    ("type index too large", "1048576 types"),
    ("too many core types", "1048576"),
    ("too many types in `TypeList`", "1048576"),
    ("string size out of bounds", "100000 bytes"),
    ("number of elements is out of bounds", "10000000"),
    ("exceeds maximum byte size", "268435456 bytes"),
    ("select types size is out of bounds", "10"),
    ("br_table size is out of bounds", "7654321"),
    ("catches size is out of bounds", "10000"),
    ("resume table size is out of bounds", "10000"),
    ("rec group types size is out of bounds", "1000000"),
    ("supertype idxs size is out of bounds", "5"),
    ("function params size is out of bounds", "1000"),
    ("function returns size is out of bounds", "1000"),
    ("struct fields size is out of bounds", "10000"),
    ("canonical options size is out of bounds", "10"),
    ("instantiation arguments size is out of bounds", "100000"),
    ("instantiation exports size is out of bounds", "100000"),
    ("start function arguments size is out of bounds", "1000"),
    ("start function results size is out of bounds", "1000"),
    ("module type declaration size is out of bounds", "100000"),
    (
        "component function parameters size is out of bounds",
        "1000",
    ),
    (
        "component type declaration size is out of bounds",
        "1000000",
    ),
    ("instance type declaration size is out of bounds", "1000000"),
    ("record field size is out of bounds", "10000"),
    ("variant cases size is out of bounds", "10000"),
    ("tuple types size is out of bounds", "10000"),
    ("flag names size is out of bounds", "1000"),
    ("enum cases size is out of bounds", "10000"),
];

/// The error for the user if wasmparser's message is about a limit. `whose` says whose limit it is.
pub fn exceeded(message: &str, whose: Whose) -> Option<Error> {
    let (_, limit) = WORDS.iter().find(|(words, _)| message.contains(words))?;
    Some(match *limit {
        SAID => Error::limit(message, whose),
        limit => Error::limit(&format!("{message}: at most {limit}"), whose),
    })
}
