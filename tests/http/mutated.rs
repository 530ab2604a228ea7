//! Some request must be answered otherwise without each function of `wasi:http`. In the server of
//! `low.wasm`, code that does nothing replaces the function's code (`wasi_aot_tests::mutant`). At
//! least one case of `answers/low.txt` or `raw/answers.txt` must then fail, or the server must not
//! print what it prints otherwise.

use crate::cases::{self, Case};
use crate::server::component;
use crate::steps;
use libtest_mimic::{Failed, Trial};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::slice;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use wasi_aot_targets::Target;
use wasi_aot_tests::mutant::{self, Original};
use wasi_aot_tests::tool::{self, Runner};

/// How long a server may take until it listens.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the server prints in a case: the only place for the result of `http-error-code`.
const PRINTED: &str = "code: Some(ErrorCode::HttpResponseBodySize(Some(10)))";

// Reasons of `UNSEEN`.
const NO_RESPONSE: &str = "every outgoing request is refused, so no response can come";
const NOTHING: &str = "it does nothing";

/// Functions that no case misses, and why. A trial fails if a case does miss one of them.
const UNSEEN: &[(&str, &str)] = &[
    (
        "wasi:http/types@0.2#[method]response-outparam.send-informational",
        "it is unstable: neither the bindings of `low.wasm` have it nor wasmtime",
    ),
    (
        "wasi:http/types@0.2#[method]incoming-response.status",
        NO_RESPONSE,
    ),
    (
        "wasi:http/types@0.2#[method]incoming-response.headers",
        NO_RESPONSE,
    ),
    (
        "wasi:http/types@0.2#[method]incoming-response.consume",
        NO_RESPONSE,
    ),
    (
        "wasi:http/types@0.2#[resource-drop]incoming-response",
        NO_RESPONSE,
    ),
    (
        "wasi:http/types@0.2#[method]future-incoming-response.get",
        NO_RESPONSE,
    ),
    (
        "wasi:http/types@0.2#[method]future-incoming-response.subscribe",
        NO_RESPONSE,
    ),
    (
        "wasi:http/types@0.2#[resource-drop]future-incoming-response",
        NO_RESPONSE,
    ),
    (
        "wasi:http/types@0.2#[resource-drop]incoming-request",
        NOTHING,
    ),
    (
        "wasi:http/types@0.2#[resource-drop]response-outparam",
        NOTHING,
    ),
];

/// The server of `low.wasm`, and what it is asked.
struct Tested {
    target: &'static Target,
    cases: Vec<Case>,
    built: OnceLock<Result<Original, String>>,
    /// The case that failed last. The next function is likely to make it fail, too.
    last: Mutex<usize>,
}

/// A server that runs. Its end is that of its process group.
struct Running {
    child: Child,
    address: SocketAddr,
    /// The file of what it prints on its standard error.
    errors: PathBuf,
}

/// The trials: one per function, if the replacement code is for this machine's CPU.
pub fn trials() -> Vec<Trial> {
    let target = match wasi_aot_targets::host().filter(|_| cfg!(target_arch = "x86_64")) {
        Some(target) => target,
        None => {
            let reason = "the code in place of functions is that of x86-64";
            return vec![tool::left_out("mutated", reason)];
        }
    };
    if let Err(reason) = Runner::find(target) {
        return vec![tool::unable("mutated", reason)];
    }
    let tested = Arc::new(Tested::new(target));
    let of_http = mutant::functions().filter(|(symbol, _)| symbol.starts_with("wasi:http/"));
    let functions: Vec<_> = of_http.collect();
    for (unseen, _) in UNSEEN {
        let known = functions.iter().any(|(symbol, _)| symbol == unseen);
        assert!(known, "{unseen} is no function");
    }
    let trial = |(symbol, code): (String, Vec<u8>)| {
        let tested = tested.clone();
        Trial::test(format!("mutated/{symbol}"), move || {
            check(&tested, &symbol, &code)
        })
    };
    functions.into_iter().map(trial).collect()
}

