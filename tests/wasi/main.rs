//! WASI tests: each `.expect` file in a folder of `tests/wasi` is one test per target; see
//! `tests/wasi/README.md`.

mod adapted;
mod mutated;
mod refused;
mod refused_component;
mod stdio;
mod suite;
mod terminal;

use libtest_mimic::{Arguments, Failed, Trial};
use std::{
    env, fs,
    io::{Read, Write},
    net::Shutdown,
    os::{
        fd::OwnedFd,
        unix::{fs::symlink, net::UnixStream},
    },
    path::{Path, PathBuf},
    process::{Command, ExitCode, Output, Stdio},
    thread,
    time::Duration,
};
use tempfile::TempDir;
use wasi_aot_targets::{TARGETS, Target};
use wasi_aot_tests::{
    tool::{self, Runner},
    without_openat2,
};

/// A `.expect` file, or one `case` line of it.
#[derive(Clone, Debug, Default)]
struct Case {
    path: PathBuf,
    /// The name of the file and of its `case` line.
    name: String,
    /// All lines before `stdout:`, verbatim.
    head: String,
    module: PathBuf,
    arguments: Vec<String>,
    /// `--env`.
    granted: Vec<String>,
    /// The process's environment variables.
    environment: Vec<(String, String)>,
    /// `--dir`.
    dirs: Vec<String>,
    /// `--embed`.
    embeds: Vec<String>,
    /// Whether the network is granted.
    network: bool,
    /// Paths and contents.
    files: Vec<(String, String)>,
    /// Paths and targets.
    links: Vec<(String, String)>,
    folders: Vec<String>,
    stdin: String,
    input: Input,
    /// Standard streams that are closed at the start.
    closed: Vec<u8>,
    /// The limit on the process's descriptors.
    open_files: Option<u32>,
    exit: i32,
    /// Strings that standard error must contain.
    stderr: Vec<String>,
    /// The reason why the expectation is not wasmtime's.
    own: Option<String>,
    /// The reason why a component behaves differently from the module in it.
    why: Option<String>,
    stdout: String,
}

/// How standard input is delivered.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
enum Input {
    /// Through a pipe.
    #[default]
    Pipe,
    /// Some time after the start, through a non-blocking socket.
    Late,
    /// Once the program has written this number of lines, through a non-blocking socket.
    AfterLines(usize),
    /// Through a terminal, which is also standard output and standard error.
    Terminal,
}

/// The separator between the keys of a `case` line.
const BETWEEN: &str = " | ";

fn main() -> ExitCode {
    without_openat2::serve();
    let arguments = Arguments::from_args();
    let mut cases: Vec<Case> = themes()
        .iter()
        .flat_map(|theme| files(theme))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "expect")
        })
        .flat_map(|path| {
            Case::read_all(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        })
        .collect();
    // The sort is stable: the cases of one file keep their order.
    cases.sort_by(|one, other| one.path.cmp(&other.path));
    if env::var_os("WASI_AOT_BLESS").is_some_and(|value| value == "1") {
        if let Some(filter) = &arguments.filter {
            cases.retain(|case| case.path.to_string_lossy().contains(filter));
        }
        return bless(&cases);
    }
    let trials = TARGETS
        .iter()
        .flat_map(|target| cases.iter().map(|case| trial(target, case.clone())))
        .chain(adapted::trials(&cases))
        .chain(mutated::trials(&cases))
        .chain(refused::trials())
        .chain(refused_component::trials())
        .chain(stdio::trials(&cases))
        .chain(suite::trials());
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("wasi")
}

/// The folders with programs: all except that of the adapter, whose expectations have another form.
fn themes() -> Vec<PathBuf> {
    let folders = files(&folder()).into_iter();
    folders
        .filter(|path| path.is_dir() && !path.ends_with("adapted"))
        .collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    entries
        .map(|entry| entry.expect("it can be read").path())
        .collect()
}

/// One case on one target. A case that cannot run here is reported with the reason: as ignored, or
/// in CI as failed.
fn trial(target: &'static Target, case: Case) -> Trial {
    let theme = case.path.parent().and_then(Path::file_name);
    let theme = theme.unwrap_or_default().to_string_lossy();
    let name = format!("{}/{theme}/{}", target.name, case.name);
    match Runner::find(target) {
        // An emulator opens files of its own, which take the place of closed streams.
        Ok(Runner::Emulator(_)) if !case.closed.is_empty() => {
            tool::left_out(name, "closed streams need the CPU itself")
        }
        Ok(_) if case.obstacle().is_some() => {
            tool::left_out(name, case.obstacle().unwrap_or_default())
        }
        Ok(runner) => Trial::test(name, move || check(target, &runner, &case)),
        Err(reason) => tool::unable(name, reason),
    }
}

