//! Random calls: the program of `tests/fuzz` terminates by itself whatever functions it calls with
//! whatever arguments, and changes nothing outside its grants. See `tests/fuzz/README.md`.
//!
//! `WASI_AOT_FUZZ_SEEDS=5..10000` runs these seeds.

use libtest_mimic::{Arguments, Failed, Trial};
use rayon::prelude::*;
use std::{
    collections::BTreeMap,
    env, fs, io,
    io::{Read, Write},
    ops::Range,
    os::{
        fd::OwnedFd,
        unix::{
            fs::{MetadataExt, symlink},
            net::UnixStream,
            process::ExitStatusExt,
        },
    },
    path::{Path, PathBuf},
    process::{Command, ExitCode, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};
use wasi_aot_targets::{TARGETS, Target};
use wasi_aot_tests::tool::{self, Runner};

/// The number of calls per run.
const CALLS: u32 = 200;
/// The maximum time of a run.
const PATIENCE: Duration = Duration::from_secs(60);
/// The options for both `wasi-aot build` and `wasmtime run`.
const GRANTS: [&str; 3] = ["--dir=granted::/", "--dir=also::/also", "--env=KEY=value"];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let survival = |files| TARGETS.iter().map(move |target| survival(target, files));
    let granted = survival(Files::Granted);
    let mut trials: Vec<Trial> = granted.chain(survival(Files::Embedded)).collect();
    trials.push(agreement());
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The requested seeds, or the first `count`.
fn seeds(count: u64) -> Range<u64> {
    let Ok(seeds) = env::var("WASI_AOT_FUZZ_SEEDS") else {
        return 1..1 + count;
    };
    let range = seeds
        .split_once("..")
        .and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    range.expect("WASI_AOT_FUZZ_SEEDS is like 5..10000")
}

/// A folder with the granted files, and files that are not granted.
struct Scene(tempfile::TempDir);

impl Scene {
    fn new() -> io::Result<Scene> {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir())?;
        let root = folder.path();
        for dir in [
            "granted/dir/sub",
            "granted/empty",
            "also",
            "fixed/dir",
            "outside/sub",
        ] {
            fs::create_dir_all(root.join(dir))?;
        }
        for file in [
            "granted/file",
            "granted/dir/file",
            "also/file",
            "fixed/file",
            "fixed/dir/file",
            "outside/secret",
        ] {
            fs::write(root.join(file), file)?;
        }
        for (target, link) in [
            ("../outside", "link-out"),
            ("/etc", "link-abs"),
            ("dir", "link-in"),
            ("loop", "loop"),
            ("nowhere", "dangling"),
            ("..", "up"),
            ("file", "link-file"),
            ("../outside/secret", "secret-link"),
            ("../outside/new", "new3"),
        ] {
            symlink(target, root.join("granted").join(link))?;
        }
        Ok(Scene(folder))
    }

    /// Everything that is not granted for writing, one file per line.
    fn outside(&self) -> io::Result<Vec<String>> {
        let mut lines = vec![];
        let mut todo = vec![self.0.path().to_owned()];
        while let Some(dir) = todo.pop() {
            for entry in fs::read_dir(&dir)? {
                let path = entry?.path();
                let status = fs::symlink_metadata(&path)?;
                lines.push(format!(
                    "{} {:o} {}",
                    path.display(),
                    status.mode(),
                    status.ino()
                ));
                if path.ends_with("granted") || path.ends_with("also") {
                    continue;
                }
                if status.is_dir() {
                    todo.push(path);
                } else if let Some(line) = lines.last_mut() {
                    let contents = fs::read_to_string(&path)?;
                    *line += &format!(" {} {} {contents}", status.nlink(), status.mtime_nsec());
                }
            }
        }
        lines.sort();
        Ok(lines)
    }
}

/// The result of a run.
struct Run {
    status: ExitStatus,
    stdout: Vec<u8>,
    stderr: String,
}

/// Runs `command` with the program's arguments in a new scene.
fn run(mut command: Command, seed: u64, trace: bool) -> Result<Run, String> {
    let failed = |error: io::Error| error.to_string();
    let scene = Scene::new().map_err(failed)?;
    let before = scene.outside().map_err(failed)?;
    command.args([seed.to_string(), CALLS.to_string()]);
    if trace {
        command.arg("trace");
    }
    command
        .current_dir(scene.0.path())
        .stdin(input(seed).map_err(failed)?);
    // The output at the end is only about traps.
    command.env("WASI_AOT_NOTES", "off");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(failed)?;
    // The command holds the other end of the input.
    drop(command);
    let start = Instant::now();
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let stdout = thread::spawn(move || read(stdout));
    let stderr = thread::spawn(move || read(stderr));
    let status = loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().and_then(|()| child.wait()).map_err(failed)?;
            return Err("does not end".to_owned());
        }
        thread::sleep(Duration::from_micros(300));
    };
    let stderr = stderr.join().map_err(|_| "no standard error")?;
    let after = scene.outside().map_err(failed)?;
    if before != after {
        return Err(format!("the outside was {before:#?}, is {after:#?}"));
    }
    Ok(Run {
        status,
        stdout: stdout.join().map_err(|_| "no standard output")?,
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
    })
}

