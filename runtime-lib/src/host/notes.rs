//! The note about a missing grant at the end of a failed program: refusals are recorded here, and
//! reported once. Only programs that can miss a grant contain the code that reports it
//! ([`wasi_aot_end_notes`]).

use super::{
    descriptor::{self, Descriptor},
    embed, guest_name,
};
use crate::{
    os::{Fd, process},
    program::{bytes, config, dirs, embeds},
    text::Text,
    thread::Lock,
};
use core::cell::Cell;
use wasi_aot_abi::{
    Trap,
    program::{config_flags, runtime_grants},
};

/// The recorded refusal.
// `Nothing` is all zeros, so that the record takes no space in the executable.
#[derive(Clone, Copy)]
#[repr(u32)]
enum Refused {
    Nothing,
    /// The program looked for a granted directory. Nearly every program does that, and most need
    /// none.
    Directory,
    /// The program looked for a socket to listen on.
    Socket,
    /// A change of this file, or below this directory.
    Change(Descriptor),
    /// A path that leads outside of this directory.
    Path(Descriptor),
    /// A path through a link that leads outside of this directory: no grant would help.
    Link(Descriptor),
    /// A path that is below no grant, as the program gave it.
    Elsewhere,
    /// The same, but the start of the path is unknown.
    Somewhere,
    /// This function reports the refusal.
    Other(fn(&mut Text<512>)),
}

/// The maximum length of a recorded path.
const LONGEST: usize = 250;

/// A path for display.
#[derive(Clone, Copy)]
pub struct Shown {
    bytes: [u8; LONGEST],
    /// Length of the path; more than [`LONGEST`] if it was truncated.
    len: usize,
}

impl Shown {
    const EMPTY: Shown = Shown {
        bytes: [0; LONGEST],
        len: 0,
    };

    /// Records `path`.
    pub fn new(path: &[u8]) -> Shown {
        let mut shown = Shown::EMPTY;
        for (place, byte) in shown.bytes.iter_mut().zip(path) {
            *place = *byte;
        }
        shown.len = path.len();
        shown
    }

    /// The same for bytes of a memory, up to a NUL.
    #[inline(never)]
    pub fn of(path: &[Cell<u8>]) -> Shown {
        let mut shown = Shown::EMPTY;
        for (place, byte) in shown.bytes.iter_mut().zip(path) {
            if byte.get() == 0 {
                return shown;
            }
            *place = byte.get();
            shown.len += 1;
        }
        // A length of one more means that it was truncated.
        shown.len += usize::from(path.get(LONGEST).is_some_and(|byte| byte.get() != 0));
        shown
    }

    /// The recorded part.
    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&self.bytes)
    }

    fn is_absolute(&self) -> bool {
        self.bytes().starts_with(b"/")
    }

    /// Whether its own `..` lead outside.
    fn climbs(&self) -> bool {
        let (mut depth, mut rest) = (0u32, self.bytes());
        while let Some((name, behind)) = embed::component(rest) {
            rest = behind;
            match name {
                b"." => {}
                b".." if depth == 0 => return true,
                b".." => depth -= 1,
                _ => depth += 1,
            }
        }
        false
    }
}

struct Memory {
    refused: Cell<Refused>,
    /// Whether the program used a path below a granted directory.
    looked: Cell<bool>,
    /// The refused path.
    path: Cell<Shown>,
    /// The directory below which the program's C library located an absolute path in its last
    /// lookup ([`takes_all`]); 0, which is no directory, if the path was not absolute.
    taken_by: Cell<u32>,
    /// That path.
    absolute: Cell<Shown>,
}

// SAFETY: every use holds the lock, except a fault handler that reads this, which never returns.
unsafe impl Sync for Memory {}

static LOCK: Lock = Lock::new();

static MEMORY: Memory = Memory {
    refused: Cell::new(Refused::Nothing),
    looked: Cell::new(false),
    path: Cell::new(Shown::EMPTY),
    taken_by: Cell::new(0),
    absolute: Cell::new(Shown::EMPTY),
};

