//! Running servers: their processes have the filters that they should, and a worker that is taken
//! over meets them.

use super::holes::{self, End, Exit, Signal};
use super::worker_holes::{self, Granted};
use libtest_mimic::Trial;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// A test; its error says why it fails.
type Check = fn() -> Result<(), String>;

pub fn trials() -> Vec<Trial> {
    let obstacle = holes::obstacle();
    let own: [(&str, Check); 2] = [("confined", confined), ("records", records)];
    let mut trials = worker_holes::trials(&obstacle);
    if trials.is_empty() {
        let reason = "holes are machine code of x86-64".to_owned();
        trials.push(wasi_aot_tests::tool::left_out("workers", reason));
        return trials;
    }
    trials.extend(
        own.map(|(name, test)| super::trial(format!("workers/{name}"), obstacle.clone(), test)),
    );
    trials
}

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server with one worker.
pub struct Server {
    child: Child,
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

/// Executables before their code is replaced, by the server's grants and how it is hardened.
static BUILT: Mutex<BTreeMap<(Granted, &str), Vec<u8>>> = Mutex::new(BTreeMap::new());

/// The executable of a server.
fn build(granted: Granted, harden: &'static str) -> Result<Vec<u8>, String> {
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(bytes) = built.get(&(granted, harden)) {
        return Ok(bytes.clone());
    }
    let host = wasi_aot_targets::host().ok_or("this machine is no target")?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let executable = folder.path().join("app");
    let mut options = vec![format!("--harden={harden}"), "--workers=1".into()];
    options.push("--listen=127.0.0.1:0".into());
    if granted == Granted::Files {
        // Relative paths mean the directory at run time.
        options.push("--dir=granted::.".into());
    }
    super::build(
        host,
        &worker_holes::component(granted),
        &options,
        &executable,
    )?;
    let bytes = fs::read(&executable).map_err(|error| error.to_string())?;
    built.insert((granted, harden), bytes.clone());
    Ok(bytes)
}

impl Server {
    /// Starts a server whose handler is this machine code.
    pub fn start(granted: Granted, harden: &'static str, code: &[u8]) -> Result<Server, String> {
        let io = |error: std::io::Error| error.to_string();
        let folder = tempfile::tempdir().map_err(io)?;
        fs::create_dir(folder.path().join("granted")).map_err(io)?;
        fs::write(folder.path().join("granted/inside"), "inside").map_err(io)?;
        fs::write(folder.path().join("outside"), "outside").map_err(io)?;
        let executable = folder.path().join("app");
        fs::write(&executable, build(granted, harden)?).map_err(io)?;
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(&executable, mode).map_err(io)?;
        holes::patch(&executable, "hole", code)?;
        let mut child = run(&executable, folder.path()).map_err(io)?;
        let errors = child.stderr.take().ok_or("no standard error")?;
        let mut server = Server {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            _folder: folder,
        };
        let mut errors = BufReader::new(errors);
        let mut line = String::new();
        errors.read_line(&mut line).map_err(io)?;
        let address = line.trim_end().strip_prefix("listening at http://");
        match address.and_then(|text| text.parse().ok()) {
            Some(address) => server.address = address,
            None => return Err(format!("it does not listen: {line}")),
        }
        // Whatever it prints must not make it wait.
        thread::spawn(move || errors.read_to_end(&mut Vec::new()));
        Ok(server)
    }

    /// The process of the supervisor.
    pub fn supervisor(&self) -> i32 {
        self.child.id().cast_signed()
    }

    /// The process of the worker, once it exists; `other`: it must be another than this.
    pub fn worker(&self, other: i32) -> Result<i32, String> {
        let supervisor = self.supervisor().to_string();
        wait("a worker", || {
            let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
            let mut ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
            let is_worker = |id: &i32| {
                let parent = stat(*id).and_then(|stat| stat.get(1).cloned());
                *id != other && parent.as_ref() == Some(&supervisor)
            };
            ids.find(is_worker)
        })
    }

    /// Sends a request, which nobody may answer.
    pub fn request(&self) -> Result<TcpStream, String> {
        let mut stream = TcpStream::connect(self.address).map_err(|error| error.to_string())?;
        let sent = stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        sent.map_err(|error| error.to_string())?;
        Ok(stream)
    }

