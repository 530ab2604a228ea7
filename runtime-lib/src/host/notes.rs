//! The note about a missing grant at the end of a program that failed: what was refused is remembered here, and
//! said once. Only programs that can miss a grant hold the code that says it ([`wasi_aot_end_notes`]).

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

/// What was refused.
// Nothing is zeros, so that what is remembered takes no room in the executable.
#[derive(Clone, Copy)]
#[repr(u32)]
enum Refused {
    Nothing,
    /// A granted directory was asked for. Nearly every program does that, and most need none.
    Directory,
    /// A socket that listens was asked for.
    Socket,
    /// A change of this, or below it.
    Change(Descriptor),
    /// A path that leads outside of this.
    Path(Descriptor),
    /// A path through a link that leads outside of this: no grant helps.
    Link(Descriptor),
    /// A path, whole as the program named it, that is below no grant.
    Elsewhere,
    /// The same, the beginning not known.
    Somewhere,
    /// What this says.
    Other(fn(&mut Text<512>)),
}

/// As much of a path is remembered.
const LONGEST: usize = 250;

/// A path that is to be shown.
#[derive(Clone, Copy)]
pub struct Shown {
    bytes: [u8; LONGEST],
    /// Bytes of the path; more than [`LONGEST`] if it was cut.
    len: usize,
}

impl Shown {
    const EMPTY: Shown = Shown {
        bytes: [0; LONGEST],
        len: 0,
    };

    /// Remembers `path`.
    pub fn new(path: &[u8]) -> Shown {
        let mut shown = Shown::EMPTY;
        for (place, byte) in shown.bytes.iter_mut().zip(path) {
            *place = *byte;
        }
        shown.len = path.len();
        shown
    }

    /// The same of bytes of a memory, up to a NUL.
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
        // One more means that it was cut.
        shown.len += usize::from(path.get(LONGEST).is_some_and(|byte| byte.get() != 0));
        shown
    }

    /// As much as is remembered.
    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&self.bytes)
    }

    fn is_absolute(&self) -> bool {
        self.bytes().starts_with(b"/")
    }

    /// Whether it leads outside by itself, by its `..`.
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
    /// Whether the program named a path below a granted directory.
    looked: Cell<bool>,
    /// The path that was refused.
    path: Cell<Shown>,
    /// The directory that the program's C library took an absolute path to be below, the last time that it looked one up
    /// ([`takes_all`]); 0, which is none, if it was no such path.
    taken_by: Cell<u32>,
    /// That path.
    absolute: Cell<Shown>,
}

// SAFETY: every use holds the lock, and a handler of faults that reads this never returns.
unsafe impl Sync for Memory {}

static LOCK: Lock = Lock::new();

static MEMORY: Memory = Memory {
    refused: Cell::new(Refused::Nothing),
    looked: Cell::new(false),
    path: Cell::new(Shown::EMPTY),
    taken_by: Cell::new(0),
    absolute: Cell::new(Shown::EMPTY),
};

/// There is no granted directory where the program looked for the first or the next. That says something of programs only
/// that ask when they look for a file ([`config_flags::ASKS_LATE`]).
pub fn no_directory() {
    if config().flags & config_flags::ASKS_LATE == 0 {
        return;
    }
    let _held = LOCK.hold();
    if let Refused::Nothing = MEMORY.refused.get() {
        MEMORY.refused.set(Refused::Directory);
    }
}

/// There is no socket that listens where the program looked for one.
pub fn no_socket() {
    let _held = LOCK.hold();
    MEMORY.refused.set(Refused::Socket);
}

/// Something else was refused: `say` says what, without `note:`. Programs that cannot be refused it do not hold what says so.
pub(super) fn missing(say: fn(&mut Text<512>)) {
    let _held = LOCK.hold();
    MEMORY.refused.set(Refused::Other(say));
}

/// The program names a path below a granted directory.
pub(super) fn looked() {
    let _held = LOCK.hold();
    MEMORY.looked.set(true);
}

/// A change was refused, because the grant that it was reached by is read-only.
pub(super) fn read_only(descriptor: Descriptor) {
    let _held = LOCK.hold();
    MEMORY.refused.set(Refused::Change(descriptor));
}

/// A path below `dir` (`None`: not known) leads outside.
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

/// Remembers a path that was refused.
#[inline(never)]
fn refuse(refused: Refused, path: &Shown) {
    let _held = LOCK.hold();
    MEMORY.refused.set(refused);
    MEMORY.path.set(*path);
}

/// The program's C library has looked up which granted directory `path` is below: this number, or none. No host call
/// would show the latter.
pub fn looked_up(path: &Shown, found: Option<u32>) {
    let Some(found) = found else {
        return refuse(Refused::Elsewhere, path);
    };
    let taken = path.is_absolute() && takes_all(found);
    let _held = LOCK.hold();
    MEMORY.taken_by.set(if taken { found } else { 0 });
    MEMORY.absolute.set(*path);
}

/// Whether the directory `number` was granted as `.`. C libraries take every absolute path for one below it.
fn takes_all(number: u32) -> bool {
    descriptor::get(number).is_ok_and(|dir| {
        dir.may(descriptor::access::GRANT) && matches!(guest_name(&dir), b"." | b"./")
    })
}

/// There is nothing at a path below the directory `number`.
#[cold]
#[inline(never)]
pub fn absent(number: u32) {
    let _held = LOCK.hold();
    if number != 0 && number == MEMORY.taken_by.get() {
        MEMORY.refused.set(Refused::Elsewhere);
        MEMORY.path.set(MEMORY.absolute.get());
    }
}

/// The program names a path, and no directory: the library of its language found none.
#[cold]
pub fn nowhere(path: &Shown) {
    refuse(Refused::Somewhere, path);
}

/// Says which grant was missing, if the program fails (`code` is not 0) and one was. `trap`: the code of the
/// trap that ended it, or 0.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_end_notes(code: u32, trap: u32) {
    // A fault may have interrupted whoever writes: then nothing is said.
    let Some(_held) = LOCK.try_hold() else { return };
    let refused = MEMORY.refused.get();
    let unneeded = match refused {
        Refused::Nothing => true,
        // C libraries search the granted directories for a path's beginning, and call nobody if they find none.
        // What then fails ends with an exit code, or panics.
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

/// Option and variable that grant directories.
const DIR: (&[u8], &[u8]) = (b"--dir ", b"WASI_AOT_DIR=");

/// How to give the grant `what` of a kind, by an option or a variable.
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
