//! The limits of HTTP servers, and their options. A server is a program whose entry is the handler
//! of `wasi:http/incoming-handler`.

use super::choice::choice;
use super::row::{Encode, Group, Row, Takes, rows};
use super::words::{Listen, Size, Timeout};
use super::{Grants, Policy, RuntimeGrant};
use crate::{Code, Error, Result};
use serde::{Deserialize, Serialize};
use wasi_aot_abi::http::{Http, MIN_HEAD, flags};
use wasi_aot_abi::words::{self, Wrong};

/// The limits of an HTTP server; `None`: as without the option. Times are in nanoseconds, and 0
/// means no limit.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq, Hash)]
#[serde(default)]
#[non_exhaustive]
pub struct Server {
    /// Bytes of a request's head.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_head: Option<u64>,
    /// Number of fields in a head, and in trailers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_fields: Option<u64>,
    /// Time from the first byte of a head to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head_timeout: Option<u64>,
    /// Time for which a connection may have no request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_timeout: Option<u64>,
    /// Time in which a body or a response must make progress.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress_timeout: Option<u64>,
    /// Bytes of a request's body; `u64::MAX`: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_body: Option<u64>,
    /// Connections at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_connections: Option<u64>,
    /// Requests at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_requests: Option<u64>,
    /// Workers that always exist; `None`: as many as CPUs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workers: Option<u64>,
    /// Requests that an instance handles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_requests: Option<u64>,
    /// Time for running requests after a signal to stop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grace: Option<u64>,
    /// The form of the lines about requests; `None`: there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_log: Option<AccessLog>,
}

choice! {
    /// The form of the lines on standard error about requests.
    pub enum AccessLog {
        /// The Common Log Format
        Common = "common",
        /// A JSON object for each request
        Json = "json",
    }
}

/// Where `wasi-aot run` lets a server listen if nothing else is said.
const DEFAULT_LISTEN: ([u8; 4], u16) = ([127, 0, 0, 1], 8080);

/// The interface that makes a component a server, for messages.
const HANDLER: &str = "wasi:http/incoming-handler@0.2.0";

impl Server {
    /// Checks that all limits are in range.
    ///
    /// # Errors
    /// [`Code::Option`] if one is not.
    pub(super) fn check(&self) -> Result<()> {
        if let Some(bytes) = self.max_head.filter(|bytes| *bytes < MIN_HEAD) {
            let message = format!("--max-head {bytes} is less than {MIN_HEAD} bytes");
            return Err(Error::new(Code::Option, message));
        }
        let most = self.max_requests.unwrap_or(Http::DEFAULT.requests);
        match self.workers {
            Some(workers) if workers > most => {
                let message =
                    format!("--workers {workers} is more than the {most} requests at once");
                let help = format!("each worker handles one request: `--max-requests {workers}`");
                Err(Error::new(Code::Option, message).help(help))
            }
            _ => Ok(()),
        }
    }

    /// These limits with those that no option sets.
    #[must_use]
    pub fn filled(&self) -> Server {
        let http = Http::DEFAULT;
        let or = |given: Option<u64>, default| Some(given.unwrap_or(default));
        Server {
            max_head: or(self.max_head, http.head_bytes),
            max_fields: or(self.max_fields, http.head_fields),
            head_timeout: or(self.head_timeout, http.head_time),
            idle_timeout: or(self.idle_timeout, http.idle_time),
            progress_timeout: or(self.progress_timeout, http.progress_time),
            max_connections: or(self.max_connections, http.connections),
            max_requests: or(self.max_requests, http.requests),
            instance_requests: or(self.instance_requests, http.instance_requests),
            grace: or(self.grace, http.grace),
            // Without these options there is no number to record.
            max_body: self.max_body,
            workers: self.workers,
            access_log: self.access_log,
        }
    }
}

impl Policy {
    /// The limits in the form for the runtime.
    pub fn http(&self) -> Http {
        let mut http = Http::DEFAULT;
        for row in rows() {
            if let Encode::Http(set) = row.encode {
                set(&self.server, &mut http);
            }
        }
        http
    }

