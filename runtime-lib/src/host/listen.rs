//! The sockets to listen on: opened at start, or inherited from the parent process.

use super::{
    descriptor::{self, Descriptor, Kind, access},
    grants::granted_by,
    items,
};
use crate::{
    fatal::refuse_grant,
    os::{
        Errno, Fd,
        fd::{close_on_exec, status_flags},
        path::flags,
        process,
        socket::{
            self, Family,
            option::{self, Opt},
        },
    },
    program::{bytes, config, listen},
    wall,
};
use core::net::SocketAddr;
use wasi_aot_abi::program::{config_flags, runtime_grants};

/// Assigns numbers to the sockets: first the inherited ones, because `LISTEN_FDS` means that they
/// start at 3. If one is not available, the process ends with a message and exit code 1.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_start_listen() {
    if config().flags & config_flags::LISTEN_FDS != 0 {
        let sockets = take_over(|fd| insert(fd, handed_over(fd)?));
        if !config().wall.is_null() {
            wall::close_inherited(3 + sockets as i32);
        }
    }
    for text in listen() {
        let text = bytes(text);
        let opened = items::address(text)
            .ok_or(Errno::EINVAL)
            .and_then(|address| insert(open(&address)?, 0));
        if let Err(error) = opened {
            refuse(text, error);
        }
    }
}

/// Reports that an address cannot be listened on, and ends the process.
pub fn refuse(address: &'static [u8], error: Errno) -> ! {
    refuse_grant(
        &[b"cannot listen at ", address],
        Some(error),
        &[
            granted_by(
                runtime_grants::LISTEN,
                b"it was granted with `--listen`",
                b"it was granted with `--listen` or WASI_AOT_LISTEN",
            ),
            match error {
                Errno::EACCES => b"; a port below 1024 needs a privilege",
                _ => b"",
            },
        ],
    )
}

/// The limit on waiting connections; the system may reduce it.
const BACKLOG: u32 = 4096;

/// A socket that accepts connections at an address.
pub fn open(address: &SocketAddr) -> Result<Fd, Errno> {
    // Non-blocking in the kernel: if a connection disappears between the poll and the call, the
    // call must not block. Whether the program waits depends on its own flag.
    let fd = socket::open_stream(Family::of(address))?;
    option::set(fd, Opt::SO_REUSEADDR, 1)?;
    socket::bind(fd, address)?;
    socket::listen(fd, BACKLOG)?;
    Ok(fd)
}

/// Assigns a number to a socket that accepts connections; `besides`: additional allowed operations,
/// bits of [`access`].
fn insert(fd: Fd, besides: u8) -> Result<(), Errno> {
    descriptor::room()?;
    descriptor::insert(Descriptor {
        fd,
        kind: Kind::STREAM,
        access: access::READ | access::CHANGE | access::GRANT | besides,
        grant: 0,
    })
    .map(drop)
}

/// sd_listen_fds(3): there are `LISTEN_FDS` sockets from 3 on, if `LISTEN_PID` is this process.
/// Calls `take` with each; returns their number.
pub fn take_over(mut take: impl FnMut(Fd) -> Result<(), Errno>) -> u32 {
    let Some(count) = process::variable(b"LISTEN_FDS") else {
        return 0;
    };
    let ours = process::variable(b"LISTEN_PID")
        .is_some_and(|pid| number(b"LISTEN_PID", pid) == process::id());
    if !ours {
        return 0;
    }
    let sockets = number(b"LISTEN_FDS", count);
    for index in 0..sockets {
        let fd = Fd((3 + index) as i32);
        let taken = close_on_exec(fd).and_then(|()| take(fd));
        if let Err(error) = taken {
            refuse_grant(
                &[b"cannot take over a socket of LISTEN_FDS=", count],
                Some(error),
                &[b"the sockets are the descriptors from 3 on: see sd_listen_fds(3)"],
            );
        }
    }
    sockets
}

/// The operations on an inherited socket that are allowed in addition to accepting and reading:
/// bits of [`access`]. `ENOTSOCK` if it is no socket.
fn handed_over(fd: Fd) -> Result<u8, Errno> {
    // An inherited socket may also be a connection, which has both directions.
    let writable = match option::get(fd, Opt::SO_ACCEPTCONN)? {
        0 => access::WRITE,
        _ => 0,
    };
    let nonblock = match status_flags(fd)? & flags::NONBLOCK {
        0 => 0,
        _ => access::NONBLOCK,
    };
    Ok(writable | nonblock)
}

/// The number in a variable.
fn number(name: &[u8], value: &[u8]) -> u32 {
    let number = items::count(value).and_then(|number| i32::try_from(number).ok());
    match number {
        Some(number) => number as u32,
        None => refuse_grant(
            &[
                b"`",
                value,
                b"` in the variable ",
                name,
                b" is not understood",
            ],
            None,
            &[b"it is a number: see sd_listen_fds(3)"],
        ),
    }
}
