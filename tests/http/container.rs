//! A server alone in an empty root, as the first process of its namespace: the container of the
//! guide's Dockerfile, without a container runtime.

use crate::{answer::Answer, connection::Connection, connection::Missing, ensure};
use libtest_mimic::{Failed, Trial};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};
use wasi_aot_targets::Target;
use wasi_aot_tests::tool::{self, Runner};

/// How long the server may take until it listens, or until it has stopped.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether the container has `/proc`, as those of container runtimes do.
const TESTS: &[(&str, bool)] = &[("with_proc", true), ("without_proc", false)];

/// The trials of a target. An emulator would have to be in the root, too.
pub fn trials(target: &'static Target, runner: &Result<Runner, String>) -> Vec<Trial> {
    let trial = |&(name, proc): &(&str, bool)| {
        let name = format!("{}/container/{name}", target.name);
        match (runner, tool::in_path("unshare")) {
            (Ok(Runner::Native), Some(unshare)) => {
                Trial::test(name, move || serves(target, &unshare, proc))
            }
            (Ok(Runner::Native), None) => tool::unable(name, "no unshare".to_owned()),
            (Ok(Runner::Emulator(_)), _) => tool::left_out(name, "an emulator is not in the root"),
            (Err(reason), _) => tool::unable(name, reason.clone()),
        }
    };
    TESTS.iter().map(trial).collect()
}

/// The server answers from outside, and SIGTERM ends it.
fn serves(target: &Target, unshare: &Path, proc: bool) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let image = Image::of_guide()?;
    image.build(target, folder.path())?;
    let mut container = Container::start(unshare, folder.path(), &image.entry, proc)?;
    for path in ["/", "/some/path?and=query"] {
        let mut connection = Connection::new(container.address)?;
        let request = format!("POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        connection.send(request.as_bytes())?;
        let answer = Answer::read(&mut connection, false).map_err(|missing| match missing {
            Missing::End => Failed::from(format!("{path}: no answer")),
            Missing::Failed(failed) => failed,
        })?;
        let expected = format!("POST {path}\nhello");
        let right = answer.status == 200 && !answer.cut && answer.body == expected.as_bytes();
        ensure!(right, "{path}: {}", answer.shown());
    }
    let (status, printed) = container.stop()?;
    let right = status.success() && printed == ["stopped"];
    ensure!(right, "{status}, {printed:?}");
    Ok(())
}

/// What a Dockerfile says of an image that has one file.
struct Image {
    /// The path of the file, from the root.
    file: PathBuf,
    /// The command that starts it.
    entry: String,
}

impl Image {
    /// The one of the guide: three lines.
    fn of_guide() -> Result<Image, Failed> {
        let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guides/http.md");
        let text = fs::read_to_string(guide)?;
        let block = text.split_once("```dockerfile Dockerfile\n");
        let block = block.and_then(|(_, rest)| rest.split_once("```"));
        let (block, _) = block.ok_or("the guide has no Dockerfile")?;
        let words: Vec<&str> = block.split_whitespace().collect();
        match *words {
            ["FROM", "scratch", "COPY", _, file, "ENTRYPOINT", entry] => {
                let entry = entry.strip_prefix("[\"");
                let entry = entry.and_then(|entry| entry.strip_suffix("\"]"));
                Ok(Image {
                    file: file.trim_start_matches('/').into(),
                    entry: entry.ok_or("the entry is no list of one word")?.to_owned(),
                })
            }
            _ => Err(format!("another Dockerfile: {block}").into()),
        }
    }

    /// Makes the root from the example, with its address built in as the guide does; the system
    /// chooses the port.
    fn build(&self, target: &Target, root: &Path) -> Result<(), Failed> {
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/server.wasm");
        let mut build = Command::new(env!("CARGO_BIN_EXE_wasi-aot-under-test"));
        build
            .args(["build", "--quiet", "--no-cache", "--listen", "0.0.0.0:0"])
            .args(["--target", target.name])
            .arg(example)
            .arg("-o")
            .arg(root.join(&self.file));
        let built = tool::run(&mut build, b"");
        let said = String::from_utf8_lossy(&built.stderr);
        ensure!(built.status.success(), "{said}");
        Ok(())
    }
}

/// A running server. Its parent, `unshare`, is outside and ends with its status.
struct Container {
    unshare: Child,
    /// How it can be reached from outside.
    address: SocketAddr,
    /// The lines that it prints on standard error.
    lines: Receiver<String>,
}

impl Container {
    /// Starts `entry` in a root and a namespace of processes of its own. Of the system it has the
    /// network, and `/proc` if `proc`.
    fn start(unshare: &Path, root: &Path, entry: &str, proc: bool) -> Result<Container, Failed> {
        let mut command = Command::new(unshare);
        command.args(["--pid", "--fork", "--kill-child"]);
        // SAFETY: it has no conditions.
        if unsafe { libc::geteuid() } != 0 {
            command.args(["--user", "--map-root-user"]);
        }
        if proc {
            fs::create_dir(root.join("proc"))?;
            command.arg("--mount-proc");
        }
        command.arg("--root").arg(root).args(["--wd", "/", entry]);
        command.env_clear().stdin(Stdio::null()).process_group(0);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let stream = child.stderr.take().ok_or("it is piped")?;
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            let mut lines = BufReader::new(stream).lines();
            while let Some(Ok(line)) = lines.next() {
                let _ = sender.send(line);
            }
        });
        let mut container = Container {
            unshare: child,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            lines,
        };
        let line = container.lines.recv_timeout(PATIENCE).unwrap_or_default();
        let port = line.strip_prefix("listening at http://0.0.0.0:");
        let port = port.and_then(|port| port.parse().ok());
        let port = port.ok_or_else(|| format!("it does not listen: {line}"))?;
        container.address.set_port(port);
        Ok(container)
    }

    /// The server's number outside. Inside it is 1.
    fn server(&self) -> Result<i32, Failed> {
        let id = self.unshare.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children"))?;
        let server = children.trim().parse()?;
        let status = fs::read_to_string(format!("/proc/{server}/status"))?;
        let numbers = status.lines().find_map(|line| line.strip_prefix("NSpid:"));
        let inside = numbers.and_then(|numbers| numbers.split_whitespace().last());
        ensure!(inside == Some("1"), "it is the process {inside:?}");
        Ok(server)
    }

    /// Ends it as container runtimes do; returns its status, and what it has printed since it
    /// listens.
    fn stop(&mut self) -> Result<(ExitStatus, Vec<String>), Failed> {
        let server = self.server()?;
        // SAFETY: a process that was started here, and has not been waited for.
        unsafe { libc::kill(server, libc::SIGTERM) };
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.unshare.try_wait()? {
                return Ok((status, self.lines.iter().collect()));
            }
            ensure!(Instant::now() < until, "it does not stop");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        // SAFETY: the group of a child that was made for it. Its namespace ends with its first
        // process.
        unsafe { libc::kill(-self.unshare.id().cast_signed(), libc::SIGKILL) };
        let _ = self.unshare.wait();
    }
}
