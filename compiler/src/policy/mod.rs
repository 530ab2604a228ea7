//! A program's grants, its limits and the way its code is generated: one model for the command
//! line, `wasi-aot.toml`, the executable, `inspect` and the library.
//!
//! The types are plain data. Each has its part of the table of options ([`row::Row`]) in the same
//! file, and everything else follows from this table.

mod carried;
mod choice;
mod code;
mod cpu;
mod given;
mod grants;
mod limits;
pub mod note;
pub mod row;
mod server;
#[cfg(test)]
mod tests;
mod words;

pub use carried::{Carried, hex};
pub use code::{BoundsChecks, CodeOptions, OptLevel, RelaxedSimd, UnknownImports};
pub use given::{Given, check};
pub use grants::{Embedded, Grants, Harden, RuntimeGrant, plain_path};
pub use limits::Limits;
pub use server::{AccessLog, Server};
pub use words::{Dir, EnvVar, Listen, Net, NetListen, Size, Timeout};

use crate::{Code, Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::hash::Hash;
use wasi_aot_targets::Target;

/// All choices about a program, except the program itself.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq, Hash)]
#[serde(default)]
#[non_exhaustive]
pub struct Policy {
    /// The resources that it may use, in addition to the standard streams.
    pub grants: Grants,
    /// The limits on its use of resources.
    pub limits: Limits,
    /// The limits of an HTTP server.
    pub server: Server,
    /// Whether the process gives up the privileges that the program does not need.
    pub harden: Harden,
    /// How its code is generated.
    pub code: CodeOptions,
}

impl Policy {
    /// Checks for contradictions that do not depend on the target.
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

    /// This policy, checked and in the units and names of a target: sizes are multiples of its
    /// pages, CPUs have the names of its levels.
    ///
    /// # Errors
    /// Those of [`Policy::check`]; [`Code::Option`] for a limit out of range, or a CPU that the
    /// target does not have.
    pub fn on(mut self, target: &Target) -> Result<Policy> {
        self.check()?;
        self.limits.check()?;
        self.server.check()?;
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

    /// The CPU features beyond the target's baseline that code may use: bits of
    /// [`Target::features`].
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

/// Fails with `error` of the first item that occurs twice.
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