    /// Checks what depends on whether the program is a server.
    ///
    /// # Errors
    /// [`Code::Option`] for an option of servers if it is none, and for a server that listens
    /// nowhere.
    pub fn suits(&self, server: bool) -> Result<()> {
        let grants = &self.grants;
        match (server, for_servers(self)) {
            (true, _) if grants.listens() || may_listen(grants) => Ok(()),
            (true, _) => {
                let message = "the program is an HTTP server, but nothing says where it listens";
                let help = "`--listen 127.0.0.1:8080`; `--listen-fds`: where systemd does";
                Err(Error::new(Code::Option, message).help(help))
            }
            (false, None) => Ok(()),
            (false, Some(option)) => {
                let message = format!("{option} is for HTTP servers, and the program is none");
                let help = format!(
                    "a component that exports `{HANDLER}` is one; if it is a command, too, with `--listen`"
                );
                Err(Error::new(Code::Option, message).help(help))
            }
        }
    }

    /// Adds what `wasi-aot run` grants a server that would listen nowhere.
    pub(super) fn listen_by_default(&mut self) {
        if !self.grants.listens() && !may_listen(&self.grants) {
            self.grants.listen = vec![Listen::Tcp(DEFAULT_LISTEN.into())];
        }
    }
}

fn may_listen(grants: &Grants) -> bool {
    grants.may_start_with(RuntimeGrant::Listen)
}

/// An option in this policy that only servers have, as typed.
fn for_servers(policy: &Policy) -> Option<String> {
    let mut sockets = policy.grants.listen.iter();
    if let Some(socket) = sockets.find(|socket| matches!(socket, Listen::Unix(_))) {
        return Some(format!("--listen {socket}"));
    }
    if policy.grants.may_start_with(RuntimeGrant::Server) {
        return Some(format!("--runtime-grants={}", RuntimeGrant::Server.word()));
    }
    let mut given = rows().filter(|row| match row.encode {
        Encode::Http(set) => set(&policy.server, &mut Http::DEFAULT.clone()),
        _ => false,
    });
    given.next().map(|row| format!("--{}", row.name))
}

/// Sets a field of [`Http`] that an option changes, and returns whether one does.
fn put(place: &mut u64, value: Option<u64>) -> bool {
    if let Some(value) = value {
        *place = value;
    }
    value.is_some()
}

/// Parses a time, or `none`.
fn time(text: &str) -> Result<Option<u64>, String> {
    match words::duration(text.as_bytes()) {
        _ if text == "none" => Ok(Some(0)),
        Ok(0) => Err("write `none` for no limit".into()),
        Ok(nanoseconds) => Ok(Some(nanoseconds)),
        Err(Wrong::Syntax) => Err("write a number followed by ms, s, m or h, or `none`".into()),
        Err(Wrong::TooLarge) => Err("that is more than 292 years: write `none`".into()),
    }
}

/// Parses a number from 1 on.
fn count(text: &str) -> Result<Option<u64>, String> {
    match text.parse() {
        Ok(0) => Err("write a number from 1 on".into()),
        Ok(number) => Ok(Some(number)),
        Err(error) => Err(std::num::ParseIntError::to_string(&error)),
    }
}

/// Parses a number of bytes.
fn size(text: &str) -> Result<Option<u64>, String> {
    text.parse().map(|Size(bytes)| Some(bytes))
}

/// A time, for users.
fn shown(time: u64) -> String {
    match time {
        0 => "without a limit of time".into(),
        time => format!("at most {}", Timeout(time)),
    }
}

/// A row with what all of them have in common.
const ROW: Row = Row {
    name: "",
    heading: "HTTP servers",
    takes: Takes::Switch,
    help: "",
    more: "",
    set: |_, _, _| Ok(()),
    names: None,
    group: Group::Server,
    show: |_, _| (),
    encode: Encode::Elsewhere,
    variables: &[],
    reference: &[],
};

