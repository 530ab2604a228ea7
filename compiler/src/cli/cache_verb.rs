//! `wasi-aot cache`: prints the cache's location and size, verifies it, or clears it.

use super::args::CacheVerb;
use super::cache::{self, Cache, Kind};
use super::print_bytes;
use crate::policy::Size;
use crate::{Result, shown};
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;

/// Runs the verb.
pub fn run(verb: &CacheVerb) -> Result<()> {
    match verb {
        CacheVerb::Dir => print_bytes(cache::path()?.as_os_str().as_bytes()),
        CacheVerb::Verify => verify(&Cache::open()?),
        CacheVerb::Size => size(&Cache::open()?),
        CacheVerb::Clean => {
            let (count, bytes) = Cache::open()?.clear()?;
            print_bytes(format!("removed {}", entries(count, bytes)).as_bytes())
        }
    }
}

fn size(cache: &Cache) -> Result<()> {
    let sizes = Kind::ALL.map(|kind| cache.size(kind));
    let (count, bytes) = sizes.iter().fold((0, 0), |(count, bytes), size| {
        (count + size.0, bytes + size.1)
    });
    let [executables, code, functions] = sizes.map(|(count, bytes)| entries(count, bytes));
    let text = format!(
        "{}, of at most {}\nexecutables: {executables}\ncode:        {code}\nfunctions:   {functions}",
        entries(count, bytes),
        Size(cache.bound()),
    );
    print_bytes(text.as_bytes())
}

fn verify(cache: &Cache) -> Result<()> {
    let verified = cache.verify();
    let mut text = String::new();
    for damaged in &verified.damaged {
        let path = damaged.file.path.to_string_lossy();
        let (path, why) = (shown::line(&path), &damaged.why);
        // Writing to a `String` cannot fail.
        let _ = match &damaged.removed {
            Ok(()) => writeln!(text, "removed {path}: {why}"),
            Err(error) => writeln!(text, "cannot remove {path}: {error} ({why})"),
        };
    }
    let bytes = verified.whole.iter().map(|file| file.bytes).sum();
    text += &entries(verified.whole.len(), bytes);
    match verified.damaged.len() {
        0 => {}
        1 => text += "; 1 was damaged",
        damaged => _ = write!(text, "; {damaged} were damaged"),
    }
    print_bytes(text.as_bytes())
}

fn entries(count: usize, bytes: u64) -> String {
    let plural = if count == 1 { "entry" } else { "entries" };
    format!("{count} {plural}, {}", Size(bytes))
}
