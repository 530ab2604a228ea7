//! Tests of the whole protocol: a request with its body and trailers, in pieces and damaged.

use super::{
    chunked::{self, Decoder},
    framing::{Body, Framing, framing},
    head::{self, Field, Head, Limits, Refused, Scan},
};
use std::vec::Vec;

/// The limits of all tests that are not about limits.
pub(super) const LIMITS: Limits = Limits {
    bytes: 1000,
    fields: 10,
};

/// Requests of all kinds that are accepted.
const REQUESTS: &[&[u8]] = &[
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"\r\n\r\nGET /p%20q?x=y%zz HTTP/1.1\r\nhost: [::1]:8080\r\nAccept: */*\r\nX:\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost:\r\nConnection: close, x\r\n\r\n",
    b"HEAD http://example.com:80?q HTTP/1.1\r\nHost: other\r\n\r\n",
    b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    b"PUT /b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
    b"POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\
      5\r\nhello\r\n0010;a=\"b\\\"c\" ; d\r\n0123456789abcdef\r\n0\r\n\r\n",
    b"POST /t HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n\
      1\r\n\r\r\n000;x\r\nETag: 1\r\nContent-Length: 3\r\nX-Sum: ab \r\n\r\n",
];

/// A request that has been read to its end.
#[derive(Debug, PartialEq)]
struct Request {
    head: Head,
    framing: Framing,
    fields: Vec<Field>,
    body: Vec<u8>,
    trailers: Vec<(Vec<u8>, Vec<u8>)>,
}

/// A reader of one request, as a server has it.
#[derive(Default)]
struct Reader {
    received: Vec<u8>,
    scan: Scan,
    head: Option<(Head, Framing, Vec<Field>)>,
    body: Vec<u8>,
    chunks: Decoder,
    trailer_scan: Scan,
}

impl Reader {
    /// Takes a further piece. `None`: the request is not complete.
    fn feed(&mut self, piece: &[u8]) -> Result<Option<Request>, Refused> {
        self.received.extend_from_slice(piece);
        if self.head.is_none() {
            let mut fields = [Field::default(); 10];
            let head = head::parse(&self.received, &mut self.scan, &LIMITS, &mut fields)?;
            let Some(head) = head else { return Ok(None) };
            let fields = &fields[..head.fields];
            let framing = framing(&self.received, &head, fields)?;
            self.head = Some((head, framing, fields.to_vec()));
            self.received.drain(..head.len);
        }
        let (head, framing, fields) = self.head.clone().expect("the head is complete");
        let trailers = match framing.body {
            Body::None => Some(Vec::new()),
            Body::Length(length) => {
                let left = length as usize - self.body.len();
                let part = self.received.drain(..left.min(self.received.len()));
                self.body.extend(part);
                (self.body.len() as u64 == length).then(Vec::new)
            }
            Body::Chunked => self.chunks()?,
        };
        Ok(trailers.map(|trailers| Request {
            head,
            framing,
            fields,
            body: self.body.clone(),
            trailers,
        }))
    }

    #[expect(clippy::type_complexity)]
    fn chunks(&mut self) -> Result<Option<Vec<(Vec<u8>, Vec<u8>)>>, Refused> {
        loop {
            let step = self.chunks.decode(&self.received)?;
            self.body.extend(&self.received[step.data.clone()]);
            self.received.drain(..step.data.end);
            if step.trailers {
                break;
            }
            if self.received.is_empty() {
                return Ok(None);
            }
            assert!(step.data.end > 0);
        }
        let mut fields = [Field::default(); 10];
        let scan = &mut self.trailer_scan;
        let section = head::section(&self.received, scan, &LIMITS, &mut fields)?;
        Ok(section.map(|section| {
            let fields = &mut fields[..section.fields];
            let kept = chunked::trailers(&self.received, fields);
            let text = |span: head::Span| span.of(&self.received).to_vec();
            let kept = fields[..kept].iter();
            kept.map(|field| (text(field.name), text(field.value)))
                .collect()
        }))
    }
}

/// The result of feeding all pieces.
fn read(pieces: &[&[u8]]) -> Result<Option<Request>, Refused> {
    let mut reader = Reader::default();
    let mut result = Ok(None);
    for piece in pieces {
        result = reader.feed(piece);
        if !matches!(result, Ok(None)) {
            break;
        }
    }
    result
}

#[test]
fn requests_in_pieces_are_those_in_whole() {
    for &request in REQUESTS {
        let text = request.escape_ascii();
        let whole = read(&[request]);
        assert!(matches!(whole, Ok(Some(_))), "{text}: {whole:?}");
        for middle in 0..request.len() {
            let (start, rest) = request.split_at(middle);
            assert_eq!(read(&[start]), Ok(None), "{text}: {middle}");
            assert_eq!(read(&[start, rest]), whole, "{text}: {middle}");
        }
        let bytes: Vec<_> = request.chunks(1).collect();
        assert_eq!(read(&bytes), whole, "{text}");
    }
}

#[test]
fn bodies_and_trailers() {
    let of = |index: usize| {
        let request = read(&[REQUESTS[index]]).expect("it is valid");
        request.expect("it is complete")
    };
    assert_eq!(of(5).body, b"hello");
    assert_eq!(of(7).body, b"hello0123456789abcdef");
    assert_eq!(of(8).body, b"\r");
    let trailer = |name: &[u8], value: &[u8]| (name.to_vec(), value.to_vec());
    let trailers = [trailer(b"ETag", b"1"), trailer(b"X-Sum", b"ab")];
    assert_eq!(of(8).trailers, trailers);
}

/// xorshift64*, with a fixed seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let value = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        value as usize % limit
    }

    /// Replaces, inserts, removes or repeats something.
    fn damage(&mut self, bytes: &mut Vec<u8>) {
        const TELLING: &[u8] = b"\r\n\t :;,\"\\/?#*%[]0\x00\x7f\xff";
        let at = self.below(bytes.len());
        let byte = match self.below(3) {
            0 => self.below(256) as u8,
            _ => TELLING[self.below(TELLING.len())],
        };
        match self.below(4) {
            0 => bytes[at] = byte,
            1 => bytes.insert(at, byte),
            2 => _ = bytes.remove(at),
            _ => {
                let end = at + self.below(bytes.len() - at);
                bytes.extend_from_within(at..end);
                bytes[at..].rotate_right(end - at);
            }
        }
    }
}

/// Whatever arrives, in two pieces it is accepted or refused as in whole.
#[test]
fn damaged_requests_in_pieces_are_those_in_whole() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut accepted, mut refused) = (0, 0);
    for round in 0..20_000 {
        let mut request = REQUESTS[round % REQUESTS.len()].to_vec();
        for _ in 0..=random.below(3) {
            if !request.is_empty() {
                random.damage(&mut request);
            }
        }
        let whole = read(&[&request]);
        accepted += usize::from(matches!(whole, Ok(Some(_))));
        refused += usize::from(whole.is_err());
        let (start, rest) = request.split_at(random.below(request.len() + 1));
        let text = request.escape_ascii();
        assert_eq!(read(&[start, rest]), whole, "{text}: {}", start.len());
    }
    assert!(accepted > 1000 && refused > 1000);
}
