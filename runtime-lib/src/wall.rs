//! The sandbox policy: the process permanently gives up privileges, after everything is prepared
//! and before the program's first instruction. The system then confines even a program that
//! exploits a fault of the compiler or the runtime.
//!
//! Each part is a separate start hook, so that an executable contains only the parts that it needs.

use crate::{
    host::{
        descriptor::{self, Kind, access},
        embed,
        net::names,
    },
    os::{
        Errno, Fd,
        confine::{self, Access, Rules, part, ports as refused},
        process,
    },
    program::{bytes, config, name_servers, net, net_listen, slice},
    stack,
    text::Text,
};
use core::mem::MaybeUninit;
use wasi_aot_abi::{
    Str,
    http::Http,
    program::{MAX_FILTER, NO_PROCESS, Wall, config_flags, wall_flags},
    words,
};

/// The sandbox policy of this program.
fn wall() -> Option<&'static Wall> {
    // SAFETY: it is null, or immutable data of the image.
    unsafe { config().wall.as_ref() }
}

/// Closes all inherited descriptors except the standard streams, and gives up the ability to gain
/// privileges, which the system requires before the other parts.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_start_inherited() {
    // Inherited sockets belong to the hook that takes them over: it closes all other descriptors.
    if config().flags & config_flags::LISTEN_FDS == 0 {
        close_inherited(3);
    }
    if let Err(errno) = confine::no_new_privileges() {
        missing(part::PRIVILEGES, errno);
    }
}

/// Closes the descriptors from `first` on.
pub fn close_inherited(first: i32) {
    if let Err(errno) = confine::close_from(Fd(first)) {
        missing(part::DESCRIPTORS, errno);
    }
}

/// Gives up access to all files except those below the granted directories.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_start_files() {
    if let Err(errno) = files() {
        missing(part::FILES, errno);
    }
    if let Err(errno) = confine::no_set_id() {
        missing(part::SET_ID, errno);
    }
}

fn files() -> Result<(), Errno> {
    let level = confine::level()?;
    let granted = || {
        let descriptors = (3..).map_while(|number| descriptor::get(number).ok());
        descriptors
            .filter(|descriptor| descriptor.kind == Kind::DIR && !embed::holds(descriptor.fd))
    };
    let renames = wall().is_some_and(|wall| wall.flags & wall_flags::RENAMES != 0);
    if !level.moves() && renames && granted().any(|dir| dir.may(access::CHANGE)) {
        return Err(Errno::EOPNOTSUPP);
    }
    let sockets = wall().is_some_and(|wall| wall.flags & wall_flags::SOCKETS != 0);
    let (connect, bind) = (ports(net()), ports(net_listen()));
    let free = |listed: &Option<_>| sockets && listed.is_none();
    let rules = Rules::new(
        level,
        if free(&connect) { 0 } else { refused::CONNECT }
            | if free(&bind) { 0 } else { refused::BIND },
    )?;
    if sockets {
        tcp(&rules, connect, bind)?;
    }
    for dir in granted() {
        let allowed = if dir.may(access::CHANGE) {
            Access::Change
        } else {
            Access::Read
        };
        rules.allow(dir.fd, allowed)?;
    }
    rules.enforce()
}

/// The maximum of ports that are listed.
const PORTS: usize = 32;

/// The ports of grants; `None`: they are too many to list.
fn ports(grants: &'static [Str]) -> Option<impl Iterator<Item = u16>> {
    let words = move || {
        let words = grants.iter().map(|word| str::from_utf8(bytes(word)));
        words.filter_map(|word| words::net(word.ok()?))
    };
    let count: usize = words().map(|net| net.count()).sum();
    (count <= PORTS).then(|| words().flat_map(|net| net.ports()))
}

/// Allows the granted ports.
fn tcp(
    rules: &Rules,
    connect: Option<impl Iterator<Item = u16>>,
    bind: Option<impl Iterator<Item = u16>>,
) -> Result<(), Errno> {
    let servers = name_servers().iter().filter_map(|server| {
        let server = str::from_utf8(bytes(server)).ok()?;
        words::address(server).map(|address| address.port())
    });
    let asks = names::sources::opened();
    let servers = servers.chain([NAMES]).filter(|_| asks);
    for port in connect.into_iter().flatten().chain(servers) {
        rules.allow_port(port, refused::CONNECT)?;
    }
    // A program that may connect may bind to a port that the system chooses.
    let own = (!net().is_empty()).then_some(0);
    for port in bind.into_iter().flatten().chain(own) {
        rules.allow_port(port, refused::BIND)?;
    }
    Ok(())
}

/// The port of name servers.
const NAMES: u16 = 53;

/// Gives up all system calls except those that the program can need.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_start_wall() {
    let Some(wall) = wall() else { return };
    // SAFETY: this is read-only data of the program.
    let filter = unsafe { slice(wall.filter, wall.filter_len) };
    let result = if wall.process == NO_PROCESS {
        confine::filter_calls(filter)
    } else {
        filter_with_process(filter, wall.process)
    };
    if let Err(errno) = result {
        missing(part::CALLS, errno);
    }
}

/// Gives up all system calls except those that a server's supervisor and its workers need.
pub fn supervise(http: &Http) {
    if http.filter_len == 0 {
        return;
    }
    // SAFETY: this is read-only data of the program.
    let filter = unsafe { slice(http.filter, http.filter_len as usize) };
    if let Err(errno) = confine::filter_calls(filter) {
        missing(part::CALLS, errno);
    }
}

/// Installs `filter`, with this process's ID in the instruction `at`.
fn filter_with_process(filter: &[u64], at: usize) -> Result<(), Errno> {
    // The end of the program's stack is about to be used anyway, so the copy takes no additional
    // page.
    let room = stack::top().wrapping_sub(size_of::<[u64; MAX_FILTER]>()) as *mut MaybeUninit<u64>;
    let len = filter.len().min(MAX_FILTER);
    // SAFETY: the stack is mapped and much larger, and nothing runs on it yet.
    let copy = unsafe { core::slice::from_raw_parts_mut(room, len) };
    confine::filter_calls_of_self(filter, at, copy)
}

/// Handles a part of the policy that the kernel does not support: ends the process if the policy is
/// required, else reports it if requested.
#[cold]
fn missing(part: &[u8], errno: Errno) {
    let required = wall().is_some_and(|wall| wall.flags & wall_flags::REQUIRED != 0);
    let mut text = Text::<512>::new(Fd::STDERR);
    if required {
        text.push(b"Error: the sandbox policy cannot be enforced: the system refuses ");
    } else if process::own_variable(b"WASI_AOT_VERBOSE") == Some(b"1") {
        text.push(b"note: the sandbox policy is incomplete: the system refuses ");
    } else {
        return;
    }
    text.push(part).push(b" (os error ");
    text.decimal(u64::from(errno.number())).push(b")\n");
    if required {
        text.push(confine::HELP);
        text.flush();
        process::exit(1);
    }
    text.flush();
}