/// Some case misses the function, or it is one of [`UNSEEN`] and none does.
fn check(tested: &Tested, symbol: &str, code: &[u8]) -> Result<(), Failed> {
    let mut unseen = UNSEEN.iter().filter(|(known, _)| *known == symbol);
    let mutant = tested.built()?.without(symbol, code)?;
    let missed = mutant.as_deref().map(|bytes| tested.missed(bytes));
    match (missed.transpose()?, unseen.next()) {
        (Some(Some(_)), None) | (None | Some(None), Some(_)) => Ok(()),
        (Some(Some(difference)), Some((_, reason))) => {
            Err(format!("`{reason}`, but it is missed: {difference}").into())
        }
        (Some(None), None) => Err("no case misses it".into()),
        (None, None) => Err("no import, or the code is also that of another function".into()),
    }
}

impl Tested {
    fn new(target: &'static Target) -> Tested {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("http");
        let files = ["answers/low.txt", "raw/answers.txt"];
        let files = files.map(|file| cases::read(&folder.join(file)));
        Tested {
            target,
            cases: files.into_iter().flat_map(|file| file.cases).collect(),
            built: OnceLock::new(),
            last: Mutex::new(0),
        }
    }

    /// The server, of which no case fails as long as nothing is replaced.
    fn built(&self) -> Result<&Original, String> {
        let built = self.built.get_or_init(|| {
            let bytes = self.build().map_err(message)?;
            match self.missed(&bytes).map_err(message)? {
                Some(difference) => Err(format!("nothing is replaced, but {difference}")),
                None => Original::new(bytes),
            }
        });
        built.as_ref().map_err(String::clone)
    }

    fn build(&self) -> Result<Vec<u8>, Failed> {
        let folder = tempfile::tempdir()?;
        let app = folder.path().join("app");
        let mut build = Command::new(env!("CARGO_BIN_EXE_wasi-aot-under-test"));
        build
            .args(["build", "--quiet", "--no-cache", "--listen", "127.0.0.1:0"])
            .args(["--target", self.target.name])
            .arg(component("low"))
            .arg("-o")
            .arg(&app);
        let built = tool::run(&mut build, b"");
        match built.status.success() {
            true => Ok(fs::read(app)?),
            false => Err(String::from_utf8_lossy(&built.stderr).into_owned().into()),
        }
    }

    /// What is different with this executable; `None` if no case fails.
    fn missed(&self, executable: &[u8]) -> Result<Option<String>, Failed> {
        let folder = tempfile::tempdir()?;
        let app = folder.path().join("app");
        mutant::write(&app, executable)?;
        let Some(server) = Running::start(&app, folder.path())? else {
            return Ok(Some("it does not listen".to_owned()));
        };
        let count = self.cases.len();
        let first = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        for index in (0..count).map(|index| (first + index) % count) {
            let case = self.cases.get(index).map(slice::from_ref);
            if let Err(failed) = steps::run_all(server.address, case.unwrap_or_default()) {
                *self.last.lock().unwrap_or_else(PoisonError::into_inner) = index;
                return Ok(Some(message(failed)));
            }
        }
        let printed = fs::read_to_string(&server.errors)?;
        let prints = printed.lines().any(|line| line == PRINTED);
        Ok((!prints).then(|| format!("it does not print `{PRINTED}`")))
    }
}

impl Running {
    /// Starts a server; `None` if it ends, or does not listen in time.
    fn start(app: &Path, folder: &Path) -> Result<Option<Running>, Failed> {
        let errors = folder.join("stderr");
        let mut command = Command::new(app);
        // Its own group, so that its workers can be ended, too.
        command.env_clear().current_dir(folder).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(File::create(&errors)?);
        let child = loop {
            match command.spawn() {
                // Another thread that is starting a process may still have the new file open.
                Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => thread::yield_now(),
                child => break child?,
            }
        };
        let mut server = Running {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            errors,
        };
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until && server.child.try_wait()?.is_none() {
            let text = fs::read_to_string(&server.errors).unwrap_or_default();
            let line = text.split_once('\n').map(|(line, _)| line);
            let address = line.and_then(|line| line.strip_prefix("listening at http://"));
            if let Some(address) = address {
                server.address = address.parse()?;
                return Ok(Some(server));
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(None)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // SAFETY: the group of a child that was made for it. Its workers may outlive it.
        unsafe { libc::kill(-self.child.id().cast_signed(), libc::SIGKILL) };
        let _ = self.child.wait();
    }
}

fn message(failed: Failed) -> String {
    failed.message().unwrap_or_default().to_owned()
}
