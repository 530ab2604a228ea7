//! The files of cases: `README.md` describes their format.

use std::fs;
use std::path::Path;
use std::time::Duration;

/// A file of cases.
pub struct File {
    /// Options of the server's build.
    pub server: Vec<String>,
    pub cases: Vec<Case>,
}

/// Steps on one connection.
pub struct Case {
    pub name: String,
    pub steps: Vec<Step>,
}

/// A step of a case.
pub enum Step {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// What is sent from now on goes in pieces of that size, with a pause after each.
    Pieces(usize, Duration),
    Pause,
    /// Closes the sending side.
    Shut,
    Want(Want),
    /// What the answers of the `want` before it must have.
    Check(Check),
    Then(Then),
}

/// An answer that is waited for.
pub struct Want {
    pub statuses: Vec<u16>,
    /// Whether the connection may end without an answer.
    pub none: bool,
    /// Whether the connection may end within the answer; with a status, if only that is missing.
    pub cut: bool,
    /// Whether the request was HEAD.
    pub head: bool,
    /// Whether no interim answer may come before it.
    pub first: bool,
    /// How many such answers come.
    pub times: usize,
}

/// What an answer must have.
pub enum Check {
    Body(Vec<u8>),
    Size(usize),
    Sha256(String),
    Has(Vec<u8>),
    Lacks(Vec<u8>),
    Field(String, Vec<u8>),
    Trailer(String, Vec<u8>),
    HasField(String),
    NoField(String),
}

/// How a case ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Then {
    Close,
    Open,
    Safe,
    Any,
}

/// Reads a file.
///
/// # Panics
/// If it is malformed.
pub fn read(path: &Path) -> File {
    let text = fs::read_to_string(path).expect("the file is there");
    let mut file = File {
        server: Vec::new(),
        cases: Vec::new(),
    };
    for (line, number) in text.lines().zip(1..) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let understood = match word {
            "" | "#" | "rule" => true,
            "server" => {
                file.server = rest.split(' ').map(str::to_owned).collect();
                true
            }
            "case" => {
                file.cases.push(Case {
                    name: rest.to_owned(),
                    steps: Vec::new(),
                });
                true
            }
            _ => file
                .cases
                .last_mut()
                .is_some_and(|case| add(&mut case.steps, word, rest).is_some()),
        };
        assert!(understood, "{}:{number}: {line}", path.display());
    }
    file
}

/// Adds a line to the steps. What is sent without a pause is one step, and so is a body.
fn add(steps: &mut Vec<Step>, word: &str, rest: &str) -> Option<()> {
    let step = step(word, rest)?;
    match (steps.last_mut(), step) {
        (Some(Step::Send(bytes)), Step::Send(more)) => bytes.extend(more),
        (Some(Step::Check(Check::Body(bytes))), Step::Check(Check::Body(more))) => {
            bytes.extend(more);
        }
        (_, step) => steps.push(step),
    }
    Some(())
}

fn step(word: &str, rest: &str) -> Option<Step> {
    Some(match word {
        "send" => Step::Send(bytes(rest)?),
        "many" => {
            let (count, text) = rest.split_once(' ')?;
            Step::Send(bytes(text)?.repeat(count.parse().ok()?))
        }
        "pieces" => {
            let (size, pause) = rest.split_once(' ').unwrap_or((rest, "0"));
            let pause: u64 = pause.parse().ok()?;
            // Long enough to make segments of them.
            let pause = Duration::from_micros((pause * 1000).max(500));
            Step::Pieces(size.parse().ok()?, pause)
        }
        "pause" => Step::Pause,
        "shut" => Step::Shut,
        "want" => Step::Want(want(rest)?),
        "then" => Step::Then(match rest {
            "close" => Then::Close,
            "open" => Then::Open,
            "safe" => Then::Safe,
            "any" => Then::Any,
            _ => return None,
        }),
        _ => Step::Check(check(word, rest)?),
    })
}

fn want(rest: &str) -> Option<Want> {
    let mut words = rest.split(' ');
    let mut want = Want {
        statuses: Vec::new(),
        none: false,
        cut: false,
        head: false,
        first: false,
        times: 1,
    };
    for one in words.next()?.split('|') {
        match one {
            "none" => want.none = true,
            "cut" => want.cut = true,
            status => want.statuses.push(status.parse().ok()?),
        }
    }
    while let Some(word) = words.next() {
        match word {
            "head" => want.head = true,
            "first" => want.first = true,
            "times" => want.times = words.next()?.parse().ok()?,
            _ => return None,
        }
    }
    Some(want)
}

fn check(word: &str, rest: &str) -> Option<Check> {
    let field = || {
        let (name, value) = rest.split_once(':')?;
        let value = value.strip_prefix(' ').unwrap_or(value);
        Some((name.to_owned(), bytes(value)?))
    };
    Some(match word {
        "body" => Check::Body(bytes(rest)?),
        "size" => Check::Size(rest.parse().ok()?),
        "sha256" => Check::Sha256(rest.to_owned()),
        "has" => Check::Has(bytes(rest)?),
        "lacks" => Check::Lacks(bytes(rest)?),
        "field" => field().map(|(name, value)| Check::Field(name, value))?,
        "trailer" => field().map(|(name, value)| Check::Trailer(name, value))?,
        "has-field" => Check::HasField(rest.to_owned()),
        "no-field" => Check::NoField(rest.to_owned()),
        _ => return None,
    })
}

/// The bytes of a text with escapes.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'\\' => match rest.next()? {
                b'r' => b'\r',
                b'n' => b'\n',
                b't' => b'\t',
                b'\\' => b'\\',
                b'x' => {
                    let mut digit = || char::from(rest.next()?).to_digit(16);
                    u8::try_from(digit()? * 16 + digit()?).ok()?
                }
                _ => return None,
            },
            byte => byte,
        });
    }
    Some(bytes)
}
