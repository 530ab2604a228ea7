//! Stage five: the linker crate, with the target's runtime object, and its errors in our words.

use crate::{Code, Error, Result, cpu};
use std::collections::HashSet;
use wasi_aot_linker as linker;
use wasi_aot_targets::{Runtime, Target};

/// What a program needs of its runtime object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Variant {
    /// What every program needs.
    Product,
    /// It starts threads.
    Threads,
    /// It is a driver: the trap-recovery entry.
    #[cfg(feature = "recovery")]
    Recovery,
}

/// The runtime object of a target.
///
/// # Errors
/// [`Code::Target`] when it is not in this build of wasi-aot.
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

/// The functions that a runtime object defines: the imports that it provides among them.
///
/// # Errors
/// [`Code::Bug`] when the object of this build cannot be read.
pub fn provided(runtime: &[u8]) -> Result<HashSet<String>> {
    match linker::defined_symbols(runtime) {
        Ok(symbols) => Ok(symbols.into_iter().collect()),
        Err(error) => Err(Error::new(
            Code::Bug,
            format!("the runtime object: {error}"),
        )),
    }
}

/// What links.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Linker {
    /// The linker crate, in-process.
    #[default]
    Internal,
    /// The system's C compiler: the cross-check.
    System,
}

/// Links the objects of a program, its code and its configuration, with a runtime object to an executable.
///
/// # Errors
/// [`Code::Layout`] when the program is too large for its place; [`Code::SystemLinker`] when the system's
/// compiler is missing or fails.
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

/// What a program can cause is its size, what a user can is the system's linker; everything else is a disagreement between our own stages.
fn coded(error: &linker::Error) -> Error {
    use linker::Error::{Compiler, Fixed, Io, NoCompiler, Overflow, TooLarge};
    let code = match error {
        TooLarge { .. } | Fixed { .. } | Overflow { .. } => Code::Layout,
        NoCompiler { .. } | Compiler { .. } | Io { .. } => Code::SystemLinker,
        other => return bug(other),
    };
    // The system's compiler says it in lines, and a message is one.
    Error::new(code, error.to_string().replace('\n', "; "))
}

fn bug(error: &dyn std::fmt::Display) -> Error {
    Error::new(Code::Bug, format!("linker: {error}"))
}
