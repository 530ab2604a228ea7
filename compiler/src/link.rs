//! Stage five: runs the linker crate with the target's runtime object, and translates its errors.

use crate::{Code, Error, Result, cpu};
use std::collections::HashSet;
use wasi_aot_linker as linker;
use wasi_aot_targets::{Runtime, Target};

/// The variants of the runtime object that programs need.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Variant {
    /// For programs without threads.
    Product,
    /// For programs that start threads.
    Threads,
    /// For drivers: with the trap-recovery entry.
    #[cfg(feature = "recovery")]
    Recovery,
}

/// The runtime object of a target.
///
/// # Errors
/// [`Code::Target`] if this build of wasi-aot does not contain it.
pub fn runtime(target: &Target, variant: Variant) -> Result<&'static [u8]> {
    match target.runtime() {
        Runtime::Object {
            product,
            threads,
            #[cfg(feature = "recovery")]
            recovery,
        } => Ok(match variant {
            Variant::Product => product,
            Variant::Threads => threads,
            #[cfg(feature = "recovery")]
            Variant::Recovery => recovery,
        }),
        Runtime::Missing(how) => Err(Error::new(
            Code::Target,
            format!(
                "the runtime for {} is not in this build of wasi-aot",
                target.name
            ),
        )
        .help(how)),
    }
}

/// The functions that a runtime object defines, including the imports that it provides.
///
/// # Errors
/// [`Code::Bug`] if this build's object cannot be read.
pub fn provided(runtime: &[u8]) -> Result<HashSet<String>> {
    match linker::defined_symbols(runtime) {
        Ok(symbols) => Ok(symbols.into_iter().collect()),
        Err(error) => Err(Error::new(
            Code::Bug,
            format!("the runtime object: {error}"),
        )),
    }
}

/// The linkers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Linker {
    /// The linker crate, in-process.
    #[default]
    Internal,
    /// The system's C compiler, for cross-checks.
    System,
}

/// Links the objects of a program, its code and its configuration, with a runtime object to an executable.
///
/// # Errors
/// [`Code::Layout`] if the program is too large for its address range; [`Code::SystemLinker`] if
/// the system's compiler is missing or fails.
pub fn link(
    with: Linker,
    objects: &[&[u8]],
    runtime: &[u8],
    target: &Target,
    entry: &'static str,
    strip: bool,
) -> Result<Vec<u8>> {
    let triple = cpu::triple(target)?;
    let name = ["the program", "its configuration"].into_iter();
    let inputs = name.zip(objects.iter().copied());
    let inputs = inputs.chain([("the runtime", runtime)]);
    let inputs: Vec<_> = inputs
        .map(|(name, bytes)| linker::Input { name, bytes })
        .collect();
    let options = linker::Options {
        entry,
        image_base: target.addresses.image,
        page: target.addresses.page,
        detail: match strip {
            true => linker::Detail::Stripped,
            false => linker::Detail::Symbols,
        },
    };
    let image = match with {
        Linker::Internal => linker::Target::new(&triple)
            .and_then(|machine| linker::link(&inputs, &machine, &options)),
        Linker::System => linker::system::link(&inputs, &triple, &options),
    };
    image.map(|image| image.bytes).map_err(|e| coded(&e))
}

/// A program can only cause errors of size, and a user those of the system's linker; all others are
/// inconsistencies between stages.
fn coded(error: &linker::Error) -> Error {
    use linker::Error::{Compiler, Fixed, Io, NoCompiler, Overflow, TooLarge};
    let code = match error {
        TooLarge { .. } | Fixed { .. } | Overflow { .. } => Code::Layout,
        NoCompiler { .. } | Compiler { .. } | Io { .. } => Code::SystemLinker,
        other => return bug(other),
    };
    // The system's compiler prints several lines, but a message is one line.
    Error::new(code, error.to_string().replace('\n', "; "))
}

fn bug(error: &dyn std::fmt::Display) -> Error {
    Error::new(Code::Bug, format!("linker: {error}"))
}
