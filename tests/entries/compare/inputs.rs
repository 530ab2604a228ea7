//! What is compared: the requests of `tests/http/raw`, and what chance makes of them.

use crate::cases::{self, Step};
use std::fs;
use std::path::{Path, PathBuf};
use wasi_aot_tests::random::Random;

/// A request after an input shows where the one before it ends.
const FOLLOWING: &[u8] = b"GET /following HTTP/1.1\r\nHost: a\r\n\r\n";

/// Longer inputs are compared, but not changed.
const MOST: usize = 2000;

/// Bytes with a meaning, and some that have none.
const TELLING: &[u8] = b"\r\n\t :;,=\"\\/?#*%[]@0F\x00\x01\x0b\x0c\x1f\x7f\x80\xff";

/// Lines of a head.
const LINES: &[&[u8]] = &[
    b"Content-Length: 5\r\n",
    b"Content-Length: 0\r\n",
    b"Content-Length: 005\r\n",
    b"Content-Length: +5\r\n",
    b"Content-Length: -1\r\n",
    b"Content-Length: 5, 5\r\n",
    b"Content-Length: 5,6\r\n",
    b"Content-Length: 0x5\r\n",
    b"Content-Length:\r\n",
    b"Content-Length : 5\r\n",
    b"Content-Length: 5 5\r\n",
    b"Content-Length: 18446744073709551615\r\n",
    b"Content-Length: 18446744073709551616\r\n",
    b"Content-Length: 9223372036854775808\r\n",
    b"Content-Length: 99999999999999999999999\r\n",
    b"Content_Length: 5\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: Chunked\r\n",
    b"Transfer-Encoding: chunked, chunked\r\n",
    b"Transfer-Encoding: gzip, chunked\r\n",
    b"Transfer-Encoding: chunked, gzip\r\n",
    b"Transfer-Encoding: identity\r\n",
    b"Transfer-Encoding: ,chunked\r\n",
    b"Transfer-Encoding: chunked;q=1\r\n",
    b"Transfer-Encoding: \"chunked\"\r\n",
    b"Transfer-Encoding: xchunked\r\n",
    b"Transfer-Encoding:\x0bchunked\r\n",
    b"Transfer-Encoding:\r\n chunked\r\n",
    b"Transfer-Encoding : chunked\r\n",
    b"Transfer-Encoding:\r\n",
    b"Connection: close\r\n",
    b"Connection: keep-alive\r\n",
    b"Connection: upgrade, close\r\n",
    b"Connection: \"close\"\r\n",
    b"Connection: \"a, close\"\r\n",
    b"Connection: Upgrade\r\nUpgrade: websocket\r\n",
    b"Connection: Upgrade\r\nUpgrade: h2c\r\n",
    b"Expect: 100-continue\r\n",
    b"Expect: 200-ok\r\n",
    b"Host: b\r\n",
    b"Host: a@b\r\n",
    b"Host: a b\r\n",
    b"X: a\r\n b\r\n",
    b"X: a\r\n\tb\r\n",
    b" X: a\r\n",
    b"X: \r\n",
    b"X\r\n",
    b": x\r\n",
    b"X: a\n",
    b"X: a\rb\r\n",
    b"X: a\x00b\r\n",
    b"X: \t a \t \r\n",
    b"X\x00: a\r\n",
    b"X(y): a\r\n",
];

/// Parts of anything.
const PARTS: &[&[u8]] = &[
    b"\r\n",
    b"\n",
    b"\r",
    b"\r\r\n",
    b"\n\n",
    b"\r\n\r\n",
    b"\r\n ",
    b" ",
    b"\t",
    b"HTTP/1.0",
    b"HTTP/1.2",
    b"HTTP/2.0",
    b"HTTP/0.9",
    b"http/1.1",
    b"HTTP/1.10",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"http://a:80/b?c",
    b"HTTP://a",
    b"//a/b",
    b"OPTIONS * HTTP/1.1\r\n",
    b"CONNECT a:80 HTTP/1.1\r\n",
    b"TRACE",
    b"#f",
    b"%00",
    b"{}|^`\"<>",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"0\r\n\r\n",
    b"0\r\nX: y\r\n\r\n",
    b"0\r\nContent-Length: 5\r\n\r\n",
];

