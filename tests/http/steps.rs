//! Runs the cases of a file.

use crate::answer::{Answer, values};
use crate::cases::{Case, Check, Step, Then, Want};
use crate::connection::{Connection, Missing, PATIENCE};
use libtest_mimic::Failed;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

/// How long the server may take to close a connection.
const CLOSING: Duration = Duration::from_secs(5);

/// A request that shows whether the connection is still understood: `low` answers the method.
const PROBE: &[u8] = b"GET /method HTTP/1.1\r\nHost: probe\r\n\r\n";

/// Runs all cases; the error lists those that failed.
pub fn run_all(address: SocketAddr, cases: &[Case]) -> Result<(), Failed> {
    let mut said = String::new();
    for case in cases {
        if let Err(failed) = run(address, case) {
            let message = failed.message().unwrap_or_default();
            let _ = writeln!(said, "{}: {message}", case.name);
        }
    }
    match said.is_empty() {
        true => Ok(()),
        false => Err(said.into()),
    }
}

/// What a case knows between its steps.
struct Run {
    connection: Connection,
    /// The answers of the last `want`.
    last: Vec<Answer>,
    /// Whether an error that ends the connection must say so.
    says: bool,
}

fn run(address: SocketAddr, case: &Case) -> Result<(), Failed> {
    let mut run = Run {
        connection: Connection::new(address)?,
        last: Vec::new(),
        says: true,
    };
    for step in &case.steps {
        run.step(step)?;
    }
    Ok(())
}

impl Run {
    fn step(&mut self, step: &Step) -> Result<(), Failed> {
        match step {
            Step::Send(bytes) => {
                // A client of HTTP/1.0 expects the end.
                self.says &= !bytes.windows(8).any(|text| text == b"HTTP/1.0");
                self.connection.send(bytes)?;
            }
            Step::Pieces(size, pause) => self.connection.pieces = Some((*size, *pause)),
            Step::Pause => thread::sleep(Duration::from_millis(50)),
            Step::Shut => {
                self.says = false;
                self.connection.shut();
            }
            Step::Want(want) => {
                self.last.clear();
                for _ in 0..want.times {
                    let answer = self.want(want)?;
                    self.last.extend(answer);
                }
            }
            Step::Check(check) => {
                for answer in &self.last {
                    fits(check, answer).map_err(|why| format!("{why} ({})", answer.shown()))?;
                }
            }
            Step::Then(then) => self.then(*then)?,
        }
        Ok(())
    }

    /// The answer that is wanted; `None`: the connection may end without it, and did.
    fn want(&mut self, want: &Want) -> Result<Option<Answer>, Failed> {
        loop {
            let answer = match Answer::read(&mut self.connection, want.head) {
                Ok(answer) => answer,
                Err(Missing::Failed(failed)) => return Err(failed),
                Err(Missing::End) => {
                    let rest = self.connection.rest();
                    return match want.none && rest.is_empty() {
                        true => Ok(None),
                        false => Err(format!("no answer, \"{}\"", rest.escape_ascii()).into()),
                    };
                }
            };
            let wanted = match answer.cut {
                true => want.cut,
                false => want.statuses.contains(&answer.status),
            };
            if wanted {
                return Ok(Some(answer));
            }
            if want.first || !(100..200).contains(&answer.status) {
                return Err(answer.shown().into());
            }
        }
    }

    fn then(&mut self, then: Then) -> Result<(), Failed> {
        match then {
            Then::Any => Ok(()),
            Then::Close => self.closes(),
            Then::Open | Then::Safe => {
                self.connection.pieces = None;
                self.connection.send(PROBE)?;
                match Answer::read(&mut self.connection, false) {
                    Ok(answer) if (answer.status, &*answer.body) == (200, b"get\n") => Ok(()),
                    Ok(answer) => Err(format!("the next answer: {}", answer.shown()).into()),
                    Err(Missing::End) if then == Then::Safe => Ok(()),
                    Err(Missing::End) => Err("the connection is closed".into()),
                    Err(Missing::Failed(failed)) => Err(failed),
                }
            }
        }
    }

    /// The server closes the connection, and has said so if the last answer was an error.
    fn closes(&mut self) -> Result<(), Failed> {
        let more = |bytes: &[u8]| (!bytes.is_empty()).then(|| bytes.escape_ascii().to_string());
        match self.connection.wait(CLOSING.min(PATIENCE), more) {
            Ok(more) => Err(format!("more bytes: \"{more}\"").into()),
            Err(Missing::Failed(_)) => Err("the connection stays open".into()),
            Err(Missing::End) => {
                let unsaid = |answer: &&Answer| {
                    let options = answer.values("connection");
                    let says = |value: &&[u8]| value.eq_ignore_ascii_case(b"close");
                    !answer.cut && answer.status >= 400 && !options.iter().any(says)
                };
                match self.last.last().filter(unsaid).filter(|_| self.says) {
                    Some(answer) => {
                        Err(format!("the end without Connection: close, {}", answer.shown()).into())
                    }
                    None => Ok(()),
                }
            }
        }
    }
}

/// Whether an answer has what it must have; the error is what it does not have.
fn fits(check: &Check, answer: &Answer) -> Result<(), String> {
    let body = &answer.body;
    let contains =
        |part: &[u8]| part.is_empty() || body.windows(part.len()).any(|window| window == part);
    let shown = |bytes: &[u8]| bytes.escape_ascii().to_string();
    let (fits, what) = match check {
        Check::Body(wanted) => (body == wanted, format!("not body \"{}\"", shown(wanted))),
        Check::Size(size) => (body.len() == *size, format!("{} bytes", body.len())),
        Check::Sha256(sum) => (sha256(body) == *sum, "other bytes".to_owned()),
        Check::Has(part) => (contains(part), format!("has no \"{}\"", shown(part))),
        Check::Lacks(part) => (!contains(part), format!("has \"{}\"", shown(part))),
        Check::Field(name, value) => (
            answer.values(name) == [value.as_slice()],
            format!("not {name}: {}", shown(value)),
        ),
        Check::Trailer(name, value) => (
            values(&answer.trailers, name) == [value.as_slice()],
            format!("no trailer {name}: {}", shown(value)),
        ),
        Check::HasField(name) => (!answer.values(name).is_empty(), format!("no {name}")),
        Check::NoField(name) => (answer.values(name).is_empty(), format!("has {name}")),
    };
    fits.then_some(()).ok_or(what)
}

fn sha256(bytes: &[u8]) -> String {
    let sum = Sha256::digest(bytes);
    sum.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
