//! Other properties of the process: it can be stopped by signals, and it may have more privileges
//! than the user who starts it.

use crate::{
    ensure,
    probe::{Machine, piped},
    tests,
};
use libtest_mimic::Failed;
use std::{
    fs,
    io::{self, Read},
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
};
use wasi_aot_abi::variables::PREFIX;
use wasi_aot_tests::tool::Runner;

tests![
    a_program_stops_itself_and_goes_on,
    who_has_fewer_privileges_grants_nothing,
];

fn a_program_stops_itself_and_goes_on(machine: &Machine) -> Result<(), Failed> {
    // `stop`, `tstp`, `ttin`, `ttou` of preview 1, and Linux's.
    let signals = [
        (18, libc::SIGSTOP),
        (19, libc::SIGTSTP),
        (20, libc::SIGTTIN),
        (21, libc::SIGTTOU),
    ];
    let probe = machine.build(&[])?;
    for (number, signal) in signals {
        let mut command = probe.command(&format!("raise {number}"));
        // Only SIGSTOP stops a process group that has no parent in its session. Here the parent is
        // in the session.
        let mut child = piped(command.process_group(0)).spawn()?;
        let id = child.id() as i32;
        let mut status = 0;
        // SAFETY: writes the status of a child that has not been waited for.
        let waited = unsafe { libc::waitpid(id, &mut status, libc::WUNTRACED) };
        ensure!(waited == id, "{}", io::Error::last_os_error());
        let stopped = libc::WIFSTOPPED(status) && libc::WSTOPSIG(status) == signal;
        ensure!(stopped, "signal {number}: status {status:#x}");
        // SAFETY: a child that has not ended.
        ensure!(unsafe { libc::kill(id, libc::SIGCONT) } == 0, "{number}");
        let mut stdout = String::new();
        if let Some(output) = &mut child.stdout {
            output.read_to_string(&mut stdout)?;
        }
        let ended = child.wait()?;
        ensure!(
            ended.success() && stdout == "raise: 0\n",
            "{ended}: {stdout}"
        );
    }
    Ok(())
}

fn who_has_fewer_privileges_grants_nothing(machine: &Machine) -> Result<(), Failed> {
    /// Two arbitrary user IDs.
    const OWNER: u32 = 61001;
    const OTHER: u32 = 61002;
    let probe = machine.build(&["--runtime-grants"])?;
    let app = probe.path("app");
    let run = |mode, variable: &str| {
        fs::set_permissions(&app, fs::Permissions::from_mode(mode))?;
        let mut command = probe.command("env");
        command.env(variable, "A=b").uid(OTHER).gid(OTHER);
        command.output()
    };
    // SAFETY: touches no memory.
    let root = unsafe { libc::geteuid() } == 0;
    if !root || !matches!(machine.runner, Runner::Native) {
        eprintln!("not shown: only root can run a program as two users, and no emulator does");
        return Ok(());
    }
    fs::set_permissions(probe.path("."), fs::Permissions::from_mode(0o755))?;
    chown(&app, Some(OWNER), Some(OWNER))?;
    let plain = run(0o755, "WASI_AOT_ENV")?;
    ensure!(plain.stdout == b"A=b\n", "{plain:?}");
    for variable in ["WASI_AOT_ENV", &[PREFIX, "UNKNOWN"].concat()] {
        let privileged = run(0o4755, variable)?;
        ensure!(
            privileged.status.success() && privileged.stdout.is_empty(),
            "{variable}: {privileged:?}"
        );
    }
    Ok(())
}