impl Case {
    /// The reason why it cannot run on this machine. A case with the network uses the whole
    /// network.
    fn obstacle(&self) -> Option<&'static str> {
        tool::without_ipv6().filter(|_| self.network)
    }

    /// The cases of a file: one per `case` line, or a single one.
    fn read_all(path: &Path) -> Result<Vec<Case>, String> {
        let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
        let (head, stdout) = text.split_once("stdout:\n").ok_or("no line `stdout:`")?;
        let text_module = path.with_extension("wat");
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let mut common = Case {
            path: path.to_owned(),
            name: stem.clone().into_owned(),
            head: head.to_owned(),
            module: match text_module.is_file() {
                true => text_module,
                false => path.with_extension("wasm"),
            },
            stdout: stdout.to_owned(),
            ..Case::default()
        };
        let mut rows = Vec::new();
        for line in head
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            match line.strip_prefix("case: ") {
                Some(row) => rows.push(row),
                None => common.set_line(line)?,
            }
        }
        if rows.is_empty() {
            return Ok(vec![common]);
        }
        let of_row = |row: &str| {
            let (name, rest) = row.split_once(BETWEEN).unwrap_or((row, ""));
            let mut case = common.clone();
            case.name = format!("{stem}-{name}");
            for line in rest.split(BETWEEN).filter(|line| !line.is_empty()) {
                case.set_line(line)?;
            }
            Ok(case)
        };
        rows.into_iter().map(of_row).collect()
    }

    fn set_line(&mut self, line: &str) -> Result<(), String> {
        let (key, value) = line
            .split_once(": ")
            .ok_or_else(|| format!("`{line}` has no key"))?;
        self.set(key, &value.replace("\\n", "\n"))
            .ok_or_else(|| format!("`{line}` is not understood"))
    }

    fn set(&mut self, key: &str, value: &str) -> Option<()> {
        let text = || value.to_owned();
        let pair = |at: char| {
            let (first, second) = value.split_once(at)?;
            Some((first.to_owned(), second.to_owned()))
        };
        match key {
            "module" => self.module = self.path.with_file_name(value),
            "arg" => self.arguments.push(text()),
            "env" => self.granted.push(text()),
            "process-env" => self.environment.push(pair('=')?),
            "dir" => self.dirs.push(text()),
            "embed" => self.embeds.push(text()),
            "network" => self.network = value == "all",
            "folder" => self.folders.push(text()),
            "file" => self.files.push(pair(' ')?),
            "link" => self.links.push(pair(' ')?),
            "stdin" => self.stdin = text(),
            "stdin-nonblocking" => (self.stdin, self.input) = (text(), Input::Late),
            "stdin-after-lines" => {
                let (lines, text) = pair(' ')?;
                (self.stdin, self.input) = (text, Input::AfterLines(lines.parse().ok()?));
            }
            "stdin-terminal" => (self.stdin, self.input) = (text(), Input::Terminal),
            "open-files" => self.open_files = Some(value.parse().ok()?),
            "close" => self.closed.push(value.parse().ok()?),
            "exit" => self.exit = value.parse().ok()?,
            "stderr" => self.stderr.push(text()),
            "own" => self.own = Some(text()),
            "why" => self.why = Some(text()),
            _ => return None,
        }
        Some(())
    }

    /// Whether the case has this name.
    fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// Creates the files that the case starts with; `granted` always exists.
    fn set_up(&self, root: &Path) -> std::io::Result<()> {
        fs::create_dir_all(root.join("granted"))?;
        for folder in &self.folders {
            fs::create_dir_all(root.join(folder))?;
        }
        for (path, contents) in &self.files {
            fs::write(root.join(path), contents)?;
        }
        for (path, target) in &self.links {
            symlink(target, root.join(path))?;
        }
        Ok(())
    }

    /// The grants, in options that `wasi-aot build` and `wasmtime run` share.
    fn grants(&self) -> Vec<String> {
        let dirs = self.dirs.iter().map(|dir| format!("--dir={dir}"));
        dirs.chain(
            self.granted
                .iter()
                .map(|variable| format!("--env={variable}")),
        )
        .collect()
    }

    /// The embedded files. wasmtime cannot embed files, so there the directory is granted.
    /// `option`: the option that requests it.
    fn embedded(&self, option: &str) -> Vec<String> {
        let embeds = self.embeds.iter();
        embeds.map(|embed| format!("--{option}={embed}")).collect()
    }

    /// Builds the executable.
    fn build(&self, target: &Target, folder: &TempDir) -> Result<PathBuf, Failed> {
        let from = folder.path().join("from");
        self.set_up(&from)?;
        let mut grants = self.grants();
        grants.extend(self.embedded("embed"));
        if self.network {
            let network = ["--allow-net", "--allow-net-listen", "--allow-name-lookup"];
            grants.extend(network.map(String::from));
        }
        build(target, folder, &from, &grants, &self.module)
    }

    /// Creates the files that a run starts with. Embedded files exist only in the executable.
    fn set_up_run(&self, root: &Path) -> std::io::Result<()> {
        self.set_up(root)?;
        for embed in &self.embeds {
            let host = root.join(embed.split("::").next().unwrap_or(embed));
            if host.is_dir() {
                fs::remove_dir_all(host)?;
            } else {
                fs::remove_file(host)?;
            }
        }
        Ok(())
    }

    /// Runs the command with the case's arguments in `root`.
    fn run(&self, command: Command, root: &Path) -> std::io::Result<Output> {
        let mut command = self.through_shell(command);
        tool::default_signals(&mut command);
        command.args(&self.arguments).current_dir(root);
        for (name, _) in &self.environment {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        match self.input {
            Input::Pipe => Ok(tool::run(&mut command, self.stdin.as_bytes())),
            Input::Terminal => terminal::run(command, self.stdin.as_bytes()),
            _ => self.run_with_socket(command),
        }
    }

    /// Runs the command with a non-blocking socket as its standard input.
    fn run_with_socket(&self, mut command: Command) -> std::io::Result<Output> {
        let (theirs, mut ours) = UnixStream::pair()?;
        theirs.set_nonblocking(true)?;
        command
            .stdin(OwnedFd::from(theirs))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn()?;
        // The command holds a copy of the socket. The other end is never closed until the copy is
        // dropped.
        drop(command);
        let mut stdout = Vec::new();
        if let Input::AfterLines(lines) = self.input {
            let pipe = child.stdout.as_mut().expect("it is piped");
            // Only these lines are read here; the rest is read after the program has ended.
            let mut byte = [0];
            while stdout.iter().filter(|&&byte| byte == b'\n').count() < lines
                && pipe.read(&mut byte)? == 1
            {
                stdout.extend(byte);
            }
        } else {
            // Usually long enough for the program to be waiting.
            thread::sleep(Duration::from_millis(100));
        }
        // A program may stop before it has read its whole input.
        let _ = ours.write_all(self.stdin.as_bytes());
        // Ends the input. The program's own output to the socket can still be delivered until it
        // ends.
        ours.shutdown(Shutdown::Write)?;
        let mut output = child.wait_with_output()?;
        output.stdout.splice(..0, stdout);
        Ok(output)
    }

    /// Whether it ends with a trap: programs can also exit with that status.
    fn trapped(&self) -> bool {
        self.exit == 134 && !self.stderr.is_empty()
    }

    /// Closes standard streams and limits descriptors. Only a shell can do that.
    fn through_shell(&self, command: Command) -> Command {
        if self.closed.is_empty() && self.open_files.is_none() {
            return command;
        }
        let limit = self.open_files.map(|most| format!("ulimit -n {most} && "));
        let closing: String = self
            .closed
            .iter()
            .map(|stream| format!(" {stream}>&-"))
            .collect();
        let mut shell = Command::new("sh");
        let limit = limit.unwrap_or_default();
        shell
            .arg("-c")
            .arg(format!("{limit}exec \"$0\" \"$@\"{closing}"));
        shell.arg(command.get_program()).args(command.get_args());
        shell
    }
}

