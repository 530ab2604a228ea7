//! Fatal errors other than traps: failures at start, and bugs.

use crate::{
    memory::Refused,
    os::{
        Errno, Fd,
        process::{self, abort},
    },
    recovery,
    text::Text,
};

/// Reports a bug of wasi-aot, which is never the program's fault, and aborts.
pub fn bug(what: &[u8]) -> ! {
    report_bug(what).push(b"\n").flush();
    abort()
}

/// The beginning of a bug's report.
pub fn report_bug(what: &[u8]) -> Text<512> {
    recovery::flush();
    let mut text = Text::new(Fd::STDERR);
    text.push(b"Error: ").push(what);
    text.push(b"\nThis is a bug in wasi-aot, please report it.");
    text
}

/// Reports that the memory for a region could not be mapped, and ends the process.
pub fn refuse_region(refused: &Refused) -> ! {
    let mut text = Text::<512>::new(Fd::STDERR);
    text.push(b"Error: cannot map ")
        .decimal(refused.bytes as u64);
    text.push(b" bytes at ").hex(refused.address as u64, 0);
    text.push(b" for the program's memory (error ");
    text.decimal(u64::from(refused.errno.number()));
    text.push(if refused.errno == Errno::EEXIST {
        b")\nhelp: something else is there; whatever loads the program must leave its addresses free\n"
    } else {
        b")\nhelp: raise the limits on memory (`ulimit -v`, `ulimit -d`)\n"
    });
    text.flush();
    process::exit(1)
}

/// Reports that the base of the memory's segment could not be set, and ends the process: code would
/// access other addresses.
pub fn refuse_segment(errno: Errno) -> ! {
    let mut text = Text::<512>::new(Fd::STDERR);
    text.push(b"Error: the base of the program's memory cannot be set (os error ");
    text.decimal(u64::from(errno.number()));
    text.push(b")\nhelp: this system does not let programs set the register GS; rebuild with `--keep-gs`\n");
    text.flush();
    process::exit(1)
}

/// Reports that the address space for the heap could not be reserved, and ends the process.
pub fn refuse_heap(bytes: u64, errno: Errno) -> ! {
    let mut text = Text::<512>::new(Fd::STDERR);
    text.push(b"Error: cannot reserve address space for a heap of ")
        .decimal(bytes)
        .push(b" bytes (error ")
        .decimal(u64::from(errno.number()))
        .push(b")\nhelp: raise the limit on address space (`ulimit -v`), or give `--max-heap` a smaller value\n");
    text.flush();
    process::exit(1)
}

/// Reports a grant that cannot be fulfilled, or a variable that cannot be parsed, and ends the
/// process. `error`: the system's reason.
pub fn refuse_grant(what: &[&[u8]], error: Option<Errno>, help: &[&[u8]]) -> ! {
    let mut text = Text::<512>::new(Fd::STDERR);
    text.push(b"Error: ");
    for part in what {
        text.shown(part);
    }
    if let Some(error) = error {
        text.push(b": ").push(reason(error)).push(b" (os error ");
        text.decimal(u64::from(error.number())).push(b")");
    }
    text.push(b"\nhelp: ");
    if error == Some(Errno::EMFILE) {
        text.push(b"`--max-open-files` (or the system's limit, `ulimit -n`) is lower than what the program starts with");
    } else {
        for part in help {
            text.push(part);
        }
    }
    text.push(b"\n").flush();
    process::exit(1)
}

fn reason(error: Errno) -> &'static [u8] {
    match error {
        Errno::ENOENT => b"no such directory",
        Errno::ENOTDIR => b"not a directory",
        Errno::EACCES | Errno::EPERM => b"permission denied",
        Errno::EADDRINUSE => b"another program listens there",
        Errno::EADDRNOTAVAIL => b"this machine has no such address",
        Errno::ENOTSOCK => b"it is no socket",
        Errno::EBADF => b"it is not open",
        Errno::EMFILE => b"too many open files",
        _ => b"the system refuses",
    }
}

/// Reports that the timer of `--timeout` could not be started, and ends the process.
pub fn refuse_timeout(errno: Errno) -> ! {
    let mut text = Text::<512>::new(Fd::STDERR);
    text.push(b"Error: the clock of `--timeout` cannot be started (os error ");
    text.decimal(u64::from(errno.number()));
    text.push(b")\nhelp: raise the limit on pending signals (`ulimit -i`)\n");
    text.flush();
    process::exit(1)
}

/// Reports that the program's stack could not be mapped, and ends the process.
pub fn refuse_stack(bytes: u64) -> ! {
    let mut text = Text::<512>::new(Fd::STDERR);
    text.push(b"Error: cannot map ")
        .decimal(bytes)
        .push(b" bytes for the program's stack\n");
    text.push(b"help: raise the limit on address space (`ulimit -v`), or rebuild with a smaller `--max-stack`\n");
    text.flush();
    process::exit(1)
}

/// A panic of the runtime: always a bug.
#[cfg(wasi_aot_object)]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    bug(b"the runtime panicked")
}
