//! The info note: what an executable says about itself, as JSON that `inspect` reads back.
//!
//! It holds nothing of the machine that built it: two builds of one input are the same bytes.

use super::grants::{HardenArg, RuntimeGrant};
use crate::wall;
use serde::{Deserialize, Serialize};
use wasi_aot_abi::symbols::{NOTE_INFO, NOTE_OWNER};

/// The version of the note's format. 1 had no fields of embedded files, sockets, connections, grants at
/// start, the wall, nor limits of time and descriptors: they have defaults, so it can be read all the same.
pub const FORMAT: u32 = 2;

/// The note.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// [`FORMAT`].
    pub format: u32,
    /// The version of wasi-aot that built it.
    pub version: String,
    /// The target's name.
    pub target: String,
    /// What it was built from.
    pub input: InputInfo,
    /// What the program may reach.
    pub grants: Grants,
    /// Limits.
    pub limits: Limits,
    /// The export that runs instead of `_start`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub invoke: Option<String>,
    /// What the process gives up before the program starts; not in notes of format 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub wall: Option<WallInfo>,
    /// How code was made.
    pub code: CodeInfo,
}

/// What an executable was built from.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
pub struct InputInfo {
    /// File name, without folders.
    pub name: String,
    /// SHA-256 of the module in binary form, hexadecimal.
    pub sha256: String,
}

/// What the program may reach, beside the standard streams.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq, Default)]
pub struct Grants {
    /// Directories.
    pub dirs: Vec<DirGrant>,
    /// Files inside the executable.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub embeds: Vec<EmbedInfo>,
    /// Variables: `K=V`, or `K` for what is passed on.
    pub env: Vec<String>,
    /// Whether the whole environment is passed on.
    pub inherit_env: bool,
    /// The program's name as it sees it, if that is fixed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub argv0: Option<String>,
    /// Where it listens: `ADDRESS:PORT`, in numbers.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub listen: Vec<String>,
    /// Whether it takes over sockets (`LISTEN_FDS`).
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub listen_fds: bool,
    /// Where it may connect to: `HOST:PORT`, each may be `*`; or `*`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub allow_net: Vec<String>,
    /// Where it may wait for others: `ADDRESS:PORT`, each may be `*`; or `*`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub allow_net_listen: Vec<String>,
    /// Whether it may look up any name.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub allow_name_lookup: bool,
    /// What may be granted when it is started: sorted, never [`RuntimeGrant::All`].
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub at_start: Vec<RuntimeGrant>,
    /// Whether a failure for want of a grant is left unexplained.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub no_notes: bool,
}

/// A granted directory.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
pub struct DirGrant {
    /// Path on the host, as typed.
    pub host: String,
    /// Path that the program sees.
    pub guest: String,
    /// Whether nothing below may be changed.
    pub read_only: bool,
}

/// A tree of files inside the executable.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
pub struct EmbedInfo {
    /// Path that the program sees.
    pub guest: String,
    /// Number of files.
    pub files: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// SHA-256 of all that the program sees of it, hexadecimal.
    pub sha256: String,
}

/// What the process gives up before the program starts.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq, Default)]
pub struct WallInfo {
    /// Whether there is a wall, and whether it must be.
    pub harden: HardenArg,
    /// What is allowed: a note of its own in the executable, because it follows from the code.
    #[serde(flatten)]
    pub note: Option<wall::Note>,
}

/// Limits.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// What memories, and what tables grow by, may take in all, in bytes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max_memory: Option<u64>,
    /// What the objects of the heap may take, in bytes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max_heap: Option<u64>,
    /// Size of the program's stack in bytes.
    pub max_stack: u64,
    /// How long the program may run, in nanoseconds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub timeout: Option<u64>,
    /// How many descriptors it may have open at once, those that it starts with included.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max_open_files: Option<u64>,
}

/// How code was made.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
pub struct CodeInfo {
    /// `guard` or `explicit`.
    pub bounds_checks: String,
    /// `error` or `trap`.
    pub unknown_imports: String,
    /// `0` or `2`.
    pub optimize: String,
    /// `deterministic`; `None`: as the CPU does best.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub relaxed_simd: Option<String>,
    /// What it takes for granted of the CPU; `None`: the target's baseline.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cpu: Option<String>,
    /// Whether comparisons hold, too, while the CPU runs ahead of them.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub spectre_mitigation: bool,
    /// Whether arithmetic makes canonical NaNs only.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub nan_canonicalization: bool,
}

impl Info {
    /// As it stands in the executable.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain data has a JSON form")
    }
}

/// Finds the note in an executable: `None` if this is no ELF file or has no such note.
pub fn find(executable: &[u8]) -> Option<Vec<u8>> {
    wasi_aot_linker::read_note(executable, NOTE_OWNER, NOTE_INFO)
}
