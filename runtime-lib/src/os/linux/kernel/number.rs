//! System call numbers, with a line per call and a column per CPU, and the macro that makes a call.

use crate::os::linux::cpu;

/// A line of the table: the numbers on x86-64 and on aarch64.
pub type Numbers = [usize; 2];

macro_rules! numbers {
    ($($name:ident $x86_64:literal $aarch64:literal;)*) => {
        $(
            #[allow(non_upper_case_globals, reason = "the kernel's names")]
            pub const $name: usize = cpu::number_of([$x86_64, $aarch64]);
        )*
    };
}

numbers! {
    read 0 63;
    write 1 64;
    close 3 57;
    fstat 5 80;
    lseek 8 62;
    mmap 9 222;
    mprotect 10 226;
    munmap 11 215;
    rt_sigaction 13 134;
    rt_sigprocmask 14 135;
    rt_sigreturn 15 139;
    ioctl 16 29;
    pread64 17 67;
    pwrite64 18 68;
    readv 19 65;
    writev 20 66;
    sched_yield 24 124;
    madvise 28 233;
    getpid 39 172;
    socket 41 198;
    connect 42 203;
    sendmsg 46 211;
    recvmsg 47 212;
    shutdown 48 210;
    bind 49 200;
    listen 50 201;
    getsockname 51 204;
    getpeername 52 205;
    socketpair 53 199;
    setsockopt 54 208;
    getsockopt 55 209;
    clone 56 220;
    exit 60 93;
    wait4 61 260;
    kill 62 129;
    fcntl 72 25;
    fsync 74 82;
    fdatasync 75 83;
    ftruncate 77 46;
    capget 125 90;
    capset 126 91;
    sigaltstack 131 132;
    prctl 157 167;
    gettid 186 178;
    futex 202 98;
    sched_getaffinity 204 123;
    getdents64 217 61;
    fadvise64 221 223;
    timer_create 222 107;
    timer_settime 223 110;
    clock_gettime 228 113;
    clock_getres 229 114;
    exit_group 231 94;
    epoll_ctl 233 21;
    tgkill 234 131;
    openat 257 56;
    mkdirat 258 34;
    newfstatat 262 79;
    unlinkat 263 35;
    linkat 265 37;
    symlinkat 266 36;
    readlinkat 267 78;
    ppoll 271 73;
    utimensat 280 88;
    epoll_pwait 281 22;
    fallocate 285 47;
    accept4 288 242;
    signalfd4 289 74;
    epoll_create1 291 20;
    dup3 292 24;
    preadv 295 69;
    pwritev 296 70;
    prlimit64 302 261;
    pwritev2 328 287;
    renameat2 316 276;
    getrandom 318 278;
    seccomp 317 277;
    close_range 436 436;
    openat2 437 437;
    landlock_create_ruleset 444 444;
    landlock_add_rule 445 445;
    landlock_restrict_self 446 446;
}

/// The part of a mark that is the call's number.
pub const NUMBER: usize = (1 << wasi_aot_abi::symbols::FORM_SHIFT) - 1;

/// Forms of calls, by an argument that the sandbox policy distinguishes. Only the mark contains the
/// form; the kernel does not see it.
pub mod form {
    #![allow(non_upper_case_globals, reason = "as the calls are written")]
    use wasi_aot_abi::symbols::FORM_SHIFT;

    /// For `socket`: `SOCK_STREAM`.
    pub const stream: usize = 1 << FORM_SHIFT;
    /// For `socket`: `SOCK_DGRAM`.
    pub const datagram: usize = 2 << FORM_SHIFT;
    /// For `socket`: `SOCK_STREAM` of `AF_UNIX`.
    pub const path: usize = 3 << FORM_SHIFT;
}

/// `syscall!(NAME, ARGUMENT…)`, `syscall!(NAME.FORM, ARGUMENT…)`: makes the call and evaluates to
/// `Result<usize, Errno>`. It is unsafe, because the arguments determine the effect on memory.
macro_rules! syscall {
    ($name:ident $(.$form:ident)? $(, $argument:expr)*) => {
        $crate::os::Errno::check(
            $crate::os::linux::cpu::system_call!(
                [$name $($form)?]
                $crate::os::linux::kernel::number::$name $(| $crate::os::linux::kernel::number::form::$form)?;
                $($argument),*
            )
        )
    };
}
