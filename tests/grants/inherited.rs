//! The state that a process inherits: one test per row of the runtime's table, which is documented
//! in `docs/inherited-state.md`.

use crate::{
    ensure,
    probe::{Machine, Probe, Ran, piped},
    tests,
    unread::wait,
};
use libtest_mimic::Failed;
use std::{
    collections::BTreeSet,
    fs, io,
    os::unix::{
        fs::PermissionsExt,
        process::{CommandExt, ExitStatusExt},
    },
    path::Path,
    process::{Child, Command},
    ptr, thread,
    time::{Duration, Instant},
};
use wasi_aot_runtime::inherited::TABLE;
use wasi_aot_tests::tool::{self, Runner};

tests![
    the_table_is_whole,
    faults_and_the_timeout_are_unblocked,
    ignored_signals_stay_ignored,
    pending_signals_stay_pending,
    handlers_are_gone,
    an_inherited_alarm_comes_as_well,
    limits_are_kept,
    the_umask_is_kept,
    the_working_directory_is_kept,
    descriptors_are_closed,
    privileges_are_kept_and_no_new_ones_come,
    the_place_among_processes_is_kept,
    priority_and_cpus_are_kept,
    a_personality_changes_nothing,
    variables_are_not_seen,
];

/// Each row has its test, and the documentation has exactly these rows.
fn the_table_is_whole(_: &Machine) -> Result<(), Failed> {
    let tests = TESTS
        .iter()
        .filter_map(|(name, _)| name.rsplit("::").next());
    let tests: BTreeSet<_> = tests.filter(|name| *name != "the_table_is_whole").collect();
    let named: BTreeSet<_> = TABLE.iter().map(|state| state.test).collect();
    ensure!(tests == named, "tests {tests:?}, rows {named:?}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/inherited-state.md");
    let page = fs::read_to_string(path)?;
    let rows = page.lines().filter(|line| line.starts_with("| "));
    let rows: Vec<_> = rows.skip(1).collect();
    let expected = TABLE
        .iter()
        .map(|state| format!("| {} | {} |", state.what, state.treatment));
    let expected: Vec<_> = expected.collect();
    ensure!(rows == expected, "it has to be:\n{}", expected.join("\n"));
    Ok(())
}

/// Makes `command` run this in its process before it executes the program.
pub fn before_exec(
    command: &mut Command,
    set: impl Fn() -> io::Result<()> + Send + Sync + 'static,
) {
    // SAFETY: what the tests do there are system calls.
    unsafe { command.pre_exec(set) };
}

