//! `wasmtime serve` with a component.

use libtest_mimic::Failed;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long it may take until it listens: it first compiles the component.
const PATIENCE: Duration = Duration::from_secs(240);

/// The running server.
pub struct Wasmtime {
    child: Child,
    pub address: SocketAddr,
}

impl Wasmtime {
    /// Starts it at a port that the system chooses. Other people's components import more than
    /// the world of a proxy, so it gets `-Scli`.
    pub fn serve(wasmtime: &Path, component: &Path) -> Result<Wasmtime, Failed> {
        let mut command = Command::new(wasmtime);
        command.args(["serve", "-Scli", "--addr", "127.0.0.1:0"]);
        command.arg(component);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let mut child = command.stderr(Stdio::piped()).spawn()?;
        let stderr = child.stderr.take().ok_or("no standard error")?;
        let mut server = Wasmtime {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        let (sender, receiver) = mpsc::channel();
        // Reads to the end, so that the server never waits for its reader.
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let mut printed = String::new();
        while let Ok(line) = receiver.recv_timeout(PATIENCE) {
            let address = line.strip_prefix("Serving HTTP on http://");
            if let Some(address) = address {
                server.address = address.trim_end_matches('/').parse()?;
                return Ok(server);
            }
            printed += &line;
            printed.push('\n');
        }
        Err(format!("wasmtime does not listen: {printed}").into())
    }
}

impl Drop for Wasmtime {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
