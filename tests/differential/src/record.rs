//! Recorded answers of wasmtime, as hashes, so that the first seeds are compared also where it is not at hand.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Hashes of a seed's module and of what was answered.
#[derive(Debug, PartialEq, Eq, Clone)]
pub struct Record {
    /// Of the module with its driver: another one means that the generator has changed.
    pub module: String,
    /// Of the answer.
    pub answer: String,
}

/// Where they are.
pub fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("answers.txt")
}

/// Reads the file: a line a seed, with the two hashes.
///
/// # Errors
/// If it cannot be read, or a line is of another form.
pub fn read() -> io::Result<BTreeMap<u64, Record>> {
    let text = fs::read_to_string(file())?;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| match line.split(' ').collect::<Vec<_>>()[..] {
            [seed, module, answer] => {
                let record = Record {
                    module: module.to_owned(),
                    answer: answer.to_owned(),
                };
                Ok((seed.parse().map_err(io::Error::other)?, record))
            }
            _ => Err(io::Error::other(format!("`{line}` is not understood"))),
        })
        .collect()
}

/// Writes the file.
///
/// # Errors
/// If it cannot be written.
pub fn write(records: &BTreeMap<u64, Record>) -> io::Result<()> {
    let mut text =
        "# Seed, hash of its module, hash of wasmtime's answer. Written by WASI_AOT_BLESS=1.\n"
            .to_owned();
    for (seed, record) in records {
        text += &format!("{seed} {} {}\n", record.module, record.answer);
    }
    fs::write(file(), text)
}

/// The hash as it is recorded: enough of it to tell what is different.
pub fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
