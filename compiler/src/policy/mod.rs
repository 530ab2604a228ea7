//! What a program may reach, what it may use, and how its code is made: one model for the command line, `wasi-aot.toml`, the
//! executable, what `inspect` says of it, and the library.
//!
//! The types are plain data. Beside each stands its part of the table of options ([`row::Row`]), from which all the rest follows.

mod carried;
mod choice;
mod code;
mod cpu;
mod given;
mod grants;
mod limits;
pub mod note;
pub mod row;
#[cfg(test)]
mod tests;
mod words;

pub use carried::{Carried, hex};
pub use code::{BoundsChecks, CodeOptions, OptLevel, RelaxedSimd, UnknownImports};
pub use given::{Given, check};
pub use grants::{Embedded, Grants, Harden, RuntimeGrant, plain_path};
pub use limits::Limits;
pub use words::{Dir, EnvVar, Net, NetListen, Size, Timeout};

use crate::{Code, Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::hash::Hash;
use wasi_aot_targets::Target;

/// Everything that is chosen about a program, beside the program itself.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq, Hash)]
#[serde(default)]
#[non_exhaustive]
pub struct Policy {
    /// What it may reach, beside the standard streams.
    pub grants: Grants,
    /// How much it may use.
    pub limits: Limits,
    /// Whether the process gives up what the program does not need.
    pub harden: Harden,
    /// How its code is made.
    pub code: CodeOptions,
}

impl Policy {
    /// Finds what contradicts itself, whatever the target.
    ///
    /// # Errors
    /// [`Code::Option`] for two grants of one path, variable or address.
    pub fn check(&self) -> Result<()> {
        let grants = &self.grants;
        let guests = grants.dirs.iter().map(|dir| &dir.guest);
        let guests = guests.chain(grants.embeds.iter().map(|embed| &embed.guest));
        no_two(guests.map(|guest| plain_path(guest)), |guest| {
            let message = format!("two grants would be {guest:?} for the program");
            Error::new(Code::Option, message).help("name one of them otherwise: HOST::GUEST")
        })?;
        no_two(grants.env.iter().map(|variable| &variable.key), |name| {
            Error::new(Code::Option, format!("--env {name} is given twice"))
        })?;
        no_two(grants.listen.iter(), |at| {
            Error::new(Code::Option, format!("--listen {at} is given twice"))
        })
    }

    /// This policy, checked, in the words of a target: pages are its pages, CPUs are named by its levels.
    ///
    /// # Errors
    /// What [`Policy::check`] finds; [`Code::Option`] for a limit out of range, or a CPU that the target does not have.
    pub fn on(mut self, target: &Target) -> Result<Policy> {
        self.check()?;
        self.limits.check()?;
        self.limits.max_stack = self
            .limits
            .max_stack
            .next_multiple_of(target.addresses.page);
        self.code.cpu = match &self.code.cpu {
            Some(name) => cpu::Cpu::parse(name, target)?.name,
            None => None,
        };
        Ok(self)
    }

    /// What the code takes for granted of the CPU beyond the target's baseline: bits of [`Target::features`].
    ///
    /// # Errors
    /// [`Code::Option`] for a CPU that the target does not have.
    pub fn cpu_features(&self, target: &Target) -> Result<u64> {
        match &self.code.cpu {
            Some(name) => Ok(cpu::Cpu::parse(name, target)?.features),
            None => Ok(0),
        }
    }
}

/// Fails with `error` of the first item that is there twice.
fn no_two<T: Eq + Hash>(items: impl Iterator<Item = T>, error: impl Fn(&T) -> Error) -> Result<()> {
    let mut seen = HashSet::new();
    for item in items {
        if seen.contains(&item) {
            return Err(error(&item));
        }
        seen.insert(item);
    }
    Ok(())
}
