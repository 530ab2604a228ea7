//! Tests of the decoder of chunks.

use super::{super::head::Span, *};
use std::{format, vec::Vec};

/// The data, and the number of bytes that were consumed if the trailer section begins there.
fn decode(pieces: &[&[u8]]) -> Result<(Vec<u8>, Option<usize>), Refused> {
    let mut decoder = Decoder::new();
    let (mut data, mut consumed) = (Vec::new(), 0);
    for piece in pieces {
        let mut rest = *piece;
        loop {
            let step = decoder.decode(rest)?;
            assert_eq!(step.data.start, step.framing);
            data.extend(&rest[step.data.clone()]);
            consumed += step.data.end;
            if step.trailers {
                return Ok((data, Some(consumed)));
            }
            assert!(step.data.end > 0 || rest.is_empty());
            rest = &rest[step.data.end..];
            if rest.is_empty() {
                break;
            }
        }
    }
    Ok((data, None))
}

/// Bodies up to the last chunk, and their data.
const ACCEPTED: &[(&[u8], &[u8])] = &[
    (b"0\r\n", b""),
    (b"0000000000000000\r\n", b""),
    (b"5\r\nhello\r\n0\r\n", b"hello"),
    (b"1\r\na\r\n2\r\nbc\r\n00\r\n", b"abc"),
    (
        b"a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n",
        b"01234567890123456789",
    ),
    (b"0000000000000001\r\nx\r\n0\r\n", b"x"),
    (b"4\r\n\r\n0\r\r\n0\r\n", b"\r\n0\r"),
    (b"1;a\r\nx\r\n0;b\r\n", b"x"),
    (b"1;a=b\r\nx\r\n0\r\n", b"x"),
    (b"1;a=b;c;d=e\r\nx\r\n0\r\n", b"x"),
    (b"1 \t; a = b\t; c ;d\r\nx\r\n0\r\n", b"x"),
    (b"1;a=\"\"\r\nx\r\n0\r\n", b"x"),
    (b"1;a=\"b;c=d, \\\" \\\\ \xe9\t\" ;e\r\nx\r\n0\r\n", b"x"),
    (b"1;!#$%&'*+-.^_`|~=1\r\nx\r\n0\r\n", b"x"),
];

/// Bodies that are refused.
const REFUSED: &[(&[u8], Refused)] = &[
    (b"\r\n", SIZE),
    (b"\n", SIZE),
    (b";a\r\n", SIZE),
    (b" 1\r\n", SIZE),
    (b"\t1\r\n", SIZE),
    (b"-1\r\n", SIZE),
    (b"+1\r\n", SIZE),
    (b"0x1\r\n", SIZE),
    (b"1x\r\n", SIZE),
    (b"g\r\n", SIZE),
    (b"1_0\r\n", SIZE),
    (b"1,2\r\n", SIZE),
    (b"1.0\r\n", SIZE),
    (b"\xb1\r\n", SIZE),
    (b"1\0\r\n", SIZE),
    (b"1\nx\r\n", SIZE),
    (b"00000000000000001\r\n", LARGE),
    (b"8000000000000000\r\n", LARGE),
    (b"ffffffffffffffff\r\n", LARGE),
    (b"10000000000000000\r\n", LARGE),
    (b"1\rx", END),
    (b"1\r\r\n", END),
    (b"0\r\r", END),
    (b"1 \r\n", EXTENSION),
    (b"1\t\r\n", EXTENSION),
    (b"1 2\r\n", EXTENSION),
    (b"1;\r\n", EXTENSION),
    (b"1; \r\n", EXTENSION),
    (b"1;;a\r\n", EXTENSION),
    (b"1;a;\r\n", EXTENSION),
    (b"1;a \r\n", EXTENSION),
    (b"1;a=\r\n", EXTENSION),
    (b"1;=b\r\n", EXTENSION),
    (b"1;a==b\r\n", EXTENSION),
    (b"1;a b\r\n", EXTENSION),
    (b"1;a=b c\r\n", EXTENSION),
    (b"1;a=b \r\n", EXTENSION),
    (b"1;a=b\"\r\n", EXTENSION),
    (b"1;a=\"b\r\n", EXTENSION),
    (b"1;a=\"b\\\r\n", EXTENSION),
    (b"1;a=\"b\"c\r\n", EXTENSION),
    (b"1;a=\"b\"=c\r\n", EXTENSION),
    (b"1;a=\"\0\"\r\n", EXTENSION),
    (b"1;a\nx\r\n", EXTENSION),
    (b"1;a=b\nx\r\n", EXTENSION),
    (b"1;a=\"\n\"\r\n", EXTENSION),
    (b"1;(\r\n", EXTENSION),
    (b"1;\xe9\r\n", EXTENSION),
    (b"1;a\rb\r\n", END),
    (b"1\r\nxx\r\n", END),
    (b"1\r\nx0\r\n", END),
    (b"1\r\nx\n0\r\n", END),
    (b"1\r\nx\r0\r\n", END),
    (b"2\r\nx\r\n0\r\n", END),
    (b"1\r\nx\r\n\r\n0\r\n", SIZE),
    (b"1\r\nx\r\n 0\r\n", SIZE),
];

