//! The sockets on which the server listens: opened at start, or inherited.

use crate::{
    fatal::refuse_grant,
    host::{items, listen},
    os::{
        Errno, Fd,
        fd::{close, duplicate, set_status_flags, status_flags},
        path::flags,
        socket::{
            self,
            option::{self, Opt},
        },
    },
    program::{bytes, config},
    text::Text,
    wall,
};
use wasi_aot_abi::program::config_flags;

/// The most sockets.
pub const MOST: usize = 64;

/// The limit on waiting connections; the system may reduce it.
const BACKLOG: u32 = 4096;

/// Sockets that accept connections.
#[derive(Clone, Copy, Debug)]
pub struct Listeners {
    all: [Fd; MOST],
    count: usize,
    /// The first ones are inherited: others may go on to use them.
    inherited: usize,
}

impl Listeners {
    /// None.
    pub const NONE: Listeners = Listeners {
        all: [Fd(-1); MOST],
        count: 0,
        inherited: 0,
    };

    /// All of them.
    pub fn all(&self) -> &[Fd] {
        self.all.get(..self.count).unwrap_or_default()
    }

    /// Those that nobody else uses.
    pub fn own(&self) -> &[Fd] {
        self.all().get(self.inherited..).unwrap_or_default()
    }

    /// Moves them to descriptors from `least` on.
    pub fn keep(&mut self, least: i32) -> Result<(), Errno> {
        for fd in self.all.iter_mut().take(self.count) {
            if fd.0 < least {
                let kept = duplicate(*fd, least)?;
                let _ = close(*fd);
                *fd = kept;
            }
        }
        Ok(())
    }

    fn add(&mut self, fd: Fd) -> Result<(), Errno> {
        *self.all.get_mut(self.count).ok_or(Errno::EMFILE)? = fd;
        self.count += 1;
        // Connections inherit it: an answer must not wait for the client's acknowledgement. Sockets
        // of other kinds than TCP do not have it.
        let _ = option::set(fd, Opt::TCP_NODELAY, 1);
        Ok(())
    }
}

/// Opens all sockets, and prints where they listen. The process ends with a message if one is not
/// available.
pub fn open() -> Listeners {
    let mut listeners = Listeners::NONE;
    if config().flags & config_flags::LISTEN_FDS != 0 {
        let sockets = listen::take_over(|fd| {
            set_status_flags(fd, status_flags(fd)? | flags::NONBLOCK)?;
            listeners.add(fd)
        });
        if !config().wall.is_null() {
            wall::close_inherited(3 + sockets as i32);
        }
        listeners.inherited = listeners.count;
    }
    for text in crate::program::listen() {
        let text = bytes(text);
        let opened = match items::socket_path(text) {
            Some(path) => socket::listen_at_path(path, BACKLOG),
            None => items::address(text)
                .ok_or(Errno::EINVAL)
                .and_then(|address| listen::open(&address)),
        };
        let added = opened.and_then(|fd| {
            show(fd, text);
            listeners.add(fd)
        });
        if let Err(error) = added {
            listen::refuse(text, error);
        }
    }
    if listeners.all().is_empty() {
        refuse_grant(
            &[b"there is no address to listen on"],
            None,
            &[b"give the server one with `--listen` when it is built, or with WASI_AOT_LISTEN where the build allows it"],
        );
    }
    listeners
}

/// Prints where a socket listens: the port that the system chose, if it did.
fn show(fd: Fd, text: &[u8]) {
    let mut line = Text::<512>::new(Fd::STDERR);
    line.push(b"listening at ");
    match (socket::local(fd), text.strip_suffix(b":0")) {
        (Ok(address), Some(host)) => {
            line.push(b"http://").shown(host).push(b":");
            line.decimal(address.port().into());
        }
        (Ok(_), None) => {
            line.push(b"http://").shown(text);
        }
        (Err(_), _) => {
            line.shown(text);
        }
    }
    line.push(b"\n").flush();
}