    fn signal(&self, signal: i32) {
        // SAFETY: the group of a child that was made for it and has not been waited for.
        unsafe { libc::kill(self.supervisor(), signal) };
    }

    /// Sends a request to the worker, which ends by it. The supervisor is stopped so that the end
    /// can be read.
    pub fn end(&self) -> Result<End, String> {
        let worker = self.worker(0)?;
        self.signal(libc::SIGSTOP);
        let _stream = self.request()?;
        let status = wait("the end of the worker", || {
            let stat = stat(worker)?;
            let ended = stat.first().is_some_and(|state| state == "Z");
            ended.then(|| stat.get(49)?.parse::<i32>().ok()).flatten()
        })?;
        Ok(match status & 0x7f {
            0 => Exit(status >> 8 & 0xff),
            signal => Signal(signal),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SAFETY: the group of a child that was made for it and has not been waited for.
        unsafe { libc::kill(-self.supervisor(), libc::SIGKILL) };
        let _ = self.child.wait();
    }
}

/// Starts an executable in a process group of its own. Core files are disabled because nobody needs
/// them.
fn run(executable: &Path, folder: &Path) -> std::io::Result<Child> {
    let mut command = Command::new(executable);
    command.current_dir(folder).process_group(0);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let limit = || {
        let none = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: reads the limits, and may be called between fork and exec.
        unsafe { libc::setrlimit(libc::RLIMIT_CORE, &none) };
        Ok(())
    };
    // SAFETY: `limit` calls only `setrlimit`.
    unsafe { command.pre_exec(limit) };
    loop {
        match command.spawn() {
            // Another thread that is starting a process may still have the new file open.
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => thread::yield_now(),
            child => return child,
        }
    }
}

/// The fields of `/proc/PID/stat` from the process's state on.
fn stat(process: i32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(") ")?;
    Some(fields.split_whitespace().map(str::to_owned).collect())
}

/// A field of `/proc/PID/status`.
fn status(process: i32, name: &str) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = lines.find(|(other, _)| *other == name)?;
    Some(value.trim().to_owned())
}

/// Waits until something is found.
fn wait<T>(what: &str, mut find: impl FnMut() -> Option<T>) -> Result<T, String> {
    let until = Instant::now() + PATIENCE;
    loop {
        match find() {
            Some(found) => return Ok(found),
            None if Instant::now() > until => return Err(format!("{what} does not come")),
            None => thread::sleep(Duration::from_millis(2)),
        }
    }
}

/// The supervisor has its filter, and a worker two; neither can gain privileges.
fn confined() -> Result<(), String> {
    let server = Server::start(Granted::Nothing, "required", &[])?;
    let worker = server.worker(0)?;
    // The supervisor's filter comes before its first worker, the worker's own a little later.
    for (process, count) in [(server.supervisor(), "1"), (worker, "2")] {
        wait("the filter", || {
            (status(process, "Seccomp_filters")? == count).then_some(())
        })?;
        for (field, expected) in [("Seccomp", "2"), ("NoNewPrivs", "1")] {
            let found = status(process, field);
            if found.as_deref() != Some(expected) {
                return Err(format!("{field} is {found:?}, not {expected}"));
            }
        }
    }
    Ok(())
}

/// The descriptors of a process.
fn descriptors(process: i32) -> usize {
    fs::read_dir(Path::new("/proc").join(process.to_string()).join("fd")).map_or(0, Iterator::count)
}

/// Whatever a worker tells the supervisor, that keeps nothing of it, and replaces the worker.
fn records() -> Result<(), String> {
    let code = worker_holes::lies().ok_or("there is no such hole")?;
    let server = Server::start(Granted::Nothing, "required", code)?;
    let first = server.worker(0)?;
    wait("the filter", || {
        (status(first, "Seccomp_filters")? == "2").then_some(())
    })?;
    let before = descriptors(server.supervisor());
    let mut last = first;
    for _ in 0..3 {
        let _stream = server.request()?;
        last = server.worker(last)?;
    }
    let found = || descriptors(server.supervisor());
    match wait("the supervisor's descriptors", || {
        (found() == before).then_some(())
    }) {
        Ok(()) => Ok(()),
        Err(_) => Err(format!(
            "the supervisor had {before} descriptors, and has {}",
            found()
        )),
    }
}