fn read(pipe: Option<impl Read>) -> Vec<u8> {
    let mut bytes = vec![];
    if let Some(mut pipe) = pipe {
        let _ = pipe.read_to_end(&mut bytes);
    }
    bytes
}

/// Standard input: empty, or a socket that delivers data.
fn input(seed: u64) -> io::Result<Stdio> {
    if !seed.is_multiple_of(5) {
        return Ok(Stdio::null());
    }
    let (mut ours, theirs) = UnixStream::pair()?;
    ours.write_all(b"some input")?;
    Ok(OwnedFd::from(theirs).into())
}

/// The files that a program can open.
#[derive(Clone, Copy)]
enum Files {
    /// Directories with an embedded tree inside.
    Granted,
    /// Embedded trees only.
    Embedded,
}

/// Builds the program.
fn build(target: &Target, folder: &Path, files: Files) -> Result<PathBuf, Failed> {
    let app = folder.join("app");
    let mut build = Command::new(env!("CARGO_BIN_EXE_wasi-aot-under-test"));
    build.args(["build", "--quiet", "--no-cache", "--target", target.name]);
    build.args(["--max-memory=2M", "--max-open-files=40"]);
    let tree = embedded(folder)?;
    match files {
        Files::Granted => {
            build.args(GRANTS).arg("--dir=fixed::/fixed:ro");
            build.arg(format!("--embed={}::/embedded", tree.display()));
        }
        Files::Embedded => {
            for guest in ["/", "/also"] {
                build.arg(format!("--embed={}::{guest}", tree.display()));
            }
        }
    }
    let built = tool::run(build.arg("-o").arg(&app).arg(module()), b"");
    if built.status.success() {
        return Ok(app);
    }
    Err(format!("not built:\n{}", String::from_utf8_lossy(&built.stderr)).into())
}

/// The embedded files, with the names that the program tries.
fn embedded(folder: &Path) -> io::Result<PathBuf> {
    let root = folder.join("embedded");
    fs::create_dir_all(root.join("dir/sub"))?;
    for file in ["file", "dir/file"] {
        fs::write(root.join(file), file)?;
    }
    for (target, link) in [
        ("dir", "link-in"),
        ("loop", "loop"),
        ("nowhere", "dangling"),
        ("..", "dir/up"),
        ("file", "link-file"),
    ] {
        symlink(target, root.join(link))?;
    }
    Ok(root)
}

fn module() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz.wasm")
}

/// Runs many seeds on one target.
fn survival(target: &'static Target, files: Files) -> Trial {
    let name = match files {
        Files::Granted => target.name.to_owned(),
        Files::Embedded => format!("{}/embedded", target.name),
    };
    match Runner::find(target) {
        Ok(runner) => Trial::test(name, move || survive(target, &runner, files)),
        Err(reason) => tool::unable(name, reason),
    }
}

fn survive(target: &Target, runner: &Runner, files: Files) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let app = build(target, folder.path(), files)?;
    let seeds = seeds(if matches!(runner, Runner::Native) {
        500
    } else {
        50
    });
    let count = seeds.end - seeds.start;
    let ended: Vec<(u64, Result<bool, String>)> = seeds
        .into_par_iter()
        .map(|seed| {
            let ended = run(runner.command(&app), seed, false);
            (seed, ended.and_then(|run| judge(seed, &run)))
        })
        .collect();
    let failures: Vec<String> = ended
        .iter()
        .filter_map(|(seed, ended)| Some(format!("seed {seed}: {}", ended.as_ref().err()?)))
        .collect();
    let traps = ended.iter().filter(|(_, ended)| *ended == Ok(true)).count();
    println!(
        "\n  {count} seeds, {} failed, {traps} ended by a trap",
        failures.len()
    );
    if failures.is_empty() {
        return Ok(());
    }
    let some: Vec<&str> = failures.iter().take(20).map(String::as_str).collect();
    Err(some.join("\n").into())
}

/// Whether the run ended with a trap; an error if nothing explains how it ended.
fn judge(seed: u64, run: &Run) -> Result<bool, String> {
    let Run { status, stderr, .. } = run;
    let (hostile, streams) = (seed.is_multiple_of(3), seed.is_multiple_of(4));
    let pointer = [
        "wasm trap: out of bounds memory access",
        "wasm trap: pointer not aligned",
    ];
    let of_a_pointer = pointer.iter().any(|trap| stderr.contains(trap));
    match (status.code(), status.signal()) {
        (None, Some(6)) if hostile && of_a_pointer => Ok(true),
        // The report went to the stream to which the program redirected it.
        (None, Some(6)) if hostile && streams => Ok(true),
        // Nobody reads from the socket that is its standard input, to which it has written.
        (None, Some(13)) if streams && seed.is_multiple_of(5) => Ok(true),
        (Some(_), _) if streams || stderr.is_empty() => Ok(false),
        _ => Err(format!("{status}: {stderr}")),
    }
}

