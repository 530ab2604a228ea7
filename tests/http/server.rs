//! Builds a server and runs it.

use libtest_mimic::Failed;
use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read};
use std::iter;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use wasi_aot_targets::Target;
use wasi_aot_tests::tool::{self, Runner};

/// How long a server may take until it listens, or until it has stopped.
const PATIENCE: Duration = Duration::from_secs(60);

/// The target, and how its programs are run.
#[derive(Clone)]
pub struct Machine {
    pub target: &'static Target,
    pub runner: Runner,
    /// The command that runs servers, with the path as its last argument; empty: none.
    by: Vec<OsString>,
}

/// A running server.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// What it prints on its standard error after the address, and on its standard output.
    printed: [Option<thread::JoinHandle<String>>; 2],
    _folder: tempfile::TempDir,
}

/// The file of a component.
pub fn component(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("http/components");
    folder.join(name).with_extension("wasm")
}

impl Machine {
    /// A machine as it is.
    pub fn new(target: &'static Target, runner: Runner) -> Machine {
        Machine {
            target,
            runner,
            by: Vec::new(),
        }
    }

    /// The same machine without `/proc`: with an empty folder in its place.
    pub fn without_proc(self, unshare: PathBuf) -> Machine {
        let script = "mount -t tmpfs none /proc && exec \"$0\"";
        let words = ["--user", "--map-root-user", "--mount", "sh", "-c", script];
        let words = words.map(OsString::from).into_iter();
        let by = iter::once(unshare.into()).chain(words).collect();
        Machine { by, ..self }
    }

    /// The same machine, on which servers are run by this command.
    pub fn with(&self, command: &[&str]) -> Machine {
        let by = command.iter().map(OsString::from).collect();
        Machine { by, ..self.clone() }
    }

    /// The command that runs a server.
    fn command(&self, app: &Path) -> Command {
        let mut command = match &*self.by {
            [] => self.runner.command(app),
            [program, words @ ..] => {
                let mut command = Command::new(program);
                command.args(words).arg(app);
                command
            }
        };
        command.env_clear();
        if !self.by.is_empty() {
            command.env("PATH", "/bin:/usr/bin:/sbin:/usr/sbin");
        }
        command
    }

    /// Builds a server from the component `name` with options of `wasi-aot build`, and starts it at
    /// a port that the system chooses.
    pub fn serve(&self, name: &str, options: &[String]) -> Result<Server, Failed> {
        self.serve_with(name, options, &[])
    }

    /// The same, started with these variables.
    pub fn serve_with(
        &self,
        name: &str,
        options: &[String],
        variables: &[(&str, &str)],
    ) -> Result<Server, Failed> {
        let folder = tempfile::tempdir()?;
        // Another user may run it.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
        let app = folder.path().join("app");
        let mut build = Command::new(env!("CARGO_BIN_EXE_wasi-aot-under-test"));
        build
            .args(["build", "--quiet", "--no-cache", "--listen", "127.0.0.1:0"])
            .args(["--target", self.target.name])
            .args(options)
            .arg(component(name))
            .arg("-o")
            .arg(&app);
        let built = tool::run(&mut build, b"");
        if !built.status.success() {
            return Err(String::from_utf8_lossy(&built.stderr).into_owned().into());
        }
        let mut command = self.command(&app);
        // Its own group, so that its workers can be ended, too.
        command.current_dir(folder.path()).process_group(0);
        command.envs(variables.iter().copied());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let (sender, receiver) = mpsc::channel();
        let errors = child.stderr.take().map(BufReader::new);
        let errors = errors.map(|stream| {
            thread::spawn(move || {
                let mut stream = stream;
                let mut line = String::new();
                let _ = stream.read_line(&mut line);
                let _ = sender.send(line);
                rest(stream)
            })
        });
        let output = child.stdout.take();
        let output = output.map(|stream| thread::spawn(move || rest(stream)));
        let mut server = Server {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            printed: [errors, output],
            _folder: folder,
        };
        let line = receiver.recv_timeout(PATIENCE).unwrap_or_default();
        let address = line.trim_end().strip_prefix("listening at http://");
        match address.and_then(|text| text.parse().ok()) {
            Some(address) => server.address = address,
            None => return Err(format!("it does not listen: {line}").into()),
        }
        Ok(server)
    }
}

impl Server {
    /// Ends it by a signal, and returns what it has printed: on standard error, then on standard
    /// output.
    pub fn stop(&mut self, signal: i32) -> Result<(ExitStatus, [String; 2]), Failed> {
        // SAFETY: a child that has not been waited for.
        unsafe { libc::kill(self.child.id().cast_signed(), signal) };
        let until = Instant::now() + PATIENCE;
        let status = loop {
            match self.child.try_wait()? {
                Some(status) => break status,
                None if Instant::now() > until => return Err("it does not stop".into()),
                None => thread::sleep(Duration::from_millis(5)),
            }
        };
        let mut printed = self.printed.each_mut().map(|thread| {
            let text = thread.take().map(thread::JoinHandle::join);
            text.and_then(Result::ok).unwrap_or_default()
        });
        printed
            .iter_mut()
            .for_each(|text| *text = text.replace('\r', ""));
        Ok((status, printed))
    }

    /// The supervisor.
    pub fn supervisor(&self) -> i32 {
        self.child.id().cast_signed()
    }

    /// The workers.
    pub fn workers(&self) -> Vec<i32> {
        let mut processes = self.processes();
        processes.retain(|&id| id != self.supervisor());
        processes
    }

    /// The processes of the server: the supervisor and its workers.
    pub fn processes(&self) -> Vec<i32> {
        let group = self.supervisor();
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        // SAFETY: touches no memory.
        ids.filter(|&id| unsafe { libc::getpgid(id) } == group)
            .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SAFETY: the group of a child that was made for it.
        unsafe { libc::kill(-self.child.id().cast_signed(), libc::SIGKILL) };
        let _ = self.child.wait();
    }
}

fn rest(mut stream: impl Read) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}
