//! What the program may reach, made real at start: the standard streams and the granted directories.

use super::{
    descriptor::{self, Descriptor, Kind, access},
    path::PathBuffer,
};
use crate::os::{
    Errno, Fd, fd,
    path::{self, flags},
    poll::{PollFd, events, ppoll},
    process, retry,
};
use crate::{
    program::{bytes, config},
    text::Text,
};
use wasi_aot_abi::{Dir, program::dir_flags};

/// Opens the granted directories: they follow what has a number already. One that cannot be opened ends
/// the process with a message and exit code 1.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_start_dirs() {
    for (index, dir) in super::dirs(config()).iter().enumerate() {
        if let Err(error) = grant(index, dir) {
            refuse(bytes(&dir.host), error);
        }
    }
}

/// Takes over the standard streams: numbers 0, 1 and 2.
pub(super) fn streams() {
    let ask = |fd| PollFd {
        fd,
        events: 0,
        revents: 0,
    };
    let mut streams = [ask(Fd::STDIN), ask(Fd::STDOUT), ask(Fd::STDERR)];
    // An error leaves all answers 0: then the streams fail when they are used.
    let _ = ppoll(&mut streams, Some(Default::default()));
    for (stream, access) in streams
        .iter()
        .zip([access::READ, access::WRITE, access::WRITE])
    {
        let closed = stream.revents & events::NVAL != 0;
        let _ = descriptor::insert(Descriptor {
            fd: stream.fd,
            kind: if closed { Kind::Absent } else { Kind::Stream },
            access: access | access::CHANGE,
            grant: 0,
        });
        if closed {
            let _ = occupy();
        }
    }
}

/// Gives the lowest free number of the kernel, which is that of a closed standard stream, to
/// something that can neither be read nor written.
pub(super) fn occupy() -> Result<(), Errno> {
    fd::inert().map(drop)
}

fn grant(index: usize, dir: &Dir) -> Result<(), Errno> {
    let mut host = PathBuffer::empty();
    host.load_host(bytes(&dir.host))?;
    let flags = flags::DIRECTORY | flags::CLOEXEC;
    let fd = retry(|| path::openat(Fd::CWD, host.as_c_str(), flags, 0))?;
    let read_only = dir.flags & dir_flags::READ_ONLY != 0;
    descriptor::insert(Descriptor {
        fd,
        kind: Kind::Dir,
        access: access::READ | access::GRANT | if read_only { 0 } else { access::CHANGE },
        grant: index as u16,
    })
    .map(drop)
}

/// Ends the process: the granted directory `host` cannot be opened.
fn refuse(host: &[u8], error: Errno) -> ! {
    let reason: &[u8] = match error {
        Errno::ENOENT => b"no such directory",
        Errno::ENOTDIR => b"not a directory",
        Errno::EACCES | Errno::EPERM => b"permission denied",
        _ => b"the system refuses",
    };
    let mut text = Text::<512>::new(Fd::STDERR);
    text.push(b"Error: cannot open the granted directory `")
        .push(host)
        .push(b"`: ")
        .push(reason);
    text.push(b" (os error ")
        .decimal(u64::from(error.number()))
        .push(b")\n");
    text.push(b"help: the program was built with `--dir` for it, a relative path means the directory where it is run\n");
    text.flush();
    process::exit(1)
}