/// The result of a system call.
fn done(result: libc::c_int) -> io::Result<()> {
    match result {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Sets both limits on a resource.
pub fn limit(resource: libc::__rlimit_resource_t, value: u64) -> io::Result<()> {
    let limits = libc::rlimit {
        rlim_cur: value,
        rlim_max: value,
    };
    // SAFETY: reads the limits.
    done(unsafe { libc::setrlimit(resource, &limits) })
}

fn block_all() -> io::Result<()> {
    // SAFETY: zeros are a set, which is filled and read.
    unsafe {
        let mut all = std::mem::zeroed();
        libc::sigfillset(&mut all);
        done(libc::sigprocmask(libc::SIG_SETMASK, &all, ptr::null_mut()))
    }
}

fn dispose(signal: i32, disposition: usize) -> io::Result<()> {
    // SAFETY: no handler is installed, or one that does nothing.
    match unsafe { libc::signal(signal, disposition) } {
        libc::SIG_ERR => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Whether an emulator runs the program. The kernel then reports the emulator's state.
fn emulated(machine: &Machine) -> bool {
    let emulated = !matches!(machine.runner, Runner::Native);
    if emulated {
        eprintln!("not shown: what the kernel tells is the emulator's");
    }
    emulated
}

/// A program that has started and sleeps. It is killed when this is dropped.
pub struct Running(Child);

impl Running {
    fn start(probe: &Probe, change: impl Fn(&mut Command)) -> Result<Running, Failed> {
        let mut command = probe.command("nap");
        change(piped(&mut command));
        Running::spawn(&mut command)
    }

    /// Starts a program that waits for something.
    pub fn spawn(command: &mut Command) -> Result<Running, Failed> {
        let running = Running(command.spawn()?);
        let end = Instant::now() + Duration::from_secs(20);
        // Its handlers are installed early, its filter last.
        while running.status("SigCgt")? == "0000000000000000"
            || running.status("State")?.starts_with('R')
        {
            ensure!(Instant::now() < end, "it does not start");
            thread::sleep(Duration::from_millis(2));
        }
        Ok(running)
    }

    /// A file of `/proc` about the process.
    pub fn file(&self, name: &str) -> Result<String, Failed> {
        Ok(fs::read_to_string(format!("/proc/{}/{name}", self.0.id()))?)
    }

    /// A field of `status`.
    fn status(&self, field: &str) -> Result<String, Failed> {
        status(&self.file("status")?, field)
    }

    /// A field of `status` as a set of signals.
    fn signals(&self, field: &str) -> Result<u64, Failed> {
        Ok(u64::from_str_radix(&self.status(field)?, 16)?)
    }

    /// A field of `stat`, numbered from 1 as in proc(5).
    fn stat(&self, number: usize) -> Result<String, Failed> {
        let stat = self.file("stat")?;
        let (_, after) = stat.rsplit_once(") ").ok_or("no name")?;
        let field = after.split(' ').nth(number - 3).ok_or("too few fields")?;
        Ok(field.to_owned())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn status(text: &str, field: &str) -> Result<String, Failed> {
    let mut lines = text.lines();
    let value = lines.find_map(|line| line.strip_prefix(field)?.strip_prefix(":\t"));
    Ok(value
        .ok_or_else(|| format!("no {field}"))?
        .trim()
        .to_owned())
}

/// A set of signals in the kernel's notation.
fn set(signals: &[i32]) -> u64 {
    signals
        .iter()
        .fold(0, |set, signal| set | 1 << (signal - 1))
}

/// The traps of these modules are reported even after such a change.
fn traps_are_reported(machine: &Machine, change: fn() -> io::Result<()>) -> Result<(), Failed> {
    // A division, a trap instruction, a memory access, a stack overflow.
    for (module, message) in [
        ("divide", "integer divide by zero"),
        ("noname", "wasm `unreachable` instruction executed"),
        ("memory", "out of bounds memory access"),
        ("stack", "call stack exhausted"),
    ] {
        let probe = machine.build_module(&format!("../traps/{module}.wat"), &[])?;
        let mut command = probe.command("");
        before_exec(&mut command, change);
        let output = tool::run(&mut command, b"");
        let ran = Ran::new(&output);
        let reported = ran.stderr.contains(&format!("wasm trap: {message}"));
        let aborted = output.status.signal() == Some(libc::SIGABRT);
        ensure!(aborted && reported, "{module}: {ran:?}");
    }
    Ok(())
}

fn faults_and_the_timeout_are_unblocked(machine: &Machine) -> Result<(), Failed> {
    traps_are_reported(machine, block_all)?;
    let probe = machine.build(&["--timeout=250ms"])?;
    let mut command = probe.command("nap");
    before_exec(&mut command, block_all);
    let ran = Ran::new(&tool::run(&mut command, b""));
    let interrupted = ran.stderr.ends_with("wasm trap: interrupt\n");
    ensure!(ran.status == 134 && interrupted, "{ran:?}");
    if emulated(machine) {
        return Ok(());
    }
    let faults = [
        libc::SIGSEGV,
        libc::SIGBUS,
        libc::SIGILL,
        libc::SIGFPE,
        libc::SIGTRAP,
        libc::SIGABRT,
    ];
    // Two signals that nobody can block.
    let open = set(&faults) | set(&[libc::SIGKILL, libc::SIGSTOP]);
    for (option, more) in [("--no-notes", 0), ("--timeout=1h", set(&[libc::SIGVTALRM]))] {
        let blocked = |command: &mut Command| before_exec(command, block_all);
        let running = Running::start(&machine.build(&[option])?, blocked)?;
        // The C library reserves two signals for itself.
        let own = set(&[32, 33]);
        let blocked = running.signals("SigBlk")? | own;
        ensure!(blocked == !(open | more), "{option}: {blocked:x}");
    }
    Ok(())
}

fn ignored_signals_stay_ignored(machine: &Machine) -> Result<(), Failed> {
    fn ignore() -> io::Result<()> {
        let ignored = [
            libc::SIGSEGV,
            libc::SIGILL,
            libc::SIGFPE,
            libc::SIGABRT,
            libc::SIGHUP,
            libc::SIGPIPE,
        ];
        ignored
            .iter()
            .try_for_each(|&signal| dispose(signal, libc::SIG_IGN))
    }
    traps_are_reported(machine, ignore)?;
    let probe = machine.build(&[])?;
    for (disposition, signal) in [(libc::SIG_DFL, Some(libc::SIGPIPE)), (libc::SIG_IGN, None)] {
        let (reader, writer) = io::pipe()?;
        drop(reader);
        let mut command = probe.command("raise 0");
        before_exec(&mut command, move || dispose(libc::SIGPIPE, disposition));
        let status = command.stdout(writer).status()?;
        ensure!(status.signal() == signal, "{status}");
    }
    if emulated(machine) {
        return Ok(());
    }
    let running = Running::start(&probe, |command| {
        // Shells make background processes ignore some signals, and the tests inherit that.
        tool::default_signals(command);
        before_exec(command, ignore);
    })?;
    let ignored = running.signals("SigIgn")?;
    let expected = set(&[libc::SIGABRT, libc::SIGHUP, libc::SIGPIPE]);
    // The C library refuses to reset the two signals that it reserves, 32 and 33. The tests may
    // have inherited them as ignored.
    let own = status(&fs::read_to_string("/proc/self/status")?, "SigIgn")?;
    let reserved = u64::from_str_radix(&own, 16)? & !0x7fff_ffff;
    ensure!(ignored == expected | reserved, "{ignored:x}");
    Ok(())
}

fn pending_signals_stay_pending(machine: &Machine) -> Result<(), Failed> {
    if emulated(machine) {
        return Ok(());
    }
    let wait = || {
        block_all()?;
        // SAFETY: the signal is blocked.
        done(unsafe { libc::kill(libc::getpid(), libc::SIGTERM) })
    };
    let running = Running::start(&machine.build(&[])?, |command| before_exec(command, wait))?;
    let pending = running.signals("ShdPnd")?;
    ensure!(pending == set(&[libc::SIGTERM]), "{pending:x}");
    Ok(())
}

fn handlers_are_gone(machine: &Machine) -> Result<(), Failed> {
    extern "C" fn nothing(_: i32) {}
    fn handle() -> io::Result<()> {
        for signal in [libc::SIGTERM, libc::SIGSEGV, libc::SIGVTALRM] {
            dispose(signal, nothing as *const () as usize)?;
        }
        static mut STACK: [u8; 65536] = [0; 65536];
        let stack = libc::stack_t {
            ss_sp: (&raw mut STACK).cast(),
            ss_flags: 0,
            ss_size: 65536,
        };
        // SAFETY: no handler runs on it in this process, which is about to become another program.
        done(unsafe { libc::sigaltstack(&stack, ptr::null_mut()) })
    }
    traps_are_reported(machine, handle)?;
    if emulated(machine) {
        return Ok(());
    }
    let mut running = Running::start(&machine.build(&[])?, |command| before_exec(command, handle))?;
    let handled = running.signals("SigCgt")?;
    let traps = wasi_aot_runtime::os::fault::NUMBERS.iter();
    let traps: Vec<_> = traps.map(|&signal| signal as i32).collect();
    ensure!(handled == set(&traps), "{handled:x}");
    // SAFETY: a child that has not ended.
    done(unsafe { libc::kill(running.0.id() as i32, libc::SIGTERM) })?;
    let status = running.0.wait()?;
    ensure!(status.signal() == Some(libc::SIGTERM), "{status}");
    Ok(())
}

fn an_inherited_alarm_comes_as_well(machine: &Machine) -> Result<(), Failed> {
    let ignored = |seconds| {
        move || {
            dispose(libc::SIGALRM, libc::SIG_IGN)?;
            alarm(seconds)
        }
    };
    fn alarm(seconds: u32) -> io::Result<()> {
        // SAFETY: touches no memory.
        unsafe { libc::alarm(seconds) };
        Ok(())
    }
    let run = |option, change: Box<dyn Fn() -> io::Result<()> + Send + Sync>, signal| {
        let probe = machine.build(&[option])?;
        let mut command = probe.command("nap");
        before_exec(&mut command, change);
        let mut child = piped(&mut command).spawn()?;
        let (status, _) = wait(&mut child, Duration::from_secs(20))?;
        ensure!(
            status.signal() == Some(signal),
            "{option}: {status}, not {signal}"
        );
        Ok(())
    };
    run("--no-notes", Box::new(|| alarm(1)), libc::SIGALRM)?;
    run("--timeout=1h", Box::new(|| alarm(1)), libc::SIGALRM)?;
    run("--timeout=250ms", Box::new(|| alarm(1000)), libc::SIGABRT)?;
    run("--timeout=2s", Box::new(ignored(1)), libc::SIGABRT)
}

fn limits_are_kept(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--dir=granted"])?;
    // A limit on the size of files.
    for (disposition, signal) in [(libc::SIG_DFL, Some(libc::SIGXFSZ)), (libc::SIG_IGN, None)] {
        let mut command = probe.command("raise 0");
        command.stdout(fs::File::create(probe.path("output"))?);
        before_exec(&mut command, move || {
            dispose(libc::SIGXFSZ, disposition)?;
            limit(libc::RLIMIT_FSIZE, 0)
        });
        let status = command.status()?;
        ensure!(status.signal() == signal, "{status}");
        ensure!(fs::read(probe.path("output"))?.is_empty(), "it has grown");
    }
    let mut command = probe.command("spin");
    let second = libc::rlimit {
        rlim_cur: 1,
        rlim_max: 20,
    };
    before_exec(&mut command, move || {
        // SAFETY: reads the limits.
        done(unsafe { libc::setrlimit(libc::RLIMIT_CPU, &second) })
    });
    let status = command.status()?;
    ensure!(status.signal() == Some(libc::SIGXCPU), "{status}");
    if emulated(machine) {
        return Ok(());
    }
    for stack in [64 << 10, libc::RLIM_INFINITY] {
        let mut command = probe.command("deep 3000");
        before_exec(&mut command, move || limit(libc::RLIMIT_STACK, stack));
        Ran::new(&tool::run(&mut command, b"")).printed("0\n")?;
    }
    let mut command = probe.command("many granted/file");
    before_exec(&mut command, || limit(libc::RLIMIT_NOFILE, 6));
    let ran = Ran::new(&tool::run(&mut command, b""));
    let opened = ran
        .stdout
        .starts_with("2, then No file descriptors available\n");
    ensure!(opened, "{ran:?}");
    let running = Running::start(&probe, |command| {
        before_exec(command, || limit(libc::RLIMIT_CORE, 12345));
    })?;
    let limits = running.file("limits")?;
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let kept = core.is_some_and(|line| line.matches("12345").count() == 2);
    ensure!(kept, "{limits}");
    Ok(())
}

fn the_umask_is_kept(machine: &Machine) -> Result<(), Failed> {
    for (mask, file, folder) in [(0, 0o666, 0o777), (0o027, 0o640, 0o750)] {
        let probe = machine.build(&["--dir=granted"])?;
        for (words, path, mode) in [
            ("write granted/new", "granted/new", file),
            ("mkdir granted/folder", "granted/folder", folder),
        ] {
            let mut command = probe.command(words);
            before_exec(&mut command, move || {
                // SAFETY: touches no memory.
                unsafe { libc::umask(mask) };
                Ok(())
            });
            let ran = Ran::new(&tool::run(&mut command, b""));
            ensure!(ran.status == 0, "{ran:?}");
            let made = fs::metadata(probe.path(path))?.permissions().mode() & 0o7777;
            ensure!(made == mode, "{path}: {made:o} with {mask:o}");
        }
    }
    Ok(())
}

fn the_working_directory_is_kept(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&["--dir=granted"])?;
    let elsewhere = tempfile::tempdir()?;
    let run = |words| {
        let mut command = probe.command(words);
        Ran::new(&tool::run(command.current_dir(elsewhere.path()), b""))
    };
    run("read granted/other").refused("")?;
    fs::create_dir(elsewhere.path().join("granted"))?;
    fs::write(elsewhere.path().join("granted/other"), "")?;
    run("read granted/other").printed("granted/other: ok\n")
}

fn descriptors_are_closed(machine: &Machine) -> Result<(), Failed> {
    if emulated(machine) {
        return Ok(());
    }
    for (option, expected) in [
        ("--harden=auto", &["0", "1", "2"][..]),
        ("--harden=off", &["0", "1", "2", "77"]),
    ] {
        let running = Running::start(&machine.build(&[option])?, |command| {
            // SAFETY: touches no memory. The number is not in use.
            before_exec(command, || done(unsafe { libc::dup2(0, 77) }));
        })?;
        let entries = fs::read_dir(format!("/proc/{}/fd", running.0.id()))?;
        let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        let mut names = names.collect::<io::Result<Vec<_>>>()?;
        names.sort();
        // Descriptors that this process has open without close-on-exec are inherited as well.
        names.retain(|name| option == "--harden=auto" || expected.contains(&&**name));
        ensure!(names == expected, "{option}: {names:?}");
    }
    Ok(())
}

fn privileges_are_kept_and_no_new_ones_come(machine: &Machine) -> Result<(), Failed> {
    if emulated(machine) {
        return Ok(());
    }
    let own = fs::read_to_string("/proc/self/status")?;
    let [added, filters] = ["NoNewPrivs", "Seccomp"].map(|field| status(&own, field));
    for (option, no_new, filter) in [
        ("--harden=required", "1".into(), "2".into()),
        ("--harden=off", added?, filters?),
    ] {
        let running = Running::start(&machine.build(&[option])?, |_| {})?;
        let of = |field| running.status(field);
        ensure!(of("NoNewPrivs")? == no_new, "{option}: NoNewPrivs");
        ensure!(of("Seccomp")? == filter, "{option}: Seccomp");
        for field in [
            "Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb",
        ] {
            let (before, after) = (status(&own, field)?, of(field)?);
            ensure!(before == after, "{option}: {field} {before} -> {after}");
        }
    }
    Ok(())
}

fn the_place_among_processes_is_kept(machine: &Machine) -> Result<(), Failed> {
    let probe = machine.build(&[])?;
    let mut orphan = thread::scope(|scope| {
        // For this purpose, the parent of a process is the thread that created it.
        let start = || {
            let mut command = probe.command("nap");
            // SAFETY: touches no memory.
            let ask = || done(unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM) });
            before_exec(&mut command, ask);
            let child = command.spawn();
            thread::sleep(Duration::from_millis(300));
            child
        };
        scope.spawn(start).join()
    })
    .map_err(|_| "it panicked")??;
    let status = orphan.wait()?;
    ensure!(status.signal() == Some(libc::SIGTERM), "{status}");
    let running = Running::start(&probe, |command| {
        command.process_group(0);
    })?;
    let id = running.0.id().to_string();
    ensure!(running.stat(5)? == id, "process group {}", running.stat(5)?);
    let own = fs::read_to_string("/proc/self/stat")?;
    let session = own
        .rsplit_once(") ")
        .and_then(|(_, after)| after.split(' ').nth(3));
    ensure!(session == Some(&*running.stat(6)?), "session {session:?}");
    Ok(())
}

fn priority_and_cpus_are_kept(machine: &Machine) -> Result<(), Failed> {
    let running = Running::start(&machine.build(&[])?, |command| {
        before_exec(command, || {
            // SAFETY: zeros are a set, which is changed and read.
            unsafe {
                done(libc::setpriority(libc::PRIO_PROCESS, 0, 7))?;
                let mut first: libc::cpu_set_t = std::mem::zeroed();
                libc::CPU_SET(0, &mut first);
                done(libc::sched_setaffinity(0, size_of_val(&first), &first))
            }
        });
    })?;
    let nice = running.stat(19)?;
    ensure!(nice == "7", "priority {nice}");
    let cpus = running.status("Cpus_allowed_list")?;
    ensure!(cpus == "0", "CPUs {cpus}");
    Ok(())
}

fn a_personality_changes_nothing(machine: &Machine) -> Result<(), Failed> {
    if emulated(machine) {
        return Ok(());
    }
    const PERSONALITY: i32 =
        libc::ADDR_NO_RANDOMIZE | libc::ADDR_COMPAT_LAYOUT | libc::READ_IMPLIES_EXEC;
    let running = Running::start(&machine.build(&[])?, |command| {
        before_exec(command, || {
            // SAFETY: touches no memory.
            done(unsafe { libc::personality(PERSONALITY as _) })
        });
    })?;
    let maps = running.file("maps")?;
    let executable = maps.lines().filter(|line| line.contains(" rwx"));
    ensure!(
        executable.count() == 0 && maps.lines().count() > 5,
        "{maps}"
    );
    Ok(())
}

fn variables_are_not_seen(machine: &Machine) -> Result<(), Failed> {
    let variables = [("A", "1"), ("B", "2"), ("SECRET", "x")];
    machine.build(&[])?.run("env", &variables).printed("")?;
    machine
        .build(&["--env=A"])?
        .run("env", &variables)
        .printed("A=1\n")
}
