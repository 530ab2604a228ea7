//! What h11 makes of the bytes of connections: `with_h11.py`, one process for many inputs.

use libtest_mimic::Failed;
use serde::Deserialize;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use wasi_aot_tests::entries::http::{End, Request, View, target};
use wasi_aot_tests::tool;

/// A Python that has h11.
#[derive(Clone)]
pub struct Python(PathBuf);

/// A line of the script.
#[derive(Deserialize)]
struct Line {
    requests: Vec<Read>,
    end: serde_json::Value,
    why: String,
}

/// A request of it.
#[derive(Deserialize)]
struct Read {
    method: String,
    target: String,
    minor: u8,
    fields: Vec<(String, String)>,
    body: String,
    trailers: Vec<(String, String)>,
    complete: bool,
}

impl Python {
    /// The first `python3` of `PATH` that has h11.
    pub fn find() -> Option<Python> {
        let folders = env::var_os("PATH")?;
        let programs = env::split_paths(&folders).map(|folder| folder.join("python3"));
        let mut programs = programs.filter(|path| path.is_file());
        let has = |path: &PathBuf| {
            let mut command = Command::new(path);
            command.args(["-c", "import h11"]);
            tool::run(&mut command, b"").status.success()
        };
        programs.find(has).map(Python)
    }

    /// The views of these inputs.
    pub fn views(&self, inputs: &[Vec<u8>]) -> Result<Vec<View>, Failed> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("entries/compare/with_h11.py");
        let mut framed = Vec::new();
        for input in inputs {
            framed.extend(u32::try_from(input.len())?.to_le_bytes());
            framed.extend(input);
        }
        let output = tool::run(Command::new(&self.0).arg(script), &framed);
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        let text = String::from_utf8(output.stdout)?;
        let views: Vec<View> = text.lines().map(read).collect::<Result<_, Failed>>()?;
        match views.len() == inputs.len() {
            true => Ok(views),
            false => Err(format!("{} views of {} inputs", views.len(), inputs.len()).into()),
        }
    }
}

fn read(line: &str) -> Result<View, Failed> {
    let line: Line = serde_json::from_str(line)?;
    let end = match (line.end.as_str(), line.end.as_u64()) {
        (Some("more"), _) => End::More,
        (Some("closed"), _) => End::Closed,
        (_, Some(status)) => End::Refused {
            status: u16::try_from(status)?,
            why: line.why,
        },
        _ => return Err(format!("it ends with {}", line.end).into()),
    };
    let request = |read: &Read| Request {
        method: bytes(&read.method),
        target: target(&bytes(&read.target)),
        minor: read.minor,
        fields: pairs(&read.fields),
        body: bytes(&read.body),
        trailers: pairs(&read.trailers),
        complete: read.complete,
    };
    Ok(View {
        requests: line.requests.iter().map(request).collect(),
        end,
    })
}

fn pairs(fields: &[(String, String)]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let pair = |(name, value): &(String, String)| (bytes(name), bytes(value));
    fields.iter().map(pair).collect()
}

/// The bytes that characters of Latin-1 stand for.
fn bytes(text: &str) -> Vec<u8> {
    let byte = |char| u8::try_from(u32::from(char)).expect("it is Latin-1");
    text.chars().map(byte).collect()
}