/// The program asked for its first or next granted directory, and there is none. That is only
/// significant for programs that ask when they look for a file ([`config_flags::ASKS_LATE`]).
pub fn no_directory() {
    if config().flags & config_flags::ASKS_LATE == 0 {
        return;
    }
    let _held = LOCK.hold();
    if let Refused::Nothing = MEMORY.refused.get() {
        MEMORY.refused.set(Refused::Directory);
    }
}

/// The program asked for a socket to listen on, and there is none.
pub fn no_socket() {
    let _held = LOCK.hold();
    MEMORY.refused.set(Refused::Socket);
}

/// Records another refusal: `say` reports it, without `note:`. Programs without this kind of
/// refusal do not contain that code.
pub(super) fn missing(say: fn(&mut Text<512>)) {
    let _held = LOCK.hold();
    MEMORY.refused.set(Refused::Other(say));
}

/// Records that the program used a path below a granted directory.
pub(super) fn looked() {
    let _held = LOCK.hold();
    MEMORY.looked.set(true);
}

/// Records a refused change, because the descriptor's grant is read-only.
pub(super) fn read_only(descriptor: Descriptor) {
    let _held = LOCK.hold();
    MEMORY.refused.set(Refused::Change(descriptor));
}

/// Records that a path below `dir` (`None`: unknown) leads outside.
#[cold]
pub(super) fn outside(dir: Option<Fd>, path: &Shown) {
    refuse(
        match dir.and_then(descriptor::of_dir) {
            Some(dir) if path.climbs() => Refused::Path(dir),
            Some(dir) => Refused::Link(dir),
            None if path.is_absolute() => Refused::Elsewhere,
            None => Refused::Somewhere,
        },
        path,
    );
}

/// Records a refused path.
#[inline(never)]
fn refuse(refused: Refused, path: &Shown) {
    let _held = LOCK.hold();
    MEMORY.refused.set(refused);
    MEMORY.path.set(*path);
}

/// Records the lookup of `path` by the program's C library: the number of the granted directory
/// that contains it, or none. No host call would reveal the latter.
pub fn looked_up(path: &Shown, found: Option<u32>) {
    let Some(found) = found else {
        return refuse(Refused::Elsewhere, path);
    };
    let taken = path.is_absolute() && takes_all(found);
    let _held = LOCK.hold();
    MEMORY.taken_by.set(if taken { found } else { 0 });
    MEMORY.absolute.set(*path);
}

/// Whether the directory `number` was granted as `.`. C libraries locate every absolute path below
/// it.
fn takes_all(number: u32) -> bool {
    descriptor::get(number).is_ok_and(|dir| {
        dir.may(descriptor::access::GRANT) && matches!(guest_name(&dir), b"." | b"./")
    })
}

/// Records that nothing exists at a path below the directory `number`.
#[cold]
#[inline(never)]
pub fn absent(number: u32) {
    let _held = LOCK.hold();
    if number != 0 && number == MEMORY.taken_by.get() {
        MEMORY.refused.set(Refused::Elsewhere);
        MEMORY.path.set(MEMORY.absolute.get());
    }
}

/// Records a path without a directory: the library of the program's language found none.
#[cold]
pub fn nowhere(path: &Shown) {
    refuse(Refused::Somewhere, path);
}

/// Reports the missing grant, if the program fails (`code` is not 0) and there is one. `trap`: the
/// code of the trap that ended it, or 0.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_end_notes(code: u32, trap: u32) {
    // A fault may have interrupted an update: then nothing is reported.
    let Some(_held) = LOCK.try_hold() else { return };
    let refused = MEMORY.refused.get();
    let unneeded = match refused {
        Refused::Nothing => true,
        // C libraries search the granted directories for a path's prefix, and make no call if they
        // find none. The program then ends with an exit code, or panics.
        Refused::Directory => {
            let panicked = trap == u32::from(Trap::Unreachable.code());
            MEMORY.looked.get() || trap != 0 && !panicked
        }
        _ => false,
    };
    if code == 0 || unneeded || switched_off() {
        return;
    }
    let mut text = Text::<512>::new(Fd::STDERR);
    text.push(b"note: ");
    match refused {
        Refused::Nothing => {}
        Refused::Directory => directory(&mut text),
        Refused::Socket => {
            text.push(b"the program wanted to accept connections, and was granted no socket\n");
            help(
                &mut text,
                runtime_grants::LISTEN,
                (b"--listen ", b"WASI_AOT_LISTEN="),
                &[b"127.0.0.1:8080"],
            );
        }
        Refused::Change(descriptor) => change(&mut text, &descriptor),
        Refused::Path(_) | Refused::Link(_) | Refused::Elsewhere | Refused::Somewhere => {
            path(&mut text, refused);
        }
        Refused::Other(say) => say(&mut text),
    }
    text.flush();
}

