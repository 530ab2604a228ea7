//! Clients that people use, as they use them: curl, Python's standard library, hyper, and wrk. Each
//! asks a server of `low.wasm`, and checks the statuses and bodies of the answers.

use crate::connection::PATIENCE;
use crate::ensure;
use crate::server::{Machine, Server};
use Printed::{Count, Large, This, With};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::{Error, Request};
use libtest_mimic::{Failed, Trial};
use std::convert::Infallible;
use std::fs;
use std::future::{Future, poll_fn};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::pin::{Pin, pin};
use std::process::Command;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};
use wasi_aot_targets::Target;
use wasi_aot_tests::tool::{self, Runner};

/// A client: its name, the program that must be there, and its test.
type Client = (
    &'static str,
    Option<&'static str>,
    fn(&Server) -> Result<(), Failed>,
);

const CLIENTS: &[Client] = &[
    ("curl", Some("curl"), with_curl),
    ("python", Some("python3"), with_python),
    ("hyper", None, with_hyper),
    ("wrk", Some("wrk"), with_wrk),
];

/// The trials of a target. With an emulator only curl's: the others show nothing else there.
pub fn trials(target: &'static Target, runner: &Result<Runner, String>) -> Vec<Trial> {
    let trial = |&(client, program, test): &Client| {
        let name = format!("{}/clients/{client}", target.name);
        match runner.clone() {
            Err(reason) => tool::unable(name, reason),
            Ok(Runner::Emulator(_)) if client != "curl" => tool::left_out(name, "an emulator"),
            Ok(runner) => match program.filter(|program| tool::in_path(program).is_none()) {
                Some(program) => tool::unable(name, format!("no {program}")),
                None => Trial::test(name, move || {
                    test(&Machine::new(target, runner).serve("low", &[])?)
                }),
            },
        }
    };
    CLIENTS.iter().map(trial).collect()
}

/// More than what curl sends without asking whether the server wants it, and more than sockets and
/// servers keep.
fn large() -> Vec<u8> {
    (0..2_000_000_usize).map(|at| (at % 251) as u8).collect()
}

/// Runs a program of a user without a proxy; returns its exit code, output and errors.
fn run(program: &mut Command, input: &[u8]) -> (Option<i32>, Vec<u8>, String) {
    let output = tool::run(program.env("no_proxy", "*"), input);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), output.stdout, errors)
}

/// What curl is asked for: its arguments, in which `BASE` is the server and `FILE` is a file of
/// [`large`], which is its input, too; its exit code; its output; and what it says of the exchange,
/// in parts.
type Curl = (&'static str, i32, Printed, &'static str);

