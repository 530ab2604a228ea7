//! The measured calls, each as WebAssembly text and as a native function with the same system
//! calls.

use crate::native::Native;
use libc::c_int;
use std::ptr;

/// A call in both forms.
pub struct Call {
    /// The import; several that can only be used together.
    pub name: &'static str,
    /// Types of the imports, and the call as WebAssembly text that leaves an error number on the
    /// stack.
    pub imports: &'static [(&'static str, &'static str)],
    pub text: &'static str,
    /// The file that is standard input.
    pub stdin: &'static str,
    pub native: fn(&mut Native),
    /// For a function of WASI 0.2: the equivalent call of preview 1, if there is one.
    pub like: Option<&'static str>,
}

impl Call {
    /// Whether the program is a component.
    pub fn is_component(&self) -> bool {
        self.imports
            .iter()
            .any(|(name, _)| name.starts_with("wasi:"))
    }
}

/// All measured calls.
pub const CALLS: &[Call] = &[
    Call {
        like: None,
        name: "clock_time_get",
        imports: &[],
        text: "(call $clock_time_get (i32.const 0) (i64.const 0) (i32.const 64))",
        stdin: "/dev/null",
        native: |native| {
            // SAFETY: `clock_gettime` writes a timespec, for which the buffer is large enough.
            unsafe { libc::clock_gettime(0, native.buffer.as_mut_ptr().cast()) };
        },
    },
    Call {
        like: None,
        name: "clock_res_get",
        imports: &[("clock_res_get", "i32 i32")],
        text: "(call $clock_res_get (i32.const 1) (i32.const 64))",
        stdin: "/dev/null",
        native: |native| {
            // SAFETY: `clock_getres` writes a timespec, for which the buffer is large enough.
            unsafe { libc::clock_getres(1, native.buffer.as_mut_ptr().cast()) };
        },
    },
    Call {
        like: None,
        name: "args_sizes_get",
        imports: &[("args_sizes_get", "i32 i32")],
        text: "(call $args_sizes_get (i32.const 64) (i32.const 68))",
        stdin: "/dev/null",
        native: |_| {},
    },
    Call {
        like: None,
        name: "environ_sizes_get",
        imports: &[("environ_sizes_get", "i32 i32")],
        text: "(call $environ_sizes_get (i32.const 64) (i32.const 68))",
        stdin: "/dev/null",
        native: |_| {},
    },
    Call {
        like: None,
        name: "fd_prestat_get",
        imports: &[("fd_prestat_get", "i32 i32")],
        text: "(call $fd_prestat_get (i32.const 3) (i32.const 64))",
        stdin: "/dev/null",
        native: |_| {},
    },
    Call {
        like: None,
        name: "sched_yield",
        imports: &[("sched_yield", "")],
        text: "(call $sched_yield)",
        stdin: "/dev/null",
        native: |_| {
            // SAFETY: `sched_yield` accesses no memory.
            unsafe { libc::sched_yield() };
        },
    },
    Call {
        like: None,
        name: "random_get",
        imports: &[("random_get", "i32 i32")],
        text: "(call $random_get (i32.const 64) (i32.const 16))",
        stdin: "/dev/null",
        native: |native| {
            // SAFETY: `getrandom` writes 16 bytes, for which the buffer is large enough.
            unsafe { libc::syscall(libc::SYS_getrandom, native.buffer.as_mut_ptr(), 16, 0) };
        },
    },
    Call {
        like: None,
        name: "fd_write",
        imports: &[],
        text: "(call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 64))",
        stdin: "/dev/null",
        native: write,
    },
    Call {
        like: None,
        name: "fd_read",
        imports: &[("fd_read", "i32 i32 i32 i32")],
        text: "(call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 64))",
        stdin: "/dev/zero",
        native: read,
    },
    Call {
        like: None,
        name: "fd_pread",
        imports: &[("fd_pread", "i32 i32 i32 i64 i32")],
        text: "(call $fd_pread (i32.const 0) (i32.const 0) (i32.const 1) (i64.const 0) (i32.const 64))",
        stdin: "file",
        native: pread,
    },
    Call {
        like: None,
        name: "fd_seek",
        imports: &[("fd_seek", "i32 i64 i32 i32")],
        text: "(call $fd_seek (i32.const 0) (i64.const 0) (i32.const 1) (i32.const 64))",
        stdin: "file",
        native: |_| {
            // SAFETY: `lseek` accesses no memory.
            unsafe { libc::lseek(0, 0, libc::SEEK_CUR) };
        },
    },
    Call {
        like: None,
        name: "fd_fdstat_get",
        imports: &[("fd_fdstat_get", "i32 i32")],
        text: "(call $fd_fdstat_get (i32.const 0) (i32.const 64))",
        stdin: "file",
        native: |native| {
            // SAFETY: the second call writes a `struct stat`, for which the buffer is large enough.
            unsafe {
                libc::fcntl(0, libc::F_GETFL);
                libc::syscall(libc::SYS_fstat, 0, native.buffer.as_mut_ptr());
            }
        },
    },
    Call {
        like: None,
        name: "fd_filestat_get",
        imports: &[("fd_filestat_get", "i32 i32")],
        text: "(call $fd_filestat_get (i32.const 0) (i32.const 64))",
        stdin: "file",
        native: fstat,
    },
    Call {
        like: None,
        name: "path_filestat_get",
        imports: &[("path_filestat_get", "i32 i32 i32 i32 i32")],
        text: "(call $path_filestat_get (i32.const 3) (i32.const 1) (i32.const 32) (i32.const 4) (i32.const 64))",
        stdin: "file",
        native: fstatat,
    },
    Call {
        like: None,
        name: "path_open, fd_close",
        imports: &[
            ("path_open", "i32 i32 i32 i32 i32 i64 i64 i32 i32"),
            ("fd_close", "i32"),
        ],
        text: "(drop (call $path_open (i32.const 3) (i32.const 1) (i32.const 32) (i32.const 4) (i32.const 0)
                 (i64.const 0x42) (i64.const 0) (i32.const 0) (i32.const 64)))
               (call $fd_close (i32.load (i32.const 64)))",
        stdin: "file",
        native: open,
    },
    Call {
        like: None,
        name: "poll_oneoff",
        imports: &[("poll_oneoff", "i32 i32 i32 i32")],
        text: "(call $poll_oneoff (i32.const 128) (i32.const 256) (i32.const 1) (i32.const 64))",
        stdin: "/dev/null",
        native: |native| {
            // SAFETY: `ppoll` reads a timespec, which `zero` holds, and no descriptors.
            unsafe { libc::ppoll(ptr::null_mut(), 0, native.zero.as_ptr().cast(), ptr::null()) };
        },
    },
    Call {
        like: Some("fd_write"),
        name: "stream write",
        imports: &[(
            "wasi:io/streams#[method]output-stream.blocking-write-and-flush",
            "write",
        )],
        text: "(call $write (global.get $out) (i32.const 0) (i32.const 1) (i32.const 64)) (i32.load8_u (i32.const 64))",
        stdin: "/dev/null",
        native: write,
    },
    Call {
        like: Some("fd_write"),
        name: "stream check, write",
        imports: &[
            ("wasi:io/streams#[method]output-stream.check-write", "check"),
            ("wasi:io/streams#[method]output-stream.write", "write"),
        ],
        text: "(call $check (global.get $out) (i32.const 64))
               (call $write (global.get $out) (i32.const 0) (i32.const 1) (i32.const 64)) (i32.load8_u (i32.const 64))",
        stdin: "/dev/null",
        native: write,
    },
    Call {
        like: Some("fd_read"),
        name: "stream read",
        imports: &[(
            "wasi:io/streams#[method]input-stream.blocking-read",
            "read",
        )],
        text: "(call $read (global.get $in) (i64.const 1) (i32.const 64)) (i32.load8_u (i32.const 64))",
        stdin: "/dev/zero",
        native: read,
    },
    Call {
        like: Some("clock_time_get"),
        name: "monotonic now",
        imports: &[("wasi:clocks/monotonic-clock#now", "now")],
        text: "(i64.eqz (call $now))",
        stdin: "/dev/null",
        native: |native| {
            // SAFETY: `clock_gettime` writes a timespec, for which the buffer is large enough.
            unsafe { libc::clock_gettime(1, native.buffer.as_mut_ptr().cast()) };
        },
    },
    Call {
        like: Some("fd_filestat_get"),
        name: "stat",
        imports: &[("wasi:filesystem/types#[method]descriptor.stat", "stat")],
        text: "(call $stat (global.get $file) (i32.const 64)) (i32.load8_u (i32.const 64))",
        stdin: "file",
        native: fstat,
    },
    Call {
        like: Some("path_filestat_get"),
        name: "stat-at",
        imports: &[("wasi:filesystem/types#[method]descriptor.stat-at", "stat_at")],
        text: "(call $stat_at (global.get $dir) (i32.const 1) (i32.const 32) (i32.const 4) (i32.const 64)) (i32.load8_u (i32.const 64))",
        stdin: "file",
        native: fstatat,
    },
    Call {
        like: Some("path_open, fd_close"),
        name: "open-at, drop",
        imports: &[("wasi:filesystem/types#[method]descriptor.open-at", "open_at"), ("wasi:filesystem/types#[resource-drop]descriptor", "drop_file")],
        text: "(call $open_at (global.get $dir) (i32.const 1) (i32.const 32) (i32.const 4) (i32.const 0) (i32.const 3) (i32.const 64))
               (call $drop_file (i32.load (i32.const 68))) (i32.load8_u (i32.const 64))",
        stdin: "file",
        native: open,
    },
    Call {
        like: Some("fd_pread"),
        name: "read",
        imports: &[("wasi:filesystem/types#[method]descriptor.read", "read_at")],
        text: "(call $read_at (global.get $file) (i64.const 1) (i64.const 0) (i32.const 64)) (i32.load8_u (i32.const 64))",
        stdin: "file",
        native: pread,
    },
];

