//! Where two views of the same bytes first differ.

use super::rows::Other;
use std::fmt;
use wasi_aot_tests::entries::http::{End, Request, View};

/// The first difference of two views.
pub struct Difference<'a> {
    /// What differs.
    pub kind: Kind,
    /// The bytes from the request on where it is.
    pub bytes: &'a [u8],
    /// Our request, if its head was accepted.
    pub our_request: Option<&'a Request>,
    /// The other parser's.
    pub request: Option<&'a Request>,
    /// How ours ends, if not with a further request.
    pub our_end: &'a End,
    /// How the other one ends.
    pub end: &'a End,
}

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Ours accepts what the other one refuses, and goes on.
    Accepts,
    /// The reverse.
    Refuses,
    /// A part of a request.
    Reads(Part),
    /// Ours closes the connection, and the other one goes on.
    Closes,
    /// The reverse.
    Stays,
}

/// A part of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Method,
    Target,
    Version,
    Fields,
    Body,
    Trailers,
    /// Where it ends: one of them waits for more.
    End,
}

impl<'a> Difference<'a> {
    /// The first one; `None`: both read the bytes alike. hyper does not tell the order of fields
    /// that have different names.
    pub fn find(
        bytes: &'a [u8],
        ours: (&'a View, &[usize]),
        other: &'a View,
        with: Other,
    ) -> Option<Difference<'a>> {
        let ordered = with != Other::Hyper;
        let (our, starts) = ours;
        for index in 0.. {
            let pair = (our.requests.get(index), other.requests.get(index));
            let kind = match pair {
                (Some(ours), Some(theirs)) => parts(ours, theirs, ordered)
                    .or_else(|| extents(ours, theirs, (&our.end, &other.end))),
                (Some(_), None) => Some(lacking(&other.end)),
                (None, Some(_)) => Some(reversed(lacking(&our.end))),
                (None, None) => ends(&our.end, &other.end),
            };
            if let Some(kind) = kind {
                // What closes a connection is in the request before.
                let before = usize::from(matches!(kind, Kind::Closes | Kind::Stays));
                return Some(Difference {
                    kind,
                    bytes: &bytes[starts[index.saturating_sub(before)]..],
                    our_request: pair.0,
                    request: pair.1,
                    our_end: &our.end,
                    end: &other.end,
                });
            }
            if pair == (None, None) {
                return None;
            }
        }
        unreachable!("views are finite")
    }

    /// Whether ours accepts here what the two other parsers refuse.
    pub fn is_acceptance_of(&self, other: &Difference<'_>) -> bool {
        let same = self.kind == Kind::Accepts && other.kind == Kind::Accepts;
        same && self.bytes.len() == other.bytes.len() && self.has_whole_head()
    }

    /// Why ours refuses it.
    pub fn our_reason(&self) -> &'a str {
        reason(self.our_end)
    }

    /// Why the other one refuses it.
    pub fn reason(&self) -> &'a str {
        reason(self.end)
    }

    /// The lines of the head, without their ends, whatever they are. Empty ones before it are left
    /// out.
    pub fn head(&self) -> impl Iterator<Item = &'a [u8]> {
        let lines = self.bytes.split_inclusive(|&byte| byte == b'\n');
        let lines = lines.map(|line| line.strip_suffix(b"\n").unwrap_or(line));
        let empty = |line: &&[u8]| matches!(*line, b"" | b"\r");
        lines.skip_while(empty).take_while(move |line| !empty(line))
    }

    /// The values of the fields with this name, as a tolerant reader would see them.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.head().skip(1).filter_map(move |line| {
            let colon = line.iter().position(|&byte| byte == b':')?;
            let found = line[..colon].trim_ascii();
            let same = found.eq_ignore_ascii_case(name.as_bytes());
            same.then(|| line[colon + 1..].trim_ascii())
        })
    }

    /// The words of the request line.
    pub fn words(&self) -> Vec<&'a [u8]> {
        let line = self.head().next().unwrap_or_default().trim_ascii();
        line.split(|&byte| byte == b' ').collect()
    }

    /// The target of the request line.
    pub fn target(&self) -> &'a [u8] {
        self.words().get(1).copied().unwrap_or_default()
    }

    /// Whether the head has an end, for a reader that needs no CR.
    pub fn has_whole_head(&self) -> bool {
        let lines = self.bytes.split_inclusive(|&byte| byte == b'\n');
        let mut lines = lines.skip_while(|line| matches!(*line, b"\n" | b"\r\n"));
        lines.any(|line| matches!(line, b"\n" | b"\r\n"))
    }

    /// Whether a line ends without CR.
    pub fn has_bare_lf(&self) -> bool {
        let mut lines = self.bytes.split_inclusive(|&byte| byte == b'\n');
        lines.any(|line| line.ends_with(b"\n") && !line.ends_with(b"\r\n"))
    }
}