/// What curl prints.
enum Printed {
    This(&'static str),
    /// The contents of [`large`].
    Large,
    Count(usize),
    /// Something that has this in it.
    With(&'static str),
}

#[rustfmt::skip] // One line for each.
const CURL: &[Curl] = &[
    ("BASE/method", 0, This("get\n"), "[200]"),
    ("BASE/nowhere", 0, This("no such route\n"), "[404]"),
    ("--fail BASE/trap", 22, This(""), "[500]"),
    ("-I BASE/length?declared=5&bytes=5", 0, With("Content-Length: 5\r\n"), "> HEAD|[200]"),
    ("--data a=b BASE/echo", 0, This("a=b"), "> POST|[200]"),
    ("--data-binary @FILE BASE/echo", 0, Large, "> Expect: 100-continue|100 Continue|[200]"),
    ("--data-binary @FILE BASE/count", 0, With("2000000 bytes"), "100 Continue|[200]"),
    ("-T - BASE/echo", 0, Large, "> PUT|> Transfer-Encoding: chunked|[200]"),
    ("-T FILE BASE/method", 0, This("put\n"), "[200]"),
    ("-T FILE -H Expect: BASE/method", 0, This("put\n"), "[200]"),
    ("--http1.0 BASE/big?bytes=300000", 0, Count(300_000), "HTTP/1.0\r\n|[200]"),
    ("--http1.0 -T FILE BASE/echo", 0, Large, "HTTP/1.0\r\n|[200]"),
    ("BASE/method BASE/big?bytes=3", 0, This("get\n012"), "Re-using existing|[200]"),
    ("-I BASE/big?bytes=9 --next -v BASE/method", 0, With("get\n"), "Re-using existing|[200]"),
    ("--compressed BASE/headers", 0, With("Accept-Encoding: "), "> Accept-Encoding: |[200]"),
    ("-i -H TE:trailers BASE/trailers-out", 0, With("body\nx-trailer: done\r\n"), "[200]"),
    ("BASE/panic-after-head", 18, This("some bytes\n"), "[200]"),
];

fn with_curl(server: &Server) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let (file, large) = (folder.path().join("large"), large());
    fs::write(&file, &large)?;
    let file = file.display().to_string();
    let base = format!("http://{}", server.address);
    for (arguments, exit, printed, said) in CURL {
        let mut curl = Command::new("curl");
        // Without the user's settings.
        curl.args(["-q", "--silent", "--show-error", "--verbose"]);
        let words = arguments.split(' ');
        curl.args(words.map(|word| word.replace("BASE", &base).replace("FILE", &file)));
        curl.args(["--max-time", "20", "--write-out", "%{stderr}[%{http_code}]"]);
        let (code, output, errors) = run(&mut curl, &large);
        let right = match printed {
            This(text) => output == text.as_bytes(),
            Large => output == large,
            Count(count) => output.len() == *count,
            With(part) => String::from_utf8_lossy(&output).contains(part),
        };
        let start = output.get(..300).unwrap_or(&output).escape_ascii();
        ensure!(right, "{arguments} prints \"{start}\", says {errors}");
        ensure!(code == Some(*exit), "{arguments}: {code:?}, {errors}");
        let missing = said.split('|').find(|part| !errors.contains(part));
        ensure!(missing.is_none(), "{arguments}: no {missing:?} in {errors}");
    }
    Ok(())
}

/// What Python is asked to run, with the server's address as its arguments.
const PYTHON: &str = r#"
import http.client, sys, urllib.error, urllib.request

HOST, PORT = sys.argv[1:]
BASE = f"http://{HOST}:{PORT}"
LARGE = bytes(range(251)) * 8000
LINE = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-\n"

def connection():
    return http.client.HTTPConnection(HOST, int(PORT), timeout=20)

def pieces(size):
    return (LARGE[at:at + size] for at in range(0, len(LARGE), size))

def keeps_the_connection():
    client = connection()
    client.connect()
    socket = client.sock
    for _ in range(20):
        for method, path, body, answer in [
            ("GET", "/method", None, (200, b"get\n")),
            ("HEAD", "/big?bytes=100000", None, (200, b"")),
            ("POST", "/echo", LARGE, (200, LARGE)),
            ("DELETE", "/status?code=204", None, (204, b"")),
            ("POST", "/read?bytes=3", b"abcdef", (200, b"read abc\n")),
            ("GET", "/nowhere", None, (404, b"no such route\n")),
        ]:
            client.request(method, path, body)
            response = client.getresponse()
            got = response.status, response.read()
            assert got == answer, (method, path, got[0], got[1][:100])
            assert client.sock is socket, (method, path)

def uploads_an_iterator():
    client = connection()
    for path in "/echo", "/echo-copy", "/echo-splice":
        client.request("POST", path, pieces(1000), {"Content-Type": "text/plain"})
        response = client.getresponse()
        assert (response.status, response.read()) == (200, LARGE), path
    client.request("PUT", "/count", pieces(70000))
    response = client.getresponse()
    text = f"{len(LARGE)} bytes, sum {sum(LARGE)}, closed\n"
    assert (response.status, response.read()) == (200, text.encode())

def reads_in_pieces():
    client = connection()
    client.request("GET", "/big?bytes=1000000")
    response = client.getresponse()
    got = list(iter(lambda: response.read(7000), b""))
    assert b"".join(got) == (LINE * 20000)[:1000000]
    assert len(got) == 143 and response.status == 200
    client.request("GET", "/slow?ms=10&parts=5")
    response = client.getresponse()
    assert list(response) == [f"part {part}\n".encode() for part in range(5)]

def opens_addresses():
    for path, data, method, answer in [
        ("/method", None, None, b"get\n"),
        ("/echo", b"a=b", None, b"a=b"),
        ("/echo", LARGE, "PUT", LARGE),
        ("/echo", pieces(9000), "POST", LARGE),
    ]:
        request = urllib.request.Request(BASE + path, data, method=method)
        with urllib.request.urlopen(request, timeout=20) as response:
            assert (response.status, response.read()) == (200, answer), path

def raises_errors():
    for path, status in ("/nowhere", 404), ("/trap", 500), ("/set-error?code=6", 502):
        try:
            urllib.request.urlopen(BASE + path, timeout=20)
        except urllib.error.HTTPError as error:
            assert (error.code, bool(error.read())) == (status, True), path
        else:
            raise AssertionError(path)
    try:
        urllib.request.urlopen(BASE + "/panic-after-head", timeout=20).read()
    except http.client.IncompleteRead as error:
        assert error.partial == b"some bytes\n", error.partial
    else:
        raise AssertionError("it is complete")

CASES = [keeps_the_connection, uploads_an_iterator, reads_in_pieces, opens_addresses, raises_errors]
for case in CASES:
    case()
print(len(CASES), "cases")
"#;

fn with_python(server: &Server) -> Result<(), Failed> {
    let (host, port) = (server.address.ip(), server.address.port());
    let mut python = Command::new("python3");
    // Without the user's settings.
    python.args(["-I", "-c", PYTHON, &host.to_string(), &port.to_string()]);
    let (code, output, errors) = run(&mut python, b"");
    ensure!(code == Some(0), "{code:?}, {errors}");
    let printed = String::from_utf8_lossy(&output);
    ensure!(printed.trim_end() == "5 cases", "{printed}, {errors}");
    Ok(())
}

/// What wrk does for a second on 64 connections: its script, which makes the requests and checks
/// the answers.
const WRK: &[(&str, &str)] = &[
    ("get", "wanted = 'get\\n' wrk.path = '/method'"),
    (
        "post",
        "wanted = string.rep('0123456789', 500) \
         wrk.method = 'POST' wrk.path = '/echo' wrk.body = wanted",
    ),
];

/// What follows in the script: it says so if an answer is wrong.
const WRK_CHECK: &str = "
    function response(status, _, body)
        if status ~= 200 or body ~= wanted then print('wrong', status, body) end
    end";

fn with_wrk(server: &Server) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("script.lua");
    for (name, settings) in WRK {
        fs::write(&script, format!("{settings} {WRK_CHECK}"))?;
        let said = wrk(&script, server)?;
        for bad in ["Socket errors", "Non-2xx", "wrong"] {
            let start = said.get(..1000).unwrap_or(&said);
            ensure!(!said.contains(bad), "{name}: {bad} in {start}");
        }
        // `  12345 requests in 1.10s, 1.23MB read`
        let line = said.lines().find(|line| line.contains(" requests in "));
        let count = line.and_then(|line| line.split_whitespace().next());
        let count: u64 = count.and_then(|count| count.parse().ok()).unwrap_or(0);
        ensure!(count >= 64, "{name}: {count} requests: {said}");
    }
    Ok(())
}

