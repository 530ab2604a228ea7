//! Limits on the resources that a program uses, and their options.

use super::row::{Encode, Group, Row, Shown, Takes};
use super::words::{Size, Timeout};
use crate::{Code, Error, Result};
use serde::{Deserialize, Serialize};
use std::mem::offset_of;
use wasi_aot_abi::{Config, DEFAULT_STACK, MAX_STACK, MIN_HEAP, MIN_STACK};

/// Limits on the resources that a program uses.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash)]
#[serde(default)]
#[non_exhaustive]
pub struct Limits {
    /// The limit on memories, plus the growth of tables, in bytes; `None`: their declared limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_memory: Option<u64>,
    /// The limit on objects of the garbage-collected heap, in bytes; `None`: the available space.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_heap: Option<u64>,
    /// Size of the program's stack in bytes.
    pub max_stack: u64,
    /// The time that the program may run, in nanoseconds; `None`: unlimited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<u64>,
    /// The limit on open descriptors, including those that it starts with; `None`: the system's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_open_files: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_memory: None,
            max_heap: None,
            max_stack: DEFAULT_STACK,
            timeout: None,
            max_open_files: None,
        }
    }
}

impl Limits {
    /// Checks that all limits are in range.
    ///
    /// # Errors
    /// [`Code::Option`] if one is not.
    pub(super) fn check(&self) -> Result<()> {
        let max_stack = self.max_stack;
        if !(MIN_STACK..=MAX_STACK).contains(&max_stack) {
            let message =
                format!("--max-stack {max_stack} is not between {MIN_STACK} and {MAX_STACK} bytes");
            return Err(Error::new(Code::Option, message));
        }
        match self.max_heap {
            Some(max_heap) if max_heap < MIN_HEAP => {
                let message = format!("--max-heap {max_heap} is less than {MIN_HEAP} bytes");
                Err(Error::new(Code::Option, message))
            }
            _ => Ok(()),
        }
    }
}

fn size(text: &str) -> Result<u64, String> {
    text.parse().map(|Size(bytes)| bytes)
}

fn at_most(shown: &mut Shown, label: &'static str, limit: Option<impl ToString>) {
    if let Some(limit) = limit {
        shown.line(label, format!("at most {}", limit.to_string()));
    }
}

/// The options for limits.
pub(super) const ROWS: &[Row] = &[
    Row {
        name: "max-memory",
        heading: "Grants",
        takes: Takes::Value("SIZE"),
        help: "The most that the program's memories, and what its tables grow by, may take in all, like 64M",
        more: "",
        set: |p, text, _| size(text).map(|bytes| p.limits.max_memory = Some(bytes)),
        names: None,
        group: Group::Limit,
        show: |p, shown| at_most(shown, "memory", p.limits.max_memory.map(Size)),
        // The rest of the limit after the initial memories is known only when these are.
        encode: Encode::Elsewhere,
        variables: &["MAX_MEMORY"],
        reference: &[[
            "`--max-memory SIZE`",
            "has memories of at most this size in total (`64K`, `16M`, `1G`), including what its tables grow by",
        ]],
    },
    Row {
        name: "max-heap",
        heading: "Grants",
        takes: Takes::Value("SIZE"),
        help: "The most that the program's objects (of garbage collection, and exceptions) may take, like 64M [default: as much as 32 bits can name, 3 GiB; 64M for exceptions alone]",
        more: "",
        set: |p, text, _| size(text).map(|bytes| p.limits.max_heap = Some(bytes)),
        names: None,
        group: Group::Limit,
        show: |p, shown| at_most(shown, "heap", p.limits.max_heap.map(Size)),
        encode: Encode::Word(offset_of!(Config, max_heap), |p| {
            p.limits.max_heap.unwrap_or(u64::MAX)
        }),
        variables: &["MAX_HEAP"],
        reference: &[[
            "`--max-heap SIZE`",
            "has objects (of garbage collection, and exceptions) of at most this size in total. Default: a little less than 3 GiB, which is what 32-bit references can address; 64M if exceptions are its only objects; less where address space is limited (`ulimit -v`)",
        ]],
    },
    Row {
        name: "max-stack",
        heading: "Grants",
        takes: Takes::Value("SIZE"),
        help: "The size of the program's stack [default: 8M]",
        more: "",
        set: |p, text, _| size(text).map(|bytes| p.limits.max_stack = bytes),
        names: None,
        group: Group::Limit,
        show: |p, shown| shown.line("stack", Size(p.limits.max_stack).to_string()),
        encode: Encode::Word(offset_of!(Config, max_stack), |p| p.limits.max_stack),
        variables: &["MAX_STACK"],
        reference: &[[
            "`--max-stack SIZE`",
            "has a stack of this size (default: 8M)",
        ]],
    },
    Row {
        name: "timeout",
        heading: "Grants",
        takes: Takes::Value("DURATION"),
        help: "How long the program may run, like 500ms, 10s or 2m; an HTTP server: each request",
        more: "",
        set: |p, text, _| {
            text.parse()
                .map(|Timeout(time)| p.limits.timeout = Some(time))
        },
        names: None,
        group: Group::Limit,
        show: |p, shown| at_most(shown, "time", p.limits.timeout.map(Timeout)),
        encode: Encode::Word(offset_of!(Config, timeout), |p| {
            p.limits.timeout.unwrap_or(0)
        }),
        variables: &["TIMEOUT"],
        reference: &[[
            "`--timeout DURATION`",
            "runs for at most this long (`500ms`, `10s`, `2m`); an HTTP server: each request",
        ]],
    },
    Row {
        name: "max-open-files",
        heading: "Grants",
        takes: Takes::Number("N"),
        help: "How many files, directories and sockets the program may have open at once",
        more: "",
        set: |p, text, _| {
            let number = text
                .parse()
                .map_err(|error: std::num::ParseIntError| error.to_string());
            number.map(|number| p.limits.max_open_files = Some(number))
        },
        names: None,
        group: Group::Limit,
        show: |p, shown| at_most(shown, "open files", p.limits.max_open_files),
        encode: Encode::Word(offset_of!(Config, max_open_files), |p| {
            p.limits.max_open_files.unwrap_or(0)
        }),
        variables: &["MAX_OPEN_FILES"],
        reference: &[[
            "`--max-open-files N`",
            "has at most N files, directories and sockets open at once, including those that it starts with",
        ]],
    },
];