fn reason(end: &End) -> &str {
    match end {
        End::Refused { why, .. } => why,
        _ => "",
    }
}

/// The first part in which two requests differ, among what both have.
fn parts(ours: &Request, theirs: &Request, ordered: bool) -> Option<Kind> {
    let sorted = |fields: &[(Vec<u8>, Vec<u8>)]| {
        let mut fields = fields.to_vec();
        if !ordered {
            fields.sort_by(|one, other| one.0.cmp(&other.0));
        }
        fields
    };
    let length = ours.body.len().min(theirs.body.len());
    let both = ours.complete && theirs.complete;
    let same_trailers = || sorted(&ours.trailers) == sorted(&theirs.trailers);
    let part = if ours.method != theirs.method {
        Part::Method
    } else if ours.target != theirs.target {
        Part::Target
    } else if ours.minor != theirs.minor {
        Part::Version
    } else if sorted(&ours.fields) != sorted(&theirs.fields) {
        Part::Fields
    } else if ours.body[..length] != theirs.body[..length]
        || both && ours.body.len() != theirs.body.len()
    {
        Part::Body
    } else if both && !same_trailers() {
        Part::Trailers
    } else {
        return None;
    };
    Some(Kind::Reads(part))
}

/// The difference of two requests that agree in what both have.
fn extents(ours: &Request, theirs: &Request, ends: (&End, &End)) -> Option<Kind> {
    let waits = |end: &End| *end == End::More;
    match (ours.complete, theirs.complete) {
        (true, true) => None,
        (true, false) => Some(lacking(ends.1)),
        (false, true) => Some(reversed(lacking(ends.0))),
        (false, false) => match (waits(ends.0), waits(ends.1)) {
            (true, true) if ours.body == theirs.body => None,
            (true, true) => Some(Kind::Reads(Part::Body)),
            (false, false) => None,
            (true, false) => Some(Kind::Accepts),
            (false, true) => Some(Kind::Refuses),
        },
    }
}

/// The difference if the other view ends so, and ours goes on.
fn lacking(end: &End) -> Kind {
    match end {
        End::More => Kind::Reads(Part::End),
        End::Refused { .. } => Kind::Accepts,
        End::Closed => Kind::Stays,
    }
}

fn reversed(kind: Kind) -> Kind {
    match kind {
        Kind::Accepts => Kind::Refuses,
        Kind::Stays => Kind::Closes,
        kind => kind,
    }
}

/// The difference of two ends after the same requests.
fn ends(ours: &End, theirs: &End) -> Option<Kind> {
    match (ours, theirs) {
        (End::More, End::More)
        | (End::Closed, End::Closed)
        | (End::Refused { .. }, End::Refused { .. }) => None,
        (End::Closed, _) => Some(Kind::Closes),
        (_, End::Closed) => Some(Kind::Stays),
        (End::More, End::Refused { .. }) => Some(Kind::Accepts),
        (End::Refused { .. }, End::More) => Some(Kind::Refuses),
    }
}

/// A view for a person.
pub struct Shown<'a>(pub &'a View);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for request in &self.0.requests {
            let (method, target) = (&request.method, &request.target);
            let (method, target) = (method.escape_ascii(), target.escape_ascii());
            write!(f, "    {method} {target} 1.{}", request.minor)?;
            pairs(f, &request.fields)?;
            write!(f, " body [{}]", request.body.escape_ascii())?;
            pairs(f, &request.trailers)?;
            writeln!(f, "{}", if request.complete { "" } else { " ..." })?;
        }
        write!(f, "    {:?}", self.0.end)
    }
}

fn pairs(f: &mut fmt::Formatter<'_>, fields: &[(Vec<u8>, Vec<u8>)]) -> fmt::Result {
    fields.iter().try_for_each(|(name, value)| {
        let (name, value) = (name.escape_ascii(), value.escape_ascii());
        write!(f, " {name}=[{value}]")
    })
}
