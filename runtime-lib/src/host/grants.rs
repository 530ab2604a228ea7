//! Applies grants at start: takes over the standard streams and opens the granted directories.

use super::{
    descriptor::{self, Descriptor, Kind, access},
    path::PathBuffer,
};
use crate::{
    fatal::refuse_grant,
    os::{
        Errno, Fd,
        path::{self, flags},
        retry,
    },
    program::{bytes, config, dirs},
};
use wasi_aot_abi::{
    Dir,
    program::{dir_flags, runtime_grants},
};

/// Opens the granted directories: they get the next numbers. If one cannot be opened, the process
/// ends with a message and exit code 1.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_start_dirs() {
    for (index, dir) in dirs().iter().enumerate() {
        if let Err(error) = grant(index, dir) {
            refuse(bytes(&dir.host), error);
        }
    }
}

/// Takes over the standard streams: numbers 0, 1 and 2. A stream that was closed when the process
/// started is detected on use.
pub(super) fn streams() {
    let streams = [
        (Fd::STDIN, access::READ),
        (Fd::STDOUT, access::WRITE),
        (Fd::STDERR, access::WRITE),
    ];
    for (fd, access) in streams {
        // The table has space for these.
        let _ = descriptor::take(Descriptor {
            fd,
            kind: Kind::STREAM,
            access: access | access::CHANGE,
            grant: 0,
        });
    }
}

fn grant(index: usize, dir: &Dir) -> Result<(), Errno> {
    descriptor::room()?;
    let mut host = PathBuffer::empty();
    host.load_host(bytes(&dir.host))?;
    let flags = flags::DIRECTORY | flags::CLOEXEC;
    let fd = retry(|| path::openat(Fd::CWD, host.as_c_str(), flags, 0))?;
    let read_only = dir.flags & dir_flags::READ_ONLY != 0;
    descriptor::insert(Descriptor {
        fd,
        kind: Kind::DIR,
        access: access::READ | access::GRANT | if read_only { 0 } else { access::CHANGE },
        grant: index as u16,
    })
    .map(drop)
}

/// Ends the process because the granted directory `host` cannot be opened.
fn refuse(host: &[u8], error: Errno) -> ! {
    refuse_grant(
        &[b"cannot open the granted directory `", host, b"`"],
        Some(error),
        &[
            granted_by(
                runtime_grants::DIR,
                b"it was granted with `--dir`",
                b"it was granted with `--dir` or WASI_AOT_DIR",
            ),
            b"; a relative path means the directory where it is run",
        ],
    )
}

/// The source of the program's grants of this kind: an option at build, or a variable.
pub(super) fn granted_by(kind: u64, option: &'static [u8], either: &'static [u8]) -> &'static [u8] {
    if config().runtime_grants & kind == 0 {
        option
    } else {
        either
    }
}