/// Compares the same calls with wasmtime, if it is installed.
fn agreement() -> Trial {
    let name = "wasmtime";
    let host = wasi_aot_targets::host();
    match (tool::in_path("wasmtime"), host) {
        (Some(wasmtime), Some(host)) => Trial::test(name, move || agree(&wasmtime, host)),
        _ => tool::left_out(name, "no wasmtime in PATH"),
    }
}

fn agree(wasmtime: &Path, host: &Target) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let app = folder.path().join("app");
    let mut build = Command::new(env!("CARGO_BIN_EXE_wasi-aot-under-test"));
    build
        .args(["build", "--quiet", "--no-cache", "--target", host.name])
        .args(GRANTS);
    let built = tool::run(build.arg("-o").arg(&app).arg(module()), b"");
    if !built.status.success() {
        return Err(format!("not built:\n{}", String::from_utf8_lossy(&built.stderr)).into());
    }
    let compiled = folder.path().join("fuzz.cwasm");
    let mut compile = Command::new(wasmtime);
    tool::run(
        compile
            .arg("compile")
            .arg(module())
            .arg("-o")
            .arg(&compiled),
        b"",
    );
    let known = known_differences()?;
    let compared: Vec<(u64, Result<Comparison, String>)> = seeds(1500)
        .into_par_iter()
        // Only seeds without streams, hostile pointers and unknown flags. wasmtime traps on unknown
        // flags.
        .filter(|seed| !seed.is_multiple_of(4) && seed % 3 == 1 && !seed.is_multiple_of(5))
        .map(|seed| {
            let mut theirs = Command::new(wasmtime);
            theirs
                .args(["run", "--allow-precompiled"])
                .args(GRANTS)
                .arg(&compiled);
            let both = run(Command::new(&app), seed, true)
                .and_then(|ours| Ok((ours, run(theirs, seed, true)?)));
            (
                seed,
                both.map(|(ours, theirs)| compare(&ours, &theirs, &known)),
            )
        })
        .collect();
    let (mut wrong, mut on_purpose, mut calls) = (vec![], BTreeMap::new(), 0);
    for (seed, comparison) in compared {
        let comparison = comparison.map_err(|error| format!("seed {seed}: {error}"))?;
        calls += comparison.calls;
        for key in comparison.on_purpose {
            *on_purpose.entry(key).or_insert(0) += 1;
        }
        wrong.extend(comparison.wrong.map(|what| format!("seed {seed}: {what}")));
    }
    println!("\n  {calls} calls with the same answer; on purpose not the same: {on_purpose:#?}");
    if wrong.is_empty() {
        return Ok(());
    }
    Err(wrong.join("\n").into())
}

/// The comparison of two runs of one seed.
#[derive(Default)]
struct Comparison {
    /// The number of calls with the same result.
    calls: u32,
    /// Known differences: function, our result, wasmtime's result.
    on_purpose: Vec<String>,
    /// The first unknown difference.
    wrong: Option<String>,
}

/// Compares the results until the two runs diverge. `known`: whether the comparison can continue
/// after a known difference.
fn compare(ours: &Run, theirs: &Run, known: &BTreeMap<String, bool>) -> Comparison {
    let mut comparison = Comparison::default();
    for (ours, theirs) in ours.stderr.lines().zip(theirs.stderr.lines()) {
        if ours == theirs {
            comparison.calls += 1;
            continue;
        }
        let word = |line: &str, index| line.split(' ').nth(index).unwrap_or_default().to_owned();
        let key = format!("{} {} {}", word(ours, 1), word(ours, 2), word(theirs, 2));
        match known
            .get(&key)
            .or_else(|| two_errors(&key).then_some(&true))
        {
            Some(goes_on) => {
                comparison.on_purpose.push(key);
                if !goes_on {
                    return comparison;
                }
            }
            None => {
                comparison.wrong = Some(format!("{key} (ours `{ours}`, theirs `{theirs}`)"));
                return comparison;
            }
        }
    }
    if ours.stdout != theirs.stdout {
        comparison.wrong = Some("something else was written to standard output".to_owned());
    }
    comparison
}

/// Whether both refuse a path, and one of them because of its form or because of where it leads.
/// The order of these checks is unspecified.
fn two_errors(key: &str) -> bool {
    /// `EILSEQ`, `EINVAL`, `ENAMETOOLONG`, `EPERM`.
    const FORM: [&str; 4] = ["25", "28", "37", "63"];
    let words: Vec<&str> = key.split(' ').collect();
    let [function, ours, theirs] = words[..] else {
        return false;
    };
    let refused = ours != "0" && theirs != "0";
    function.starts_with("path_") && refused && (FORM.contains(&ours) || FORM.contains(&theirs))
}

/// `differences.txt`: function, our error, wasmtime's error, and whether the comparison can
/// continue after it.
fn known_differences() -> Result<BTreeMap<String, bool>, Failed> {
    let text = fs::read_to_string(module().with_file_name("differences.txt"))?;
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    let mut known = BTreeMap::new();
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        let [function, ours, theirs, then, ..] = words[..] else {
            return Err(format!("`{line}` is not understood").into());
        };
        known.insert(format!("{function} {ours} {theirs}"), then == "on");
    }
    Ok(known)
}