/// Lines with the size of a chunk.
const SIZES: &[&[u8]] = &[
    b"5\r\n",
    b"0005\r\n",
    b"000000000000000005\r\n",
    b"00000000000000000000000005\r\n",
    b"5;a\r\n",
    b"5;a=b\r\n",
    b"5;a=\"b;c\"\r\n",
    b"5;a=\"b\r\n",
    b"5;\r\n",
    b"5 ;a\r\n",
    b"5;a=b;;c\r\n",
    b"5 \r\n",
    b"5\t\r\n",
    b" 5\r\n",
    b"5\n",
    b"5;a\n",
    b"5;a\rb\r\n",
    b"5;a\x00\r\n",
    b"0x5\r\n",
    b"+5\r\n",
    b"-5\r\n",
    b"5g\r\n",
    b"\r\n",
    b"7fffffffffffffff\r\n",
    b"8000000000000000\r\n",
    b"ffffffffffffffff\r\n",
    b"10000000000000005\r\n",
    b"fffffffffffffffff\r\n",
];

/// Requests that no case has, for rows that would otherwise depend on chance.
const MORE: &[&[u8]] = &[
    b"GET / HTTP/1.2\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n X: b\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close, \xff\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: x\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\
      0\r\nContent-Length: x\r\n\r\n",
    b"GET a+b-c.d://e HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET http://%61/ HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"a, chunked\r\n\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: \0\r\nY: b\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx",
    b"GET / HTTP/1.1\r\nHost: a\r\nConnection: \"a, close\r\n\r\n",
];

/// [`MORE`], and the requests of the cases, each as it is and with another one after it.
pub fn raw() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("http/raw");
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    // The order decides what chance makes of them.
    paths.sort();
    let cases = paths.iter().flat_map(|path| cases::read(path).cases);
    let mut inputs: Vec<Vec<u8>> = MORE.iter().map(|more| more.to_vec()).collect();
    for case in cases {
        let mut input = Vec::new();
        for step in case.steps {
            if let Step::Send(bytes) = step {
                input.extend(bytes);
            }
        }
        inputs.push([&input, FOLLOWING].concat());
        inputs.push(input);
    }
    inputs
}

/// Makes inputs from chance.
pub struct Chance {
    from: Vec<Vec<u8>>,
    random: Random,
}

impl Chance {
    /// Changes of these inputs.
    pub fn new(from: &[Vec<u8>], seed: u64) -> Chance {
        let short = from.iter().filter(|input| input.len() <= MOST);
        Chance {
            from: short.cloned().collect(),
            random: Random::new(seed),
        }
    }

    /// The next input.
    pub fn input(&mut self) -> Vec<u8> {
        let mut bytes = self.one();
        for _ in 0..1 + self.random.below(3) {
            self.change(&mut bytes);
        }
        if self.random.below(4) > 0 {
            bytes.extend(FOLLOWING);
        }
        bytes
    }

    fn one(&mut self) -> Vec<u8> {
        let one = self.random.below(self.from.len());
        self.from[one].clone()
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        let random = &mut self.random;
        let at = random.below(bytes.len() + 1);
        match random.below(10) {
            0 => match bytes.get_mut(at) {
                Some(byte) => *byte = random.pick(TELLING),
                None => bytes.extend(self.one()),
            },
            1 => bytes.insert(at, random.pick(TELLING)),
            2 => {
                let end = (at + 1 + random.below(3)).min(bytes.len());
                bytes.drain(at..end);
            }
            3 => {
                let line = line(bytes, at);
                let copy = bytes[line.clone()].to_vec();
                bytes.splice(line.end..line.end, copy);
            }
            4 => {
                let place = line(bytes, at);
                let other = self.one();
                let from = self.random.below(other.len() + 1);
                bytes.splice(place, other[line(&other, from)].iter().copied());
            }
            5 => {
                let line = line(bytes, at);
                bytes.splice(line, random.pick(SIZES).iter().copied());
            }
            6 => {
                bytes.splice(at..at, random.pick(PARTS).iter().copied());
            }
            7 => {
                let line = line(bytes, at);
                bytes.splice(line, random.pick(LINES).iter().copied());
            }
            _ => {
                let start = line(bytes, at).end;
                bytes.splice(start..start, random.pick(LINES).iter().copied());
            }
        }
    }
}

/// The line with this offset, with its end.
fn line(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    let before = bytes[..at].iter().rposition(|&byte| byte == b'\n');
    let after = bytes[at..].iter().position(|&byte| byte == b'\n');
    before.map_or(0, |at| at + 1)..after.map_or(bytes.len(), |after| at + after + 1)
}
