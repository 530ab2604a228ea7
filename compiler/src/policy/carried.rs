//! The policy in the form that an executable carries: the runtime reads it at start, and `inspect`
//! reads it back.

use super::note::{COMMIT, DebugLevel, Info, InputInfo, WallInfo};
use super::row::{Encode, rows};
use super::{Embedded, Policy, RuntimeGrant};
use crate::embed::{self, Embed};
use crate::{Code, Error, Result};
use std::borrow::Cow;
use wasi_aot_abi::program::config_flags;
use wasi_aot_targets::Target;

/// The number of descriptors that every program starts with.
const STREAMS: usize = 3;

/// A policy in a target's units and names, with the files that it embeds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Carried {
    /// The policy, as [`Policy::on`] returns it.
    pub policy: Policy,
    /// The module's file name, for reports.
    pub module: String,
    /// The file trees inside the executable.
    pub embeds: Vec<Embed>,
    /// Bits of [`wasi_aot_abi::Config::cpu`].
    pub cpu: u64,
    /// Whether `wasi-aot run` starts it: a missing grant is then given by an option, not by a
    /// variable.
    pub run: bool,
}

impl Carried {
    /// Checks the policy and reads the metadata of the files that it embeds. `module`: the file
    /// name of the program.
    ///
    /// # Errors
    /// Those of [`Policy::on`] and [`embed::read`]; [`Code::Option`] for a limit on descriptors
    /// that the program exceeds when it starts, and for a granted directory at the same path as
    /// embedded files.
    pub fn new(policy: &Policy, target: &Target, module: &str) -> Result<Carried> {
        let mut policy = policy.clone().on(target)?;
        let addresses = &target.addresses;
        let embeds = embed::read(&policy.grants.embeds, addresses.fixed - addresses.image)?;
        for Embed { guest, .. } in &embeds {
            let mut dirs = policy.grants.dirs.iter();
            if dirs.any(|dir| embed::same_path(&dir.guest, guest)) {
                let message = format!("{guest:?} would be a directory and hold embedded files");
                let error = Error::new(Code::Option, message);
                return Err(error.help("name another path for one of them: HOST::GUEST"));
            }
        }
        let (listen, dirs) = (policy.grants.listen.len(), policy.grants.dirs.len());
        let starts_with = STREAMS + listen + dirs + embeds.len();
        enough(policy.limits.max_open_files, starts_with as u64)?;
        let embedded = embeds.iter().map(|embed| Embedded {
            guest: embed.guest.clone(),
            files: embed.tree.files().count() as u64,
            bytes: embed.tree.files().map(|file| file.len).sum(),
            sha256: hex(&embed.tree.sha256()),
        });
        policy.grants.embedded = embedded.collect();
        Ok(Carried {
            cpu: policy.cpu_features(target)?,
            policy,
            module: module.into(),
            embeds,
            run: false,
        })
    }

    /// Bits of [`wasi_aot_abi::Config::flags`].
    pub fn flags(&self) -> u64 {
        let rows = rows().filter_map(|row| match row.encode {
            Encode::Flag(bit, is_set) => is_set(&self.policy).then_some(bit),
            _ => None,
        });
        let flags = rows.fold(0, |flags, bit| flags | bit);
        if self.run {
            flags | config_flags::RUN
        } else {
            flags
        }
    }

    /// This policy for a program that is a server or not. [`Carried::run`] gives a server something
    /// to listen on; what is not a server has no limits of one to change, although all grants
    /// include them.
    ///
    /// # Errors
    /// Those of [`Policy::suits`].
    pub fn suited(&self, server: bool) -> Result<Cow<'_, Carried>> {
        let mut suited = Cow::Borrowed(self);
        if server && self.run {
            suited.to_mut().policy.listen_by_default();
        }
        if !server && self.policy.grants.at_start == RuntimeGrant::ALL {
            let grants = &mut suited.to_mut().policy.grants;
            grants.at_start.retain(|what| *what != RuntimeGrant::Server);
        }
        suited.policy.suits(server)?;
        Ok(suited)
    }

    /// The note for an executable built from `input`; `invoke`: the export that runs instead of
    /// `_start`. Whether names are left out, which linker is used, and what is known of a server, is
    /// added where it is written.
    pub fn info(&self, target: &Target, input: InputInfo, invoke: Option<String>) -> Info {
        let Policy {
            grants,
            limits,
            server: _,
            harden,
            code,
        } = self.policy.clone();
        Info {
            format: super::note::FORMAT,
            version: env!("CARGO_PKG_VERSION").into(),
            commit: COMMIT.map(str::to_owned),
            target: target.name.into(),
            input,
            grants,
            limits,
            server: None,
            invoke,
            wall: Some(WallInfo { harden, note: None }),
            code,
            strip: false,
            debug: DebugLevel::default(),
            system_linker: false,
            run: self.run,
        }
    }
}

/// Fails if the program exceeds the limit on descriptors when it starts.
fn enough(max_open_files: Option<u64>, starts_with: u64) -> Result<()> {
    match max_open_files {
        Some(max) if max < starts_with => {
            let message = format!(
                "--max-open-files {max} is too few: the program starts with {starts_with} descriptors"
            );
            let help = "the standard streams count, and every granted directory and socket";
            Err(Error::new(Code::Option, message).help(help))
        }
        _ => Ok(()),
    }
}

/// The bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