fn wrk(script: &Path, server: &Server) -> Result<String, Failed> {
    let mut wrk = Command::new("wrk");
    wrk.args(["--threads", "2", "--connections", "64", "--duration", "1s"]);
    // A machine that does other work must not make an error of it.
    wrk.args(["--timeout", "20s", "--script"]).arg(script);
    wrk.arg(format!("http://{}", server.address));
    let (code, output, errors) = run(&mut wrk, b"");
    ensure!(code == Some(0), "{code:?}, {errors}");
    Ok(String::from_utf8_lossy(&output).into_owned() + &errors)
}

/// How hyper sends a body.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Upload {
    Nothing,
    /// With its length.
    Whole,
    /// In chunks, before the answer is read.
    Chunks,
    /// Each chunk after the one before it has come back.
    Alternately,
}

/// What hyper is asked for, all on one connection: method, path, status, how [`large`] is sent,
/// and the body of the answer; `None`: that of the request.
const HYPER: &[(&str, &str, u16, Upload, Option<&str>)] = &[
    ("GET", "/method", 200, Upload::Nothing, Some("get\n")),
    ("HEAD", "/big?bytes=9", 200, Upload::Nothing, Some("")),
    ("POST", "/echo", 200, Upload::Whole, None),
    ("POST", "/echo", 200, Upload::Chunks, None),
    ("PUT", "/echo-copy", 200, Upload::Alternately, None),
    ("PUT", "/echo", 200, Upload::Alternately, None),
    ("PATCH", "/method", 200, Upload::Nothing, Some("patch\n")),
    ("GET", "/status?code=204", 204, Upload::Nothing, Some("")),
    ("GET", "/trailers-out", 200, Upload::Nothing, Some("body\n")),
    ("GET", "/x", 404, Upload::Nothing, Some("no such route\n")),
    // Nobody reads the body, so the connection may end.
    ("PATCH", "/method", 200, Upload::Whole, Some("patch\n")),
];

