//! Measures the build of a program of a count, in CPU time, on which other work of the machine has
//! little influence.

use super::Count;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The outcome of a build.
#[derive(Clone, Debug, PartialEq)]
pub enum Cost {
    /// It took this CPU time.
    Time(Duration),
    /// A limit was exceeded: it failed with this code.
    Limit,
    /// It exceeded the time limit.
    Endless,
    /// It failed in another way: the last line of its output.
    Failed(String),
}

/// Builds the program with `n` counted items with the `wasi-aot` at `tool`, on one thread, for at
/// most `patience`.
///
/// Other child processes of this process at the same time would be counted, too.
///
/// # Panics
/// If the text of the program does not parse, or a file cannot be written.
pub fn build(tool: &Path, count: &Count, n: usize, patience: Duration) -> Cost {
    let folder = tempfile::tempdir().expect("a folder for what is built");
    let path = folder.path().join("counted.wasm");
    let bytes =
        wat::parse_str((count.text)(n)).unwrap_or_else(|error| panic!("{}: {error}", count.name));
    std::fs::write(&path, bytes).expect("the module is written");
    let errors = folder.path().join("errors");
    let before = children();
    let mut child = Command::new(tool)
        .args(["build", "-q", "--no-cache", "-j", "1", "-o"])
        .arg(folder.path().join("app"))
        .args(count.options)
        .arg(&path)
        .envs([("RAYON_NUM_THREADS", "1"), ("NO_COLOR", "1")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&errors).expect("a file for errors"))
        .spawn()
        .expect("the tool starts");
    let end = Instant::now() + patience;
    let status = loop {
        if let Some(status) = child.try_wait().expect("the tool is waited for") {
            break status;
        }
        if Instant::now() > end {
            _ = child.kill();
            _ = child.wait();
            return Cost::Endless;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let took = children().saturating_sub(before);
    let text = std::fs::read_to_string(&errors).unwrap_or_default();
    match status.success() {
        true => Cost::Time(took),
        false if text.contains("error[E0103]") => Cost::Limit,
        false => Cost::Failed(format!("{status}: {}", text.trim())),
    }
}

/// The CPU time of all child processes that have ended.
fn children() -> Duration {
    // SAFETY: zeros are a valid value of this structure of numbers.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a structure that may be written.
    let failed = unsafe { libc::getrusage(libc::RUSAGE_CHILDREN, &mut usage) } != 0;
    assert!(!failed, "getrusage: {}", std::io::Error::last_os_error());
    let time = |time: libc::timeval| {
        Duration::from_secs(time.tv_sec as u64) + Duration::from_micros(time.tv_usec as u64)
    };
    time(usage.ru_utime) + time(usage.ru_stime)
}