/// The system on which a program runs.
#[derive(Clone, Copy, PartialEq, Debug)]
enum System {
    /// This machine.
    Here,
    /// This machine without `openat2`: the runtime resolves paths itself.
    WithoutOpenat2,
}

impl System {
    fn command(self, runner: &Runner, executable: &Path) -> Command {
        let command = runner.command(executable);
        match self {
            System::Here => command,
            System::WithoutOpenat2 => without_openat2::wrap(&command),
        }
    }
}

/// Builds `module` in `from` with `grants`, and returns the executable in `folder`.
fn build(
    target: &Target,
    folder: &TempDir,
    from: &Path,
    grants: &[String],
    module: &Path,
) -> Result<PathBuf, Failed> {
    let app = folder.path().join("app");
    let mut build = Command::new(env!("CARGO_BIN_EXE_wasi-aot-under-test"));
    build
        .args([
            "build",
            "--quiet",
            "--no-cache",
            "--target",
            target.name,
            "-o",
        ])
        .arg(&app);
    let built = tool::run(build.current_dir(from).args(grants).arg(module), b"");
    if built.status.success() {
        return Ok(app);
    }
    Err(format!("not built:\n{}", String::from_utf8_lossy(&built.stderr)).into())
}

fn check(target: &Target, runner: &Runner, case: &Case) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let app = case.build(target, &folder)?;
    let mut systems = vec![System::Here];
    // To run without `openat2`, a test binary starts first. It would open files in place of closed
    // streams.
    if !case.dirs.is_empty() && case.closed.is_empty() {
        systems.push(System::WithoutOpenat2);
    }
    for system in systems {
        let root = folder.path().join(format!("{system:?}"));
        case.set_up_run(&root)?;
        let ran = case.run(system.command(runner, &app), &root)?;
        compare(case, &ran).map_err(|wrong| format!("{system:?}: {wrong}"))?;
    }
    Ok(())
}

