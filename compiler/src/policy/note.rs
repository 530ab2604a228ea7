//! The info note: an executable's description of itself, as JSON that `inspect` reads back.
//!
//! It contains nothing about the build machine: two builds of one input give the same bytes.

use super::{CodeOptions, Grants, Harden, Limits, Policy, Server};
use crate::wall;
use serde::{Deserialize, Serialize};
use std::ops::Not;
use wasi_aot_abi::symbols::{NOTE_INFO, NOTE_OWNER};

/// The version of the note's format. 1 had no fields of embedded files, sockets, connections, grants
/// at start, the wall, nor limits of time and descriptors; 2 had no commit, and not whether names
/// were left out and the system's linker was used. These have defaults, so both can be read all the
/// same.
pub const FORMAT: u32 = 3;

/// The commit of this wasi-aot, which `WASI_AOT_COMMIT` named when it was built: its packager knows
/// the commit, and that nothing was changed. A tree without its history does not.
pub const COMMIT: Option<&str> = option_env!("WASI_AOT_COMMIT");

/// How much debug information an executable has.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[serde(into = "u8", try_from = "u8")]
pub enum DebugLevel {
    /// None.
    None,
    /// Source locations in reports.
    #[default]
    Lines,
}

impl DebugLevel {
    fn is_default(&self) -> bool {
        *self == DebugLevel::default()
    }
}

impl From<DebugLevel> for u8 {
    fn from(level: DebugLevel) -> u8 {
        match level {
            DebugLevel::None => 0,
            DebugLevel::Lines => 1,
        }
    }
}

impl TryFrom<u8> for DebugLevel {
    type Error = String;

    fn try_from(level: u8) -> Result<DebugLevel, String> {
        match level {
            0 => Ok(DebugLevel::None),
            1 => Ok(DebugLevel::Lines),
            _ => Err(format!("there is no level {level} of debug information")),
        }
    }
}

/// The info note.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// [`FORMAT`].
    pub format: u32,
    /// The version of wasi-aot that built it.
    pub version: String,
    /// The commit of wasi-aot that built it, where its packager has said it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub commit: Option<String>,
    /// The target's name.
    pub target: String,
    /// The input of the build.
    pub input: InputInfo,
    /// The resources that the program may use.
    pub grants: Grants,
    /// Limits.
    pub limits: Limits,
    /// What only an HTTP server has; absent from other programs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub server: Option<ServerInfo>,
    /// The export that runs instead of `_start`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub invoke: Option<String>,
    /// The sandbox policy; absent from notes of format 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub wall: Option<WallInfo>,
    /// How code was generated.
    pub code: CodeOptions,
    /// Whether names were left out.
    #[serde(skip_serializing_if = "Not::not", default)]
    pub strip: bool,
    /// The level of debug information.
    #[serde(skip_serializing_if = "DebugLevel::is_default", default)]
    pub debug: DebugLevel,
    /// Whether the system's linker linked it.
    #[serde(skip_serializing_if = "Not::not", default)]
    pub system_linker: bool,
    /// Whether `wasi-aot run` made it, for its cache.
    #[serde(skip_serializing_if = "Not::not", default)]
    pub run: bool,
}

/// The input of a build.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
pub struct InputInfo {
    /// File name, without directories.
    pub name: String,
    /// SHA-256 of the module in binary form, hexadecimal.
    pub sha256: String,
}

/// The sandbox policy: the privileges that the process gives up before the program starts.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq, Default)]
pub struct WallInfo {
    /// Whether there is a sandbox policy, and whether it is required.
    pub harden: Harden,
    /// The allowed system calls. They follow from the code, so they have a separate note in the
    /// executable.
    #[serde(flatten)]
    pub note: Option<wall::Note>,
}

/// What only an HTTP server has.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
pub struct ServerInfo {
    /// All limits that have a number.
    #[serde(flatten)]
    pub limits: Server,
    /// A function of the host that instantiation may call, and whose results may differ. Without
    /// one, instances are a snapshot.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub instantiation_calls: Option<String>,
}

impl Info {
    /// The policy that the note describes.
    pub fn policy(&self) -> Policy {
        Policy {
            grants: self.grants.clone(),
            limits: self.limits.clone(),
            server: (self.server.as_ref()).map_or_else(Server::default, |it| it.limits.clone()),
            harden: self
                .wall
                .as_ref()
                .map_or(Harden::default(), |wall| wall.harden),
            code: self.code.clone(),
        }
    }

    /// The note's contents in the executable.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain data has a JSON form")
    }
}

/// Finds the note in an executable; `None` if it is no ELF file or has no such note.
pub fn find(executable: &[u8]) -> Option<Vec<u8>> {
    wasi_aot_linker::read_note(executable, NOTE_OWNER, NOTE_INFO)
}
