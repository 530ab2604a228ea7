//! Routes that use what they can get, and leave it as it is when they end: the next request must
//! not notice.

use crate::answer::{number, text, value};
use crate::memory::{self, PAGE};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::arch::wasm32;
use core::fmt::Write as _;
use core::hint::black_box;
use core::mem::forget;
use core::ptr;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use wasip2::cli::{environment, stdout};
use wasip2::clocks::monotonic_clock::subscribe_duration;
use wasip2::filesystem::preopens::get_directories;
use wasip2::filesystem::types::{DescriptorFlags, OpenFlags, PathFlags};
use wasip2::http::types::{Fields, OutgoingRequest, ResponseOutparam};
use wasip2::sockets::instance_network::instance_network;
use wasip2::sockets::network::{IpAddressFamily, IpSocketAddress, Ipv4SocketAddress};
use wasip2::sockets::tcp_create_socket::create_tcp_socket;
use wasip2::sockets::udp_create_socket::create_udp_socket;

/// How many requests this instance has seen.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// `/spin`: never ends.
pub fn spin() -> ! {
    loop {
        COUNT.store(black_box(COUNT.load(Relaxed)), Relaxed);
    }
}

/// `/exhaust`: calls itself until the stack is exhausted.
pub fn exhaust(out: ResponseOutparam) {
    text(out, &format!("{}\n", deeper()));
}

/// What is done with the result keeps the compiler from making a loop of it.
#[inline(never)]
fn deeper() -> u32 {
    match COUNT.fetch_add(1, Relaxed) {
        u32::MAX => 0,
        count => deeper().rotate_left(1) ^ count,
    }
}

/// `/grow?pages=`: grows the memory and writes to each of its new pages.
pub fn grow(out: ResponseOutparam, query: &str) {
    let pages = usize::try_from(number(query, "pages", 1)).unwrap_or(usize::MAX);
    let before = memory::size();
    let grown = wasm32::memory_grow::<0>(pages);
    if grown == usize::MAX {
        return text(out, "no\n");
    }
    let clean = fill(before, memory::size(), PAGE);
    text(out, &format!("{grown} pages and {pages}, clean: {clean}\n"));
}

/// `/state`: how many requests this instance has seen. It is 1 if each has its own.
pub fn state(out: ResponseOutparam) {
    let count = COUNT.fetch_add(1, Relaxed) + 1;
    text(out, &format!("{count}\n"));
}

/// Writes a byte at each `step` from `start` to `end`; `true` if they were all zero.
fn fill(start: usize, end: usize, step: usize) -> bool {
    let mut clean = true;
    for at in (start..end).step_by(step) {
        let byte = ptr::with_exposed_provenance_mut::<u8>(at);
        // SAFETY: the callers pass parts of the memory that no allocation has.
        unsafe {
            clean &= byte.read_volatile() == 0;
            byte.write_volatile(0xa5);
        }
    }
    clean
}

/// `/dirty`: writes all memory that it has or can get up to 4 MiB, leaves handles open, and opens
/// sockets and files if it can. It says whether it found what a new instance finds.
pub fn dirty(out: ResponseOutparam) {
    let count = COUNT.fetch_add(1, Relaxed) + 1;
    let handle = {
        let first = Fields::new();
        let number = first.handle();
        forget(first);
        number
    };
    let mut said = format!("count {count}, first handle {handle}\n");
    for _ in 0..20 {
        let fields = Fields::new();
        let _ = fields.append("secret", b"of another request");
        forget(OutgoingRequest::new(fields));
        forget(subscribe_duration(3_600_000_000_000));
    }
    sockets(&mut said);
    files(&mut said);
    // What comes after needs a little memory, which stays as it is.
    let room = memory::next() + 2 * PAGE;
    let pages = wasm32::memory_size::<0>();
    let grown = wasm32::memory_grow::<0>(64) != usize::MAX;
    let clean = fill(room, memory::size(), 1);
    let _ = writeln!(
        said,
        "memory of {pages} pages, grown: {grown}, clean: {clean}"
    );
    text(out, &said);
}

fn sockets(said: &mut String) {
    let tcp = create_tcp_socket(IpAddressFamily::Ipv4);
    let udp = create_udp_socket(IpAddressFamily::Ipv4);
    let network = instance_network();
    let address = Ipv4SocketAddress {
        port: 0,
        address: (127, 0, 0, 1),
    };
    let local = IpSocketAddress::Ipv4(address);
    let bound = match &tcp {
        Ok(socket) => {
            let start = socket.start_bind(&network, local);
            let bind = start.and_then(|()| socket.finish_bind());
            let listen = bind.and_then(|()| socket.start_listen());
            listen
                .and_then(|()| socket.finish_listen())
                .map(|()| "listens")
        }
        Err(error) => Err(*error),
    };
    let _ = writeln!(
        said,
        "tcp {:?}, {bound:?}, udp {:?}",
        tcp.is_ok(),
        udp.is_ok()
    );
    forget((tcp, udp, network));
}

fn files(said: &mut String) {
    let directories = get_directories();
    let _ = writeln!(said, "{} directories", directories.len());
    for (directory, _) in directories {
        let flags = DescriptorFlags::READ | DescriptorFlags::WRITE;
        let file = directory.open_at(PathFlags::empty(), "dirty.txt", OpenFlags::CREATE, flags);
        let _ = writeln!(said, "file {:?}", file.as_ref().map(drop));
        forget((directory, file));
    }
}

/// `/handles?count=`: makes that many handles and keeps them until the end.
pub fn handles(out: ResponseOutparam, query: &str) {
    let count = number(query, "count", 1000);
    let kept: Vec<_> = (0..count).map(|_| Fields::new()).collect();
    let first = kept.first().map_or(0, Fields::handle);
    text(out, &format!("{} handles from {first}\n", kept.len()));
    forget(kept);
}

/// `/stdout?text=`: writes to the standard output and the standard error.
pub fn stdout(out: ResponseOutparam, query: &str) {
    let words = value(query, "text");
    let written = stdout::get_stdout().blocking_write_and_flush(&words);
    crate::answer::say(&String::from_utf8_lossy(&words));
    text(out, &format!("stdout: {}\n", written.is_ok()));
}

/// `/environment`: variables, arguments and the initial directory.
pub fn environment(out: ResponseOutparam) {
    let variables = environment::get_environment();
    let arguments = environment::get_arguments();
    let folder = environment::initial_cwd();
    text(out, &format!("{variables:?}\n{arguments:?}\n{folder:?}\n"));
}