fn directory(text: &mut Text<512>) {
    let granted = dirs().first().map(|dir| &dir.guest);
    let granted = granted.or_else(|| embeds().first().map(|tree| &tree.guest));
    let guest = granted.map_or(&b""[..], bytes);
    let missing: &[u8] = if guest.is_empty() {
        text.push(b"the program was granted no directory: if it looked for a file, ");
        b"."
    } else {
        text.push(b"the program opened nothing in `").shown(guest);
        text.push(b"`, which it was granted: if it looked for a file elsewhere, ");
        b"DIRECTORY"
    };
    text.push(b"it found none\n");
    help(text, runtime_grants::DIR, DIR, &[missing]);
}

fn switched_off() -> bool {
    process::own_variable(b"WASI_AOT_NOTES") == Some(b"off")
}

fn change(text: &mut Text<512>, descriptor: &Descriptor) {
    let guest = guest_name(descriptor);
    text.push(b"the program tried to change something in `")
        .shown(guest);
    if embed::holds(descriptor.fd) {
        text.push(b"`, which is inside the executable\n");
        return help(text, runtime_grants::DIR, DIR, &[b"HOST::", guest]);
    }
    text.push(b"`, which was granted read-only\n");
    let dir = dirs().get(usize::from(descriptor.grant));
    let host = dir.map_or(guest, |dir| bytes(&dir.host));
    if host == guest {
        help(text, runtime_grants::DIR, DIR, &[host]);
    } else {
        help(text, runtime_grants::DIR, DIR, &[host, b"::", guest]);
    }
}

fn path(text: &mut Text<512>, refused: Refused) {
    let path = MEMORY.path.get();
    let cut = path.len > LONGEST;
    text.push(b"the program tried to reach `")
        .shown(path.bytes());
    text.push(if cut { b"...`" } else { b"`" });
    if let Refused::Path(dir) | Refused::Link(dir) = refused {
        text.push(b" from `").shown(guest_name(&dir));
        if let Refused::Link(_) = refused {
            text.push(b"`: a link on the way leads outside, and is not followed\n");
            return;
        }
        text.push(b"`, which leads outside of what it was granted\n");
    } else {
        text.push(b", which is outside of what it was granted\n");
    }
    let bytes = path.bytes();
    let folder: &[u8] = match bytes.iter().rposition(|&byte| byte == b'/') {
        _ if cut || !matches!(refused, Refused::Elsewhere) => b"DIRECTORY",
        None => b".",
        Some(end) => bytes
            .get(..end)
            .filter(|folder| !folder.is_empty())
            .unwrap_or(bytes),
    };
    help(text, runtime_grants::DIR, DIR, &[folder]);
}

/// The option and the variable that grant directories.
const DIR: (&[u8], &[u8]) = (b"--dir ", b"WASI_AOT_DIR=");

/// Explains how to give the grant `what`, by an option or a variable.
pub(super) fn help(
    text: &mut Text<512>,
    kind: u64,
    (option, variable): (&[u8], &[u8]),
    what: &[&[u8]],
) {
    let mut say = |parts: [&[u8]; 3]| {
        let [before, name, after] = parts;
        text.push(before).push(name);
        for part in what {
            text.shown(part);
        }
        text.push(after);
    };
    if config().flags & config_flags::RUN != 0 {
        return say([b"help: `wasi-aot run ", option, b" ...` grants it\n"]);
    }
    if config().runtime_grants & kind != 0 {
        say([b"help: start it with ", variable, b"\n"]);
        return say([b"      or build it with `", option, b"`\n"]);
    }
    say([b"help: build it with `", option, b"`\n"]);
}
