//! The contract of HTTP servers: what the configuration of an executable says about its server
//! ([`crate::Config::http`]). The component's handler is an
//! [`crate::component::invocation::Invocation`] without values, which the program passes to
//! [`crate::component::symbols::SERVE`].

use crate::program::{Limit, TIME, Unit};

/// The limits of a server. Times are in nanoseconds; 0 means that there is no such limit, unless
/// said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Http {
    /// Bytes of a request's head: the request line and the fields (414, 431).
    pub head_bytes: u64,
    /// Number of fields in a head, and in a trailer section (431).
    pub head_fields: u64,
    /// Time from the first byte of a head to its end (408).
    pub head_time: u64,
    /// Time for which a connection may have no request.
    pub idle_time: u64,
    /// Time in which a body that is received, or a response that is sent, must make progress.
    pub progress_time: u64,
    /// Bytes of a request's body (413); `u64::MAX`: no limit.
    pub body_bytes: u64,
    /// Connections that all workers have together; more of them wait in the system's queue.
    pub connections: u64,
    /// Requests that are handled at once: the most workers that there are.
    pub requests: u64,
    /// Workers that always exist; 0: as many as CPUs that the process may use.
    pub workers: u64,
    /// Requests that an instance handles before it is replaced; at least 1.
    pub instance_requests: u64,
    /// Time that running requests have after a signal to stop.
    pub grace: u64,
    /// Bits of [`flags`].
    pub flags: u64,
    /// The supervisor's seccomp filter: classic BPF instructions in the kernel's form.
    pub filter: *const u64,
    /// Number of instructions; 0: none is installed.
    pub filter_len: u64,
}

/// Bits of [`Http::flags`].
pub mod flags {
    /// A line for each request on standard error, in the Common Log Format.
    pub const LOG_COMMON: u64 = 1;
    /// A line for each request on standard error, as a JSON object.
    pub const LOG_JSON: u64 = 2;
    /// Instantiation calls host functions whose results may differ: it runs for each instance.
    pub const INSTANTIATES: u64 = 4;
}

impl Http {
    /// The limits without options.
    pub const DEFAULT: Http = Http {
        head_bytes: 64 << 10,
        head_fields: 100,
        head_time: 10_000_000_000,
        idle_time: 60_000_000_000,
        progress_time: 30_000_000_000,
        body_bytes: u64::MAX,
        connections: 16_384,
        requests: 256,
        workers: 0,
        instance_requests: 1,
        grace: 30_000_000_000,
        flags: 0,
        filter: core::ptr::null(),
        filter_len: 0,
    };
}

/// The least that a head can be limited to, in bytes.
pub const MIN_HEAD: u64 = 1 << 10;

const THINGS: &str = "write a number from 1 on";

/// The limits that variables change at start, in the order of the options.
pub static LIMITS: [Limit<Http>; 11] = [
    Limit {
        variable: "MAX_HEAD",
        unit: Unit::Bytes,
        least: MIN_HEAD,
        none: None,
        syntax: "write a number of bytes, such as 4K or 64K, not less than 1K",
        set: |http, value| http.head_bytes = value,
    },
    Limit {
        variable: "MAX_FIELDS",
        unit: Unit::Things,
        least: 1,
        none: None,
        syntax: THINGS,
        set: |http, value| http.head_fields = value,
    },
    Limit {
        variable: "HEAD_TIMEOUT",
        unit: Unit::Nanoseconds,
        least: 1,
        none: Some(0),
        syntax: TIME,
        set: |http, value| http.head_time = value,
    },
    Limit {
        variable: "IDLE_TIMEOUT",
        unit: Unit::Nanoseconds,
        least: 1,
        none: Some(0),
        syntax: TIME,
        set: |http, value| http.idle_time = value,
    },
    Limit {
        variable: "PROGRESS_TIMEOUT",
        unit: Unit::Nanoseconds,
        least: 1,
        none: Some(0),
        syntax: TIME,
        set: |http, value| http.progress_time = value,
    },
    Limit {
        variable: "MAX_BODY",
        unit: Unit::Bytes,
        least: 0,
        none: Some(u64::MAX),
        syntax: "write a number of bytes, such as 64K, 16M or 1G, or - for no limit",
        set: |http, value| http.body_bytes = value,
    },
    Limit {
        variable: "MAX_CONNECTIONS",
        unit: Unit::Things,
        least: 1,
        none: None,
        syntax: THINGS,
        set: |http, value| http.connections = value,
    },
    Limit {
        variable: "MAX_REQUESTS",
        unit: Unit::Things,
        least: 1,
        none: None,
        syntax: THINGS,
        set: |http, value| http.requests = value,
    },
    Limit {
        variable: "WORKERS",
        unit: Unit::Things,
        least: 1,
        none: None,
        syntax: THINGS,
        set: |http, value| http.workers = value,
    },
    Limit {
        variable: "INSTANCE_REQUESTS",
        unit: Unit::Things,
        least: 1,
        none: None,
        syntax: THINGS,
        set: |http, value| http.instance_requests = value,
    },
    Limit {
        variable: "GRACE",
        unit: Unit::Nanoseconds,
        least: 1,
        none: Some(0),
        syntax: TIME,
        set: |http, value| http.grace = value,
    },
];

// SAFETY: this is immutable data of the image.
unsafe impl Sync for Http {}
