//! The native loops. Each runs in a separate process of this executable.

use crate::calls::{CALLS, Call};
use crate::wall::Wall;
use crate::{BATCH, times};
use std::env;
use std::ffi::c_int;
use std::fs::File;
use std::hint::black_box;
use std::os::fd::IntoRawFd;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// The first argument of a process that runs a loop. The name of the call, the number of batches
/// and the policy follow.
pub const ROLE: &str = "--native";

/// The data on which the calls operate.
pub struct Native {
    pub dir: c_int,
    pub buffer: [u64; 64],
    pub zero: [i64; 2],
}

/// Runs the loop in a separate process; returns the nanoseconds per call of each batch.
pub fn spawn(call: &Call, wall: Option<&Wall>, folder: &Path, batches: u32) -> Vec<f64> {
    let stdin = folder.join(call.stdin);
    let mut command = Command::new(env::current_exe().expect("it runs"));
    command.args([ROLE, call.name, &batches.to_string()]);
    command.args(wall.map(Wall::to_words).unwrap_or_default());
    command
        .stdin(File::open(stdin).expect("it is there"))
        .stdout(Stdio::null());
    let output = command.stderr(Stdio::piped()).current_dir(folder).output();
    let output = output.expect("this executable starts");
    assert!(
        output.status.success(),
        "the native loop fails: {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    times(&output.stderr)
}

/// Runs a loop as the arguments after [`ROLE`] say, and ends the process.
pub fn main(words: &[String]) -> ExitCode {
    let [name, batches, wall @ ..] = words else {
        return ExitCode::from(2);
    };
    let call = CALLS.iter().find(|call| call.name == name);
    let call = call.expect("a call of the table");
    let batches: usize = batches.parse().expect("a number");
    let mut native = Native {
        dir: File::open(".").expect("it is there").into_raw_fd(),
        buffer: [0; 64],
        zero: [0; 2],
    };
    let mut times = vec![0; batches];
    if let Some(wall) = Wall::from_words(wall) {
        wall.enclose(native.dir);
    }
    for time in &mut times {
        let start = Instant::now();
        for _ in 0..BATCH {
            (call.native)(black_box(&mut native));
        }
        *time = start.elapsed().as_nanos() as u64;
    }
    report(&times)
}

/// Writes the times to standard error, and ends the process. It uses only calls that every policy
/// allows.
fn report(times: &[u64]) -> ! {
    let bytes: Vec<u8> = times.iter().flat_map(|time| time.to_le_bytes()).collect();
    let mut rest = &bytes[..];
    while !rest.is_empty() {
        // SAFETY: the pointer and the length are those of `rest`.
        let written = unsafe { libc::write(2, rest.as_ptr().cast(), rest.len()) };
        let Ok(written) = usize::try_from(written) else {
            break;
        };
        rest = &rest[written..];
    }
    // SAFETY: `_exit` only ends the process.
    unsafe { libc::_exit(i32::from(!rest.is_empty())) }
}
