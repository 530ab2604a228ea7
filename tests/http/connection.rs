//! A connection to the server: bytes in both directions, and their times.

use libtest_mimic::Failed;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long an answer may take, on a machine that does other work, too.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// What a thread has received.
#[derive(Default)]
struct Received {
    bytes: Vec<u8>,
    /// Whether nothing more comes.
    ended: bool,
}

/// A connection.
pub struct Connection {
    stream: TcpStream,
    received: Arc<(Mutex<Received>, Condvar)>,
    /// Bytes that have been taken.
    at: usize,
    /// The size of the pieces that are sent, and the pause after each.
    pub pieces: Option<(usize, Duration)>,
}

/// Why bytes are not there.
pub enum Missing {
    /// The connection has ended.
    End,
    Failed(Failed),
}

impl From<Failed> for Missing {
    fn from(failed: Failed) -> Self {
        Missing::Failed(failed)
    }
}

impl Connection {
    /// Connects, and receives from then on.
    pub fn new(address: SocketAddr) -> Result<Connection, Failed> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let received = Arc::default();
        let (from, to) = (stream.try_clone()?, Arc::clone(&received));
        thread::spawn(move || receive(from, &to));
        Ok(Connection {
            stream,
            received,
            at: 0,
            pieces: None,
        })
    }

    /// Sends the bytes. It is no error if the server does not take them all: it may have refused.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), Failed> {
        let (size, pause) = self.pieces.unwrap_or((bytes.len().max(1), Duration::ZERO));
        for piece in bytes.chunks(size) {
            match self.stream.write_all(piece) {
                Ok(()) => thread::sleep(pause),
                Err(error) if is_end(error.kind()) => return Ok(()),
                Err(error) => return Err(format!("sending: {error}").into()),
            }
        }
        Ok(())
    }

    /// Closes the sending side, if the connection is still there.
    pub fn shut(&self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Waits until `find` finds something in the bytes that have not been taken, or the end.
    pub fn wait<T>(
        &self,
        patience: Duration,
        find: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<T, Missing> {
        let until = Instant::now() + patience;
        let mut received = self.received();
        loop {
            let rest = received.bytes.get(self.at..).unwrap_or_default();
            if let Some(found) = find(rest) {
                return Ok(found);
            }
            if received.ended {
                return Err(Missing::End);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let shown = rest.get(..200).unwrap_or(rest).escape_ascii();
                return Err(Failed::from(format!("time is up, got \"{shown}\"")).into());
            }
            let waited = self.received.1.wait_timeout(received, left);
            received = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Takes a line, without its CRLF.
    pub fn line(&mut self) -> Result<Vec<u8>, Missing> {
        let line = self.wait(PATIENCE, |bytes| {
            let end = bytes.windows(2).position(|two| two == b"\r\n")?;
            bytes.get(..end).map(<[u8]>::to_vec)
        })?;
        self.at += line.len() + 2;
        if line.contains(&b'\r') || line.contains(&b'\n') {
            let shown = line.escape_ascii();
            return Err(Failed::from(format!("a bare CR or LF in \"{shown}\"")).into());
        }
        Ok(line)
    }

    /// Takes that many bytes.
    pub fn take(&mut self, count: usize) -> Result<Vec<u8>, Missing> {
        let bytes = self.wait(PATIENCE, |bytes| bytes.get(..count).map(<[u8]>::to_vec))?;
        self.at += count;
        Ok(bytes)
    }

    /// Takes all that comes until the end.
    pub fn all(&mut self) -> Result<Vec<u8>, Missing> {
        match self.wait(PATIENCE, |_| None::<()>) {
            Err(Missing::Failed(failed)) => Err(failed.into()),
            _ => Ok(self.rest()),
        }
    }

    /// Takes what has come.
    pub fn rest(&mut self) -> Vec<u8> {
        let received = self.received();
        let rest = received.bytes.get(self.at..).unwrap_or_default().to_vec();
        drop(received);
        self.at += rest.len();
        rest
    }

    fn received(&self) -> MutexGuard<'_, Received> {
        self.received
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Ends the thread that receives.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

fn receive(mut stream: TcpStream, to: &(Mutex<Received>, Condvar)) {
    let mut buffer = vec![0; 65536];
    loop {
        let count = match stream.read(&mut buffer) {
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            // A reset ends it, too.
            Err(_) => 0,
        };
        let mut received = to.0.lock().unwrap_or_else(PoisonError::into_inner);
        received
            .bytes
            .extend_from_slice(buffer.get(..count).unwrap_or_default());
        received.ended = count == 0;
        to.1.notify_all();
        if count == 0 {
            return;
        }
    }
}

/// Whether sending failed because the other side has ended the connection.
fn is_end(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::BrokenPipe | ErrorKind::ConnectionReset | ErrorKind::NotConnected
    )
}