/// Returns the differences from the expectation.
fn compare(case: &Case, ran: &Output) -> Result<(), String> {
    let (stdout, stderr) = (
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr),
    );
    let mut wrong = String::new();
    if tool::status(ran) != case.exit {
        wrong += &format!("ended with {}, expected {}\n", tool::status(ran), case.exit);
    }
    for part in case
        .stderr
        .iter()
        .filter(|part| !stderr.contains(part.as_str()))
    {
        wrong += &format!("standard error has no `{part}`\n");
    }
    let (expected, got): (Vec<_>, Vec<_>) =
        (case.stdout.lines().collect(), stdout.lines().collect());
    for index in 0..expected.len().max(got.len()) {
        let (expected, got) = (expected.get(index), got.get(index));
        if expected != got {
            wrong += &format!(
                "line {}: expected {expected:?}\n{:>12}got {got:?}\n",
                index + 1,
                ""
            );
        }
    }
    if wrong.is_empty() && stdout == case.stdout {
        return Ok(());
    }
    Err(format!("{wrong}standard error:\n{stderr}"))
}

/// Rewrites the expectations with wasmtime's results. A case that is marked as our own gets the
/// result from here. Review the changes before you commit them.
fn bless(cases: &[Case]) -> ExitCode {
    let Some(wasmtime) = tool::in_path("wasmtime") else {
        eprintln!("wasmtime, which gives the expectations, is not in PATH");
        return ExitCode::FAILURE;
    };
    for of_file in cases.chunk_by(|one, other| one.path == other.path) {
        if let Err(error) = bless_file(&wasmtime, of_file) {
            panic!("{}: {error:?}", of_file[0].path.display());
        }
    }
    adapted::bless(&wasmtime, cases);
    ExitCode::SUCCESS
}

/// Rewrites the exit codes of the cases of a file, and their common standard output.
fn bless_file(wasmtime: &Path, cases: &[Case]) -> Result<(), Failed> {
    let mut exits = Vec::new();
    let mut stdout: Option<String> = None;
    for case in cases {
        let ran = match &case.own {
            None => by_wasmtime(wasmtime, case)?,
            Some(_) => by_ourselves(case)?,
        };
        exits.push(format!("exit: {}", tool::status(&ran)));
        let printed = String::from_utf8_lossy(&ran.stdout).into_owned();
        if stdout.get_or_insert_with(|| printed.clone()) != &printed {
            return Err(format!("{} prints something of its own", case.name).into());
        }
    }
    let (path, head) = (&cases[0].path, &cases[0].head);
    let is_exit = |line: &&str| line.starts_with("exit: ");
    let mut rewritten = String::new();
    let mut of_rows = exits.iter();
    for line in head.lines().filter(|line| !is_exit(line)) {
        let mut parts: Vec<&str> = line.split(BETWEEN).collect();
        if line.starts_with("case: ") {
            parts.retain(|part| !is_exit(part));
            parts.push(of_rows.next().ok_or("more rows than cases")?);
        }
        rewritten += &format!("{}\n", parts.join(BETWEEN));
    }
    // A file without `case` lines has its only exit code on a line.
    for exit in of_rows {
        rewritten += &format!("{exit}\n");
    }
    let stdout = stdout.unwrap_or_default();
    Ok(fs::write(path, format!("{rewritten}stdout:\n{stdout}"))?)
}

fn by_wasmtime(wasmtime: &Path, case: &Case) -> Result<Output, Failed> {
    let folder = tempfile::tempdir()?;
    case.set_up(folder.path())?;
    let mut command = Command::new(wasmtime);
    command
        .args(["run", "-W", "exceptions", "-S", "cli-exit-with-code"])
        .args(case.grants());
    if case.network {
        command.args(["-S", "inherit-network,allow-ip-name-lookup"]);
    }
    command.args(case.embedded("dir")).arg(&case.module);
    Ok(case.run(command, folder.path())?)
}

fn by_ourselves(case: &Case) -> Result<Output, Failed> {
    let host = wasi_aot_targets::host().ok_or("no target is this machine")?;
    let folder = tempfile::tempdir()?;
    let app = case.build(host, &folder)?;
    let root = folder.path().join("root");
    case.set_up_run(&root)?;
    Ok(case.run(Command::new(app), &root)?)
}
