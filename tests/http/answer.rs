//! Reads answers, and is strict with them.

use crate::connection::{Connection, Missing};
use libtest_mimic::Failed;

/// A name in small letters, and a value.
pub type Field = (String, Vec<u8>);

/// An answer.
#[derive(Default)]
pub struct Answer {
    pub status: u16,
    pub fields: Vec<Field>,
    pub body: Vec<u8>,
    pub trailers: Vec<Field>,
    /// Whether the connection ended before the body did.
    pub cut: bool,
}

impl Answer {
    /// Reads an answer; `head`: to HEAD.
    pub fn read(connection: &mut Connection, head: bool) -> Result<Answer, Missing> {
        let line = connection.line()?;
        let mut answer = Answer {
            status: status(&line).ok_or_else(|| malformed("status line", &line))?,
            fields: fields(connection)?,
            ..Answer::default()
        };
        answer.check()?;
        if head || matches!(answer.status, 100..200 | 204 | 304) {
            return Ok(answer);
        }
        match answer.receive(connection) {
            Err(Missing::End) => {
                answer.cut = true;
                connection.rest();
            }
            result => result?,
        }
        Ok(answer)
    }

    /// The values of a field.
    pub fn values(&self, name: &str) -> Vec<&[u8]> {
        values(&self.fields, name)
    }

    /// What it looks like, for a message.
    pub fn shown(&self) -> String {
        let start = self.body.get(..300).unwrap_or(&self.body).escape_ascii();
        let cut = if self.cut { ", cut" } else { "" };
        format!("answer {}{cut}, \"{start}\"", self.status)
    }

    /// The head says one thing.
    fn check(&self) -> Result<(), Failed> {
        for name in ["content-length", "transfer-encoding", "date", "connection"] {
            if self.values(name).len() > 1 {
                return Err(format!("{name} twice").into());
            }
        }
        let length = self.values("content-length");
        if !length.is_empty() && !self.values("transfer-encoding").is_empty() {
            return Err("Content-Length with Transfer-Encoding".into());
        }
        if let Some(&length) = length.first()
            && !length.iter().all(u8::is_ascii_digit)
        {
            return Err(malformed("Content-Length", length));
        }
        match self.values("date").first() {
            Some(date) if !is_date(date) => Err(malformed("Date", date)),
            _ => Ok(()),
        }
    }

    fn receive(&mut self, connection: &mut Connection) -> Result<(), Missing> {
        let one = |values: Vec<&[u8]>| values.first().map(|value| value.to_vec());
        if let Some(coding) = one(self.values("transfer-encoding")) {
            return match &*coding {
                b"chunked" => self.chunks(connection),
                _ => Err(malformed("Transfer-Encoding", &coding).into()),
            };
        }
        self.body = match one(self.values("content-length")) {
            Some(length) => {
                let length = str::from_utf8(&length)
                    .ok()
                    .and_then(|text| text.parse().ok());
                connection.take(length.unwrap_or(usize::MAX))?
            }
            None => connection.all()?,
        };
        Ok(())
    }

    fn chunks(&mut self, connection: &mut Connection) -> Result<(), Missing> {
        loop {
            let line = connection.line()?;
            let size = str::from_utf8(&line)
                .ok()
                .filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))
                .and_then(|text| usize::from_str_radix(text, 16).ok());
            match size.ok_or_else(|| malformed("size of a chunk", &line))? {
                0 => break,
                size => self.body.extend(connection.take(size)?),
            }
            let end = connection.take(2)?;
            if end != b"\r\n" {
                return Err(malformed("end of a chunk", &end).into());
            }
        }
        self.trailers = fields(connection)?;
        Ok(())
    }
}

/// The values of the fields with a name.
pub fn values<'a>(fields: &'a [Field], name: &str) -> Vec<&'a [u8]> {
    let of_name = fields.iter().filter(|(other, _)| other == name);
    of_name.map(|(_, value)| value.as_slice()).collect()
}

fn malformed(what: &str, bytes: &[u8]) -> Failed {
    format!("malformed {what}: \"{}\"", bytes.escape_ascii()).into()
}

/// The status of `HTTP/1.1 200 reason`; to a client of HTTP/1.0 it may say 1.0.
fn status(line: &[u8]) -> Option<u16> {
    let text = line
        .strip_prefix(b"HTTP/1.1 ")
        .or_else(|| line.strip_prefix(b"HTTP/1.0 "))?;
    let (digits, reason) = text.split_at_checked(3)?;
    let printable = |&byte: &u8| byte >= b' ' && byte != 0x7f;
    let well = digits.iter().all(u8::is_ascii_digit) && reason.iter().all(printable);
    let digits = str::from_utf8(digits).ok().filter(|_| well)?;
    digits
        .parse()
        .ok()
        .filter(|_| reason.first() == Some(&b' '))
}

/// Field lines up to the empty one.
fn fields(connection: &mut Connection) -> Result<Vec<Field>, Missing> {
    let mut fields = Vec::new();
    loop {
        let line = connection.line()?;
        if line.is_empty() {
            return Ok(fields);
        }
        let colon = line.iter().position(|&byte| byte == b':');
        let (name, value) = line.split_at(colon.unwrap_or(0));
        let token = |&byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.iter().all(token) {
            return Err(malformed("field", &line).into());
        }
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        let value = value.strip_prefix(b":").unwrap_or_default();
        fields.push((name, value.trim_ascii().to_vec()));
    }
}

/// Whether it is a date like `Sun, 06 Nov 1994 08:49:37 GMT`; or what a handler set, which is not
/// checked.
fn is_date(date: &[u8]) -> bool {
    if !date.ends_with(b" GMT") {
        return date == b"today";
    }
    let shape = date.iter().map(|byte| match byte {
        b'A'..=b'Z' => 'A',
        b'a'..=b'z' => 'a',
        b'0'..=b'9' => '0',
        other => char::from(*other),
    });
    shape.eq("Aaa, 00 Aaa 0000 00:00:00 AAA".chars())
}
