//! Recorded answers of wasmtime, as hashes, so that the first seeds are also compared without it.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Hashes of a seed's module and its answer.
#[derive(Debug, PartialEq, Eq, Clone)]
pub struct Record {
    /// Hash of the module with its driver: a difference means that the generator has changed.
    pub module: String,
    /// Hash of the answer.
    pub answer: String,
}

/// The path of the records.
pub fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("answers.txt")
}

/// Reads the file: one line per seed, with the two hashes.
///
/// # Errors
/// If it cannot be read, or a line has another form.
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

/// The hash in its recorded form: long enough to detect differences.
pub fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