/// The options of HTTP servers.
pub(super) const ROWS: &[Row] = &[
    Row {
        name: "max-head",
        takes: Takes::Value("SIZE"),
        help: "How large the head of a request may be: its first line and its fields [default: 64K]",
        set: |p, text, _| size(text).map(|bytes| p.server.max_head = bytes),
        show: |p, shown| shown.line("head", format!("at most {}", Size(p.http().head_bytes))),
        encode: Encode::Http(|server, http| put(&mut http.head_bytes, server.max_head)),
        variables: &["MAX_HEAD"],
        reference: &[[
            "`--max-head SIZE`",
            "accepts request heads (the first line and the fields) of at most this size (default: 64K)",
        ]],
        ..ROW
    },
    Row {
        name: "max-fields",
        takes: Takes::Number("N"),
        help: "How many fields the head of a request may have, and its trailers [default: 100]",
        set: |p, text, _| count(text).map(|number| p.server.max_fields = number),
        show: |p, shown| shown.line("fields", format!("at most {}", p.http().head_fields)),
        encode: Encode::Http(|server, http| put(&mut http.head_fields, server.max_fields)),
        variables: &["MAX_FIELDS"],
        reference: &[[
            "`--max-fields N`",
            "accepts at most N fields in a head, and in trailers (default: 100)",
        ]],
        ..ROW
    },
    Row {
        name: "head-timeout",
        takes: Takes::Value("DURATION"),
        help: "How long a head may take from its first byte on, or `none` [default: 10s]",
        set: |p, text, _| time(text).map(|time| p.server.head_timeout = time),
        show: |p, lines| lines.line("head time", shown(p.http().head_time)),
        encode: Encode::Http(|server, http| put(&mut http.head_time, server.head_timeout)),
        variables: &["HEAD_TIMEOUT"],
        reference: &[[
            "`--head-timeout DURATION`",
            "waits at most this long for the end of a head, from its first byte on (default: `10s`; `none`: no limit)",
        ]],
        ..ROW
    },
    Row {
        name: "idle-timeout",
        takes: Takes::Value("DURATION"),
        help: "How long a connection may have no request, or `none` [default: 60s]",
        set: |p, text, _| time(text).map(|time| p.server.idle_timeout = time),
        show: |p, lines| lines.line("idle", shown(p.http().idle_time)),
        encode: Encode::Http(|server, http| put(&mut http.idle_time, server.idle_timeout)),
        variables: &["IDLE_TIMEOUT"],
        reference: &[[
            "`--idle-timeout DURATION`",
            "keeps a connection without a request for at most this long (default: `60s`; `none`: no limit)",
        ]],
        ..ROW
    },
    Row {
        name: "progress-timeout",
        takes: Takes::Value("DURATION"),
        help: "How long a body or a response may make no progress, or `none` [default: 30s]",
        set: |p, text, _| time(text).map(|time| p.server.progress_timeout = time),
        show: |p, lines| lines.line("no progress", shown(p.http().progress_time)),
        encode: Encode::Http(|server, http| put(&mut http.progress_time, server.progress_timeout)),
        variables: &["PROGRESS_TIMEOUT"],
        reference: &[[
            "`--progress-timeout DURATION`",
            "gives up a client that sends no more of its body, or takes no more of the response, for this long (default: `30s`; `none`: no limit)",
        ]],
        ..ROW
    },
    Row {
        name: "max-body",
        takes: Takes::Value("SIZE"),
        help: "How large the body of a request may be, or `none` [default: none]",
        set: |p, text, _| {
            let bytes = match text {
                "none" => Ok(Some(u64::MAX)),
                text => size(text),
            };
            bytes.map(|bytes| p.server.max_body = bytes)
        },
        show: |p, shown| {
            let text = match p.http().body_bytes {
                u64::MAX => "of any size".into(),
                bytes => format!("at most {}", Size(bytes)),
            };
            shown.line("body", text);
        },
        encode: Encode::Http(|server, http| put(&mut http.body_bytes, server.max_body)),
        variables: &["MAX_BODY"],
        reference: &[[
            "`--max-body SIZE`",
            "accepts request bodies of at most this size (default: `none`, no limit)",
        ]],
        ..ROW
    },
    Row {
        name: "max-connections",
        takes: Takes::Number("N"),
        help: "How many connections there may be at once; more of them wait [default: 16384]",
        set: |p, text, _| count(text).map(|number| p.server.max_connections = number),
        show: |p, shown| shown.line("connections", format!("at most {}", p.http().connections)),
        encode: Encode::Http(|server, http| put(&mut http.connections, server.max_connections)),
        variables: &["MAX_CONNECTIONS"],
        reference: &[[
            "`--max-connections N`",
            "has at most N connections at once; more of them wait in the system's queue (default: 16384)",
        ]],
        ..ROW
    },
    Row {
        name: "max-requests",
        takes: Takes::Number("N"),
        help: "How many requests are handled at once [default: 256]",
        set: |p, text, _| count(text).map(|number| p.server.max_requests = number),
        show: |p, shown| {
            let each = p.limits.timeout.map(Timeout);
            let each = each.map(|time| format!(", each for at most {time}"));
            let each = each.unwrap_or_default();
            shown.line(
                "requests",
                format!("at most {} at once{each}", p.http().requests),
            );
        },
        encode: Encode::Http(|server, http| put(&mut http.requests, server.max_requests)),
        variables: &["MAX_REQUESTS"],
        reference: &[[
            "`--max-requests N`",
            "handles at most N requests at once, each in a worker of its own (default: 256)",
        ]],
        ..ROW
    },
    Row {
        name: "workers",
        takes: Takes::Number("N"),
        help: "How many workers always exist [default: as many as CPUs that it may use]",
        set: |p, text, _| count(text).map(|number| p.server.workers = number),
        show: |p, shown| {
            let text = match p.server.workers {
                None => "as many as CPUs, more if requests need them".into(),
                Some(workers) => format!("{workers}, more if requests need them"),
            };
            shown.line("workers", text);
        },
        encode: Encode::Http(|server, http| put(&mut http.workers, server.workers)),
        variables: &["WORKERS"],
        reference: &[[
            "`--workers N`",
            "always has N workers, which are processes (default: as many as CPUs that it may use); there are more of them while more requests run at once",
        ]],
        ..ROW
    },
    Row {
        name: "instance-requests",
        takes: Takes::Number("N"),
        help: "How many requests an instance of the component handles before a new one replaces it [default: 1]",
        set: |p, text, _| count(text).map(|number| p.server.instance_requests = number),
        show: |p, shown| {
            if p.http().instance_requests > 1 {
                let text = format!(
                    "handle at most {} requests each",
                    p.http().instance_requests
                );
                shown.line("instances", text);
            }
        },
        encode: Encode::Http(|server, http| {
            put(&mut http.instance_requests, server.instance_requests)
        }),
        variables: &["INSTANCE_REQUESTS"],
        reference: &[[
            "`--instance-requests N`",
            "handles N requests with an instance of the component before a new one replaces it (default: 1, so that no request leaves anything to another)",
        ]],
        ..ROW
    },
    Row {
        name: "grace",
        takes: Takes::Value("DURATION"),
        help: "How long running requests may take after a signal to stop, or `none` [default: 30s]",
        set: |p, text, _| time(text).map(|time| p.server.grace = time),
        show: |p, lines| lines.line("grace", shown(p.http().grace)),
        encode: Encode::Http(|server, http| put(&mut http.grace, server.grace)),
        variables: &["GRACE"],
        reference: &[[
            "`--grace DURATION`",
            "lets running requests end for at most this long after it is told to stop (default: `30s`; `none`: no limit)",
        ]],
        ..ROW
    },
    Row {
        name: "access-log",
        takes: Takes::Choice("FORM", AccessLog::words),
        help: "Print a line on standard error for each request",
        set: |p, text, _| text.parse().map(|form| p.server.access_log = Some(form)),
        show: |p, shown| {
            if let Some(form) = p.server.access_log {
                shown.line("access log", form.word());
            }
        },
        encode: Encode::Http(|server, http| {
            http.flags |= match server.access_log {
                None => return false,
                Some(AccessLog::Common) => flags::LOG_COMMON,
                Some(AccessLog::Json) => flags::LOG_JSON,
            };
            true
        }),
        variables: &["ACCESS_LOG"],
        reference: &[[
            "`--access-log FORM`",
            "prints a line on standard error for each request: `common` (the Common Log Format) or `json`",
        ]],
        ..ROW
    },
];
