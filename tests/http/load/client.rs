//! A client that needs neither a thread nor much memory: thousands of them are there at once.

use crate::{connection::PATIENCE, ensure, server::Server};
use libtest_mimic::Failed;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

/// What is sent for `/state`, which most tests ask for.
pub const STATE: &[u8] = b"GET /state HTTP/1.1\r\nHost: a\r\n\r\n";

/// What another one must not delay an answer for.
const QUICK: Duration = Duration::from_millis(100);

/// How often a test of times is repeated: the machine has other work, too.
const TRIES: usize = 3;

/// How long an answer is.
pub enum Framing {
    Length(u64),
    Chunked,
}

/// A connection.
pub struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    /// Connects.
    pub fn new(server: &Server) -> Result<Client, Failed> {
        let stream = TcpStream::connect_timeout(&server.address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let stream = BufReader::with_capacity(4096, stream);
        Ok(Client { stream })
    }

    /// The socket.
    pub fn socket(&self) -> &TcpStream {
        self.stream.get_ref()
    }

    /// The address of this end.
    pub fn address(&self) -> Result<SocketAddr, Failed> {
        Ok(self.socket().local_addr()?)
    }

    /// Sends bytes.
    pub fn send(&self, bytes: &[u8]) -> Result<(), Failed> {
        Ok(self.socket().write_all(bytes)?)
    }

    /// Reads the head of an answer: its status, and how long its body is.
    pub fn head(&mut self) -> Result<(u16, Framing), Failed> {
        let line = self.line()?;
        let status = line.split(' ').nth(1).and_then(|text| text.parse().ok());
        let status = status.ok_or_else(|| format!("a status line \"{line}\""))?;
        let mut framing = None;
        loop {
            let line = self.line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(length) = line.strip_prefix("content-length:") {
                framing = Some(Framing::Length(length.trim().parse()?));
            } else if line.starts_with("transfer-encoding:") {
                framing = Some(Framing::Chunked);
            }
        }
        let framing = framing.ok_or_else(|| format!("an answer {status} without a length"))?;
        Ok((status, framing))
    }

    /// Reads the body of an answer, and passes it on piece by piece.
    pub fn body(
        &mut self,
        framing: &Framing,
        take: &mut dyn FnMut(&[u8]) -> Result<(), Failed>,
    ) -> Result<(), Failed> {
        if let Framing::Length(bytes) = framing {
            return self.pass(*bytes, take);
        }
        loop {
            let line = self.line()?;
            let bytes = u64::from_str_radix(&line, 16)?;
            self.pass(bytes, take)?;
            let line = self.line()?;
            ensure!(line.is_empty(), "\"{line}\" after a chunk");
            if bytes == 0 {
                return Ok(());
            }
        }
    }

    /// Reads an answer: its status and its body.
    pub fn answer(&mut self) -> Result<(u16, String), Failed> {
        let (status, framing) = self.head()?;
        let mut body = Vec::new();
        self.body(&framing, &mut |piece| {
            body.extend_from_slice(piece);
            Ok(())
        })?;
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    }

    /// Reads the answer to [`STATE`].
    pub fn state(&mut self) -> Result<(), Failed> {
        let (status, body) = self.answer()?;
        ensure!((status, &*body) == (200, "1\n"), "{status}, \"{body}\"");
        Ok(())
    }

    /// Asks for `/state`; returns how long that has taken.
    pub fn ask(&mut self) -> Result<Duration, Failed> {
        let start = Instant::now();
        self.send(STATE)?;
        self.state()?;
        Ok(start.elapsed())
    }

    /// Reads what comes until the connection ends, by whatever; returns how many bytes came.
    pub fn rest(&mut self) -> Result<u64, Failed> {
        let mut bytes = 0;
        let mut buffer = vec![0; 65536];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => return Ok(bytes),
                Ok(count) => bytes += count as u64,
                Err(error) if is_timeout(&error) => return Err("it stays open".into()),
                Err(_) => return Ok(bytes),
            }
        }
    }

    /// Ends the connection by a reset, which drops what has not been sent or read.
    pub fn reset(self) {
        let at_once = libc::linger {
            l_onoff: 1,
            l_linger: 0,
        };
        // SAFETY: the option's value is this structure.
        unsafe {
            libc::setsockopt(
                self.socket().as_raw_fd(),
                libc::SOL_SOCKET,
                libc::SO_LINGER,
                (&raw const at_once).cast(),
                size_of_val(&at_once) as libc::socklen_t,
            )
        };
    }

    /// Reads a line.
    fn line(&mut self) -> Result<String, Failed> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        match line.strip_suffix("\r\n") {
            Some(line) => Ok(line.to_owned()),
            None => Err(format!("the connection ends after \"{line}\"").into()),
        }
    }

    /// Passes bytes on.
    fn pass(
        &mut self,
        mut bytes: u64,
        take: &mut dyn FnMut(&[u8]) -> Result<(), Failed>,
    ) -> Result<(), Failed> {
        while bytes > 0 {
            let piece = self.stream.fill_buf()?;
            let count = piece
                .len()
                .min(usize::try_from(bytes).unwrap_or(usize::MAX));
            ensure!(count > 0, "the connection ends {bytes} bytes too early");
            take(piece.get(..count).unwrap_or_default())?;
            self.stream.consume(count);
            bytes -= count as u64;
        }
        Ok(())
    }
}

fn is_timeout(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{TimedOut, WouldBlock};
    matches!(error.kind(), TimedOut | WouldBlock)
}

/// That many connections.
pub fn crowd(server: &Server, count: usize) -> Result<Vec<Client>, Failed> {
    (0..count).map(|_| Client::new(server)).collect()
}

/// All requests of a test must be answered quickly, in one of some tries. `measure` returns the
/// times.
pub fn quickly(
    what: &str,
    mut measure: impl FnMut() -> Result<Vec<Duration>, Failed>,
) -> Result<(), Failed> {
    let mut found = String::new();
    for _ in 0..TRIES {
        let mut times = measure()?;
        times.sort_unstable();
        let longest = times.last().copied().unwrap_or(Duration::MAX);
        if longest < QUICK {
            return Ok(());
        }
        let median = times.get(times.len() / 2).copied().unwrap_or_default();
        found += &format!(" {longest:?} (median {median:?})");
    }
    Err(format!("{what}: the longest times were{found}").into())
}