/// Bytes of a chunk.
const PIECE: usize = 100_000;

fn with_hyper(server: &Server) -> Result<(), Failed> {
    let stream = TcpStream::connect(server.address)?;
    stream.set_nonblocking(true)?;
    let until = Instant::now() + PATIENCE;
    let (mut sender, connection) = wait(until, pin!(handshake(Socket(stream))))??;
    let mut connection = pin!(connection);
    let mut cases = pin!(async {
        for case in HYPER {
            ask(&mut sender, case)
                .await
                .map_err(|why| format!("{} {}: {why}", case.0, case.1))?;
        }
        Ok(())
    });
    // What the connection has to say, it also says to who waits for answers.
    let both = poll_fn(|context| {
        let _ = connection.as_mut().poll(context).map(drop);
        cases.as_mut().poll(context)
    });
    wait(until, pin!(both))?
}

/// One request and its answer.
async fn ask(
    sender: &mut SendRequest<Pieces>,
    &(method, path, status, upload, wanted): &(&str, &str, u16, Upload, Option<&str>),
) -> Result<(), String> {
    let shown = |error: Error| format!("{error:?}");
    let large = large();
    let mut chunks = large.chunks(PIECE).map(Bytes::copy_from_slice);
    let (feed, pieces) = channel();
    let length = match upload {
        Upload::Nothing => Some(0),
        Upload::Whole => Some(large.len() as u64),
        Upload::Chunks | Upload::Alternately => None,
    };
    if matches!(upload, Upload::Whole | Upload::Chunks) {
        let sent = chunks.try_for_each(|chunk| feed.send(chunk));
        sent.map_err(|error| error.to_string())?;
    }
    // Otherwise that is all.
    let feed = (upload == Upload::Alternately).then_some(feed);
    let request = Request::builder().method(method).uri(path);
    let request = request.header("host", "a").body(Pieces { pieces, length });
    let request = request.map_err(|error| error.to_string())?;
    sender.ready().await.map_err(shown)?;
    let mut answer = sender.send_request(request).await.map_err(shown)?;
    let mut body = Vec::new();
    if let Some(feed) = feed {
        for chunk in chunks {
            let until = body.len() + chunk.len();
            feed.send(chunk).map_err(|error| error.to_string())?;
            while body.len() < until && more(answer.body_mut(), &mut body).await.map_err(shown)? {}
        }
    }
    while more(answer.body_mut(), &mut body).await.map_err(shown)? {}
    let right = body == wanted.map_or(&*large, str::as_bytes);
    match right && answer.status() == status {
        true => Ok(()),
        false => Err(format!("{}, {} bytes", answer.status(), body.len())),
    }
}

/// Waits for more of a body; `false`: there is no more.
async fn more(body: &mut Incoming, to: &mut Vec<u8>) -> Result<bool, Error> {
    let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await;
    let Some(frame) = frame.transpose()? else {
        return Ok(false);
    };
    to.extend_from_slice(frame.data_ref().map_or(&[], |bytes| bytes));
    Ok(true)
}

/// Polls until the future is ready. Nothing says when that may be, so it asks again and again.
fn wait<F: Future>(until: Instant, mut future: Pin<&mut F>) -> Result<F::Output, Failed> {
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Ok(output);
        }
        ensure!(Instant::now() < until, "time is up");
        thread::sleep(Duration::from_micros(100));
    }
}

/// A body of what comes through a channel, until nothing more can come.
struct Pieces {
    pieces: Receiver<Bytes>,
    length: Option<u64>,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.pieces.try_recv() {
            Ok(bytes) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            Err(TryRecvError::Empty) => Poll::Pending,
            Err(TryRecvError::Disconnected) => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.length == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::new, SizeHint::with_exact)
    }
}

/// A socket that does not block.
struct Socket(TcpStream);

/// The result of an operation that would block is that it is pending.
fn polled<T>(result: io::Result<T>) -> Poll<io::Result<T>> {
    match result {
        Err(error) if error.kind() == ErrorKind::WouldBlock => Poll::Pending,
        result => Poll::Ready(result),
    }
}

impl Read for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let mut bytes = [0; 8192];
        let room = bytes.len().min(buffer.remaining());
        let read = self.0.read(bytes.get_mut(..room).unwrap_or_default());
        let read = read.map(|count| buffer.put_slice(bytes.get(..count).unwrap_or_default()));
        polled(read)
    }
}

impl Write for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        polled(self.0.write(bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.0.shutdown(Shutdown::Write))
    }
}