#[test]
fn bodies_are_decoded() {
    for &(body, data) in ACCEPTED {
        let text = body.escape_ascii();
        let whole = Ok((data.to_vec(), Some(body.len())));
        assert_eq!(decode(&[body]), whole, "{text}");
        let longer = [body, b"\r\n1\r\n"].concat();
        assert_eq!(decode(&[&longer]), whole, "{text}");
        let bytes: Vec<_> = body.chunks(1).collect();
        assert_eq!(decode(&bytes), whole, "{text}");
        for middle in 0..body.len() {
            let (start, rest) = body.split_at(middle);
            let (part, end) = decode(&[start]).expect("it is valid so far");
            assert!(data.starts_with(&part) && end.is_none(), "{text}: {middle}");
            assert_eq!(decode(&[start, rest]), whole, "{text}: {middle}");
        }
    }
}

#[test]
fn bodies_are_refused() {
    for &(body, refused) in REFUSED {
        let text = body.escape_ascii();
        assert_eq!(decode(&[body]), Err(refused), "{text}");
        for middle in 0..body.len() {
            let (start, rest) = body.split_at(middle);
            assert_eq!(decode(&[start, rest]), Err(refused), "{text}: {middle}");
        }
    }
}

#[test]
fn the_largest_chunk_is_below_2_to_the_63() {
    let mut decoder = Decoder::new();
    let step = decoder.decode(b"7fffffffffffffff\r\nab").expect("it fits");
    assert_eq!((step.framing, step.data), (18, 18..20));
    let step = decoder.decode(b"cd").expect("these are data");
    assert_eq!((step.framing, step.data), (0, 0..2));
}

#[test]
fn extensions_are_limited_in_total() {
    // `;a` has 2 bytes; those of all chunks count.
    let chunk = |pairs: usize| format!("1{}\r\nx\r\n", ";a".repeat(pairs)).into_bytes();
    let most = EXTENSIONS as usize / 2;
    let last = b"0\r\n";
    for (chunks, long) in [
        ([chunk(most), chunk(0)], false),
        ([chunk(most + 1), chunk(0)], true),
        ([chunk(most / 2), chunk(most / 2)], false),
        ([chunk(most / 2), chunk(most / 2 + 1)], true),
    ] {
        let result = decode(&[&chunks[0], &chunks[1], last]);
        assert_eq!(result.err(), long.then_some(LONG));
    }
}

#[test]
fn names_of_trailers() {
    for (name, allowed) in [
        ("ETag", true),
        ("Server-Timing", true),
        ("grpc-status", true),
        ("Content-Digest", true),
        ("If", true),
        ("X-If-Match", true),
        ("Authentication-Info", true),
        ("Content-Length", false),
        ("content-type", false),
        ("Content-X", false),
        ("TRANSFER-ENCODING", false),
        ("Host", false),
        ("TE", false),
        ("Trailer", false),
        ("Authorization", false),
        ("Cookie", false),
        ("Set-Cookie", false),
        ("If-Match", false),
        ("Range", false),
        ("Connection", false),
        ("Cache-Control", false),
    ] {
        assert_eq!(is_trailer(name.as_bytes()), allowed, "{name}");
    }
}

#[test]
fn trailers_keep_their_order() {
    let names = b"aHostbTEc";
    let field = |start, end| Field {
        name: Span::new(start, end),
        value: Span::default(),
    };
    let mut fields = [
        field(0, 1),
        field(1, 5),
        field(5, 6),
        field(6, 8),
        field(8, 9),
    ];
    assert_eq!(trailers(names, &mut fields), 3);
    assert_eq!(fields[..3], [field(0, 1), field(5, 6), field(8, 9)]);
    assert_eq!(trailers(names, &mut []), 0);
}