/// Writes a byte to standard output.
fn write(native: &mut Native) {
    // SAFETY: `write` reads one byte, which the buffer holds.
    unsafe { libc::write(1, native.buffer.as_ptr().cast(), 1) };
}

/// Reads a byte of standard input.
fn read(native: &mut Native) {
    // SAFETY: `read` writes one byte, for which the buffer is large enough.
    unsafe { libc::read(0, native.buffer.as_mut_ptr().cast(), 1) };
}

/// Reads the first byte of standard input.
fn pread(native: &mut Native) {
    // SAFETY: `pread` writes one byte, for which the buffer is large enough.
    unsafe { libc::pread(0, native.buffer.as_mut_ptr().cast(), 1, 0) };
}

/// Gets the status of standard input.
fn fstat(native: &mut Native) {
    // SAFETY: `fstat` writes a `struct stat`, for which the buffer is large enough.
    unsafe { libc::syscall(libc::SYS_fstat, 0, native.buffer.as_mut_ptr()) };
}

/// Gets the status of the file.
fn fstatat(native: &mut Native) {
    let (path, flags) = (c"file".as_ptr(), libc::AT_SYMLINK_NOFOLLOW);
    // SAFETY: the path is a C string; `fstatat` writes a `struct stat`, for which the buffer is
    // large enough.
    unsafe { libc::fstatat(native.dir, path, native.buffer.as_mut_ptr().cast(), flags) };
}

/// Opens the file and closes it again.
fn open(native: &mut Native) {
    /// `O_RDWR | O_CLOEXEC | O_NOCTTY`, `RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS`.
    const HOW: [u64; 3] = [0o2000402, 0, 0xa];
    // SAFETY: the path is a C string, and `HOW` is a `struct open_how` of the given size.
    unsafe {
        let path = c"file".as_ptr();
        let file = libc::syscall(libc::SYS_openat2, native.dir, path, HOW.as_ptr(), 24);
        libc::close(file as c_int)
    };
}
