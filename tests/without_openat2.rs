//! Runs programs as on a system without `openat2`, so that the runtime resolves paths itself.

use std::{env, io, os::unix::process::CommandExt, process::Command};

/// First argument that makes a test binary execute the remaining arguments without `openat2`.
const ROLE: &str = "--become-without-openat2";

/// A command that runs `command` without `openat2`; only its program and arguments are kept. It
/// starts this test binary, which must call [`serve`] first.
///
/// # Panics
/// If the system does not tell this binary's path.
pub fn wrap(command: &Command) -> Command {
    let mut wrapped = Command::new(env::current_exe().expect("this binary has a path"));
    wrapped.arg(ROLE).arg(command.get_program());
    wrapped.args(command.get_args());
    wrapped
}

/// If [`wrap`] started this process, replaces it by the program.
///
/// # Panics
/// If the system refuses.
pub fn serve() {
    let mut arguments = env::args_os().skip(1);
    if arguments.next().is_none_or(|first| first != ROLE) {
        return;
    }
    refuse_openat2().expect("seccomp is there");
    // SAFETY: the addresses are null, so the call fails without effect.
    let answer = unsafe { libc::syscall(libc::SYS_openat2, -1, 0, 0, 0) };
    let refused = io::Error::last_os_error().raw_os_error() == Some(libc::ENOSYS);
    assert!(answer == -1 && refused, "openat2 is still there");
    let program = arguments.next().expect("a program to start");
    let error = Command::new(program).args(arguments).exec();
    panic!("cannot start: {error}");
}

/// Makes `openat2` fail as unknown in this process and in the program that replaces it.
fn refuse_openat2() -> io::Result<()> {
    let statement = |code: u32, k: u32, jt, jf| libc::sock_filter {
        code: code as u16,
        jt,
        jf,
        k,
    };
    let mut filter = [
        // Loads the number of the system call, which is the first word.
        statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        statement(
            libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K,
            libc::SYS_openat2 as u32,
            0,
            1,
        ),
        statement(
            libc::BPF_RET | libc::BPF_K,
            libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32,
            0,
            0,
        ),
        statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW, 0, 0),
    ];
    let program = libc::sock_fprog {
        len: filter.len() as u16,
        filter: filter.as_mut_ptr(),
    };
    // SAFETY: `prctl` takes only numbers here.
    let privileges = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    // SAFETY: the program and its statements live until the call returns.
    let filtered =
        unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &program) };
    if privileges == 0 && filtered == 0 {
        return Ok(());
    }
    Err(io::Error::last_os_error())
}
