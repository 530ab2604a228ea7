//! Runs other programs, one at a time, and measures each: its time, its memory, how it ended.
//!
//! A program never outlives its run. It has a time limit, it is killed when this process is
//! interrupted or dies, and whatever it has started in its process group is killed when it ends.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, ioctl_fionbio, read};
use rustix::pipe::{PipeFlags, fcntl_setpipe_size, pipe_with};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, getpid, getppid, kill_process,
    kill_process_group, pidfd_open, set_parent_process_death_signal, waitid,
};
use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitStatus};
use std::ptr;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};
use std::{fmt, io};

/// The signals that interrupt a run, unless this process ignores them.
const INTERRUPTS: [c_int; 4] = [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGTERM];
/// The number of bytes that are read from a program at once.
const ROOM: usize = 1 << 16;
/// The size of the pipes that a program writes to, in bytes: it rarely waits for its reader.
const PIPE: usize = 1 << 20;
/// The number of bytes of a program's error stream that are kept.
const ERRORS: usize = 1 << 16;

/// Resources that a program used, together with those of its children that it waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The time from its start to its end.
    pub wall: Duration,
    /// CPU time in the program.
    pub user: Duration,
    /// CPU time in the kernel.
    pub system: Duration,
    /// Peak of resident memory in bytes. It includes the pages that this process shares with its
    /// copy until the program starts, so that it is too high for a program that needs less.
    pub memory: u64,
}

/// How a run ended.
#[derive(Debug)]
pub enum Ended {
    /// The program ended.
    Exited {
        /// Its status.
        status: ExitStatus,
        /// The resources that it used.
        usage: Usage,
        /// The beginning of its error stream, if that is a pipe.
        errors: Vec<u8>,
    },
    /// It took longer than it may, and was killed.
    TookTooLong,
    /// This process got a signal, and the program was killed.
    Interrupted(c_int),
}

/// Runs programs. While it exists, it notices the signals that interrupt this process: the programs
/// are in process groups of their own, which a terminal's interrupt does not reach.
pub struct Runner {
    /// The numbers of the signals that arrived, a byte each.
    signals: OwnedFd,
    /// The actions of signals before.
    before: Vec<(c_int, libc::sigaction)>,
}

/// The other end of [`Runner::signals`], for the handler.
static NOTICED: AtomicI32 = AtomicI32::new(-1);

/// Notes that a signal arrived.
extern "C" fn notice(signal: c_int) {
    let byte = signal as u8;
    // SAFETY: `write` may be called in a handler; the pointer is valid for one byte. `errno`
    // belongs to this thread, and is restored, because the handler may interrupt a reader of it. If
    // the pipe is full, its reader wakes up anyway.
    unsafe {
        let errno = libc::__errno_location();
        let before = *errno;
        libc::write(
            NOTICED.load(Ordering::Relaxed),
            ptr::from_ref(&byte).cast(),
            1,
        );
        *errno = before;
    }
}

impl Runner {
    /// Takes over the signals of this process. There may be one runner in a process.
    ///
    /// # Errors
    /// The system's, when it gives no pipe.
    pub fn new() -> io::Result<Runner> {
        let (signals, noticed) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
        NOTICED.store(noticed.as_raw_fd(), Ordering::Relaxed);
        // The handler has its number until the process ends.
        std::mem::forget(noticed);
        let mut runner = Runner {
            signals,
            before: Vec::new(),
        };
        for signal in INTERRUPTS {
            if !is_ignored(signal)? {
                runner.before.push((signal, handle(signal)?));
            }
        }
        Ok(runner)
    }

    /// Runs a program to its end, and passes what it writes to a piped standard output to `output`.
    ///
    /// # Errors
    /// The system's: the program cannot be started, or its streams cannot be read.
    pub fn run(
        &self,
        command: &mut Command,
        limit: Duration,
        output: &mut dyn FnMut(&[u8]),
    ) -> io::Result<Ended> {
        dies_with_this_process(command);
        let begin = Instant::now();
        let mut child = command.process_group(0).spawn()?;
        let pid = Pid::from_child(&child);
        let streams = Streams::of(&mut child);
        let ended = streams.and_then(|streams| self.supervise(pid, begin, limit, streams, output));
        // The number is still the program's, even if it has ended, because nobody has waited for
        // it. The rest of its group ends here; it is no error if there is none. The program may
        // have left its group.
        let _ = kill_process_group(pid, Signal::KILL);
        let _ = kill_process(pid, Signal::KILL);
        let (status, used) = reap(pid)?;
        let (wall, errors) = match ended? {
            Waited::Exited { wall, errors } => (wall, errors),
            Waited::TookTooLong => return Ok(Ended::TookTooLong),
            Waited::Interrupted(signal) => return Ok(Ended::Interrupted(signal)),
        };
        let usage = Usage {
            wall,
            user: duration(used.ru_utime),
            system: duration(used.ru_stime),
            // Linux counts it in KiB.
            memory: u64::try_from(used.ru_maxrss).unwrap_or_default() * 1024,
        };
        Ok(Ended::Exited {
            status,
            usage,
            errors,
        })
    }

    /// Waits until the program has ended, is out of time, or a signal arrives. Does not reap it.
    fn supervise(
        &self,
        pid: Pid,
        begin: Instant,
        limit: Duration,
        mut streams: Streams,
        output: &mut dyn FnMut(&[u8]),
    ) -> io::Result<Waited> {
        // It becomes readable when the program ends. A parent can have blocked SIGCHLD.
        let program = pidfd_open(pid, PidfdFlags::empty())?;
        loop {
            let left = limit.saturating_sub(begin.elapsed());
            if left.is_zero() {
                return Ok(Waited::TookTooLong);
            }
            self.wait(&program, &streams, left)?;
            streams.read(output)?;
            if let Some(signal) = self.interrupt()? {
                return Ok(Waited::Interrupted(signal));
            }
            if has_ended(pid)? {
                let wall = begin.elapsed();
                // Without other writers the streams come to an end.
                let _ = kill_process_group(pid, Signal::KILL);
                streams.read_rest(output)?;
                let errors = streams.errors_kept;
                return Ok(Waited::Exited { wall, errors });
            }
        }
    }

    /// Waits until there is something to read, the program has ended, or the time is over.
    fn wait(&self, program: &OwnedFd, streams: &Streams, left: Duration) -> io::Result<()> {
        let open = [&streams.output, &streams.errors].into_iter().flatten();
        let fds = [&self.signals, program].into_iter().chain(open);
        let mut fds: Vec<_> = fds.map(|fd| PollFd::new(fd, PollFlags::IN)).collect();
        let left = Timespec::try_from(left).ok();
        match poll(&mut fds, left.as_ref()) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// A signal that interrupts, if one has arrived.
    fn interrupt(&self) -> io::Result<Option<c_int>> {
        let mut bytes = [0; 64];
        loop {
            match read(&self.signals, &mut bytes) {
                Ok(count) => {
                    if let Some(signal) = bytes[..count].first() {
                        return Ok(Some(c_int::from(*signal)));
                    }
                }
                Err(Errno::AGAIN) => return Ok(None),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signals: Vec<_> = self.before.iter().map(|(signal, _)| signal).collect();
        f.debug_struct("Runner")
            .field("signals", &signals)
            .finish_non_exhaustive()
    }
}

impl Drop for Runner {
    /// Signals interrupt this process again as before.
    fn drop(&mut self) {
        for (signal, action) in &self.before {
            // SAFETY: the action is one that the system gave; a null pointer asks for nothing.
            unsafe { libc::sigaction(*signal, action, ptr::null_mut()) };
        }
    }
}

/// As [`Ended`], before the program is reaped.
enum Waited {
    Exited { wall: Duration, errors: Vec<u8> },
    TookTooLong,
    Interrupted(c_int),
}

/// The read ends of a program's piped streams; `None` after their end.
struct Streams {
    output: Option<OwnedFd>,
    errors: Option<OwnedFd>,
    errors_kept: Vec<u8>,
    room: Vec<u8>,
}

impl Streams {
    fn of(child: &mut Child) -> io::Result<Streams> {
        let streams = Streams {
            output: child.stdout.take().map(Into::into),
            errors: child.stderr.take().map(Into::into),
            errors_kept: Vec::new(),
            room: vec![0; ROOM],
        };
        for stream in [&streams.output, &streams.errors].into_iter().flatten() {
            ioctl_fionbio(stream, true)?;
            // A smaller pipe is slower, but does the same.
            let _ = fcntl_setpipe_size(stream, PIPE);
        }
        Ok(streams)
    }

    /// Reads once from each stream, if there is something.
    fn read(&mut self, output: &mut dyn FnMut(&[u8])) -> io::Result<bool> {
        let kept = &mut self.errors_kept;
        let mut keep = |bytes: &[u8]| {
            let more = ERRORS.saturating_sub(kept.len()).min(bytes.len());
            kept.extend_from_slice(&bytes[..more]);
        };
        let first = read_once(&mut self.output, &mut self.room, output)?;
        Ok(read_once(&mut self.errors, &mut self.room, &mut keep)? || first)
    }

    /// Reads what the pipes hold once nobody writes to them.
    fn read_rest(&mut self, output: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        // A process that has left the group may still write. More than a full pipe is its doing.
        for _ in 0..=2 * PIPE / ROOM {
            if !self.read(output)? {
                break;
            }
        }
        Ok(())
    }
}

/// Reads once, and returns whether there was something. At its end the stream becomes `None`.
fn read_once(
    stream: &mut Option<OwnedFd>,
    room: &mut [u8],
    to: &mut dyn FnMut(&[u8]),
) -> io::Result<bool> {
    let Some(fd) = stream else {
        return Ok(false);
    };
    match read(fd.as_fd(), &mut *room) {
        Ok(0) => {
            *stream = None;
            Ok(false)
        }
        Ok(count) => {
            to(&room[..count]);
            Ok(true)
        }
        Err(Errno::AGAIN | Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Makes the program end when this thread does, however that ends. The closure also makes the
/// standard library copy this process (`fork`) instead of sharing its memory until the program
/// starts (`vfork`): the kernel would count all of that memory as the program's.
fn dies_with_this_process(command: &mut Command) {
    let parent = getpid();
    let prepare = move || {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // This process may have ended before the line above.
        match getppid() == Some(parent) {
            true => Ok(()),
            false => Err(Errno::CANCELED.into()),
        }
    };
    // SAFETY: the closure only makes system calls; it neither allocates nor takes a lock.
    unsafe { command.pre_exec(prepare) };
}

/// Whether the program has ended. It is not reaped, so that its number stays its own.
fn has_ended(pid: Pid) -> io::Result<bool> {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    match waitid(WaitId::Pid(pid), options) {
        Ok(status) => Ok(status.is_some()),
        Err(Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Waits for the end of a program that has ended or was killed.
fn reap(pid: Pid) -> io::Result<(ExitStatus, libc::rusage)> {
    let mut status = 0;
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    loop {
        // SAFETY: both pointers are valid for writing.
        let done = unsafe {
            libc::wait4(
                pid.as_raw_nonzero().get(),
                &mut status,
                0,
                usage.as_mut_ptr(),
            )
        };
        if done >= 0 {
            // SAFETY: the structure is plain data, which `wait4` has written.
            return Ok((ExitStatus::from_raw(status), unsafe { usage.assume_init() }));
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

fn duration(time: libc::timeval) -> Duration {
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    let micros = u64::try_from(time.tv_usec).unwrap_or_default();
    Duration::from_secs(seconds) + Duration::from_micros(micros)
}

/// Sets [`notice`] as the handler of a signal, and returns the action before.
fn handle(signal: c_int) -> io::Result<libc::sigaction> {
    // SAFETY: the structures are plain data for which zeros are valid. The handler has the
    // signature that its flags ask for, and calls only functions that a handler may call.
    let (done, before) = unsafe {
        let mut action: libc::sigaction = MaybeUninit::zeroed().assume_init();
        let mut before: libc::sigaction = MaybeUninit::zeroed().assume_init();
        action.sa_sigaction = notice as extern "C" fn(c_int) as libc::sighandler_t;
        action.sa_flags = libc::SA_RESTART;
        (libc::sigaction(signal, &action, &mut before), before)
    };
    match done {
        0 => Ok(before),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Whether this process ignores a signal, as a parent can arrange (`nohup`).
fn is_ignored(signal: c_int) -> io::Result<bool> {
    // SAFETY: the structure is plain data for which zeros are valid; a null pointer asks for the
    // current action, and changes nothing.
    let (done, action) = unsafe {
        let mut action: libc::sigaction = MaybeUninit::zeroed().assume_init();
        (
            libc::sigaction(signal, ptr::null(), &mut action),
            action.sa_sigaction,
        )
    };
    match done {
        0 => Ok(action == libc::SIG_IGN),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Ends this process as a signal does that it does not handle, so that its parent sees the reason.
pub fn end_by(signal: c_int) -> ! {
    // SAFETY: the default action needs nothing of this process.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
    // The signal is blocked: the status that shells have for it.
    std::process::exit(128 + signal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Stdio;
    use std::sync::OnceLock;

    fn runner() -> &'static Runner {
        static ONE: OnceLock<Runner> = OnceLock::new();
        ONE.get_or_init(|| Runner::new().expect("there are pipes"))
    }

    fn shell(line: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", line]).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    // One test, because signals of children reach a process, not a thread.
    #[test]
    fn a_program_is_measured_and_bounded() {
        let run = |line: &str, limit: u64| {
            let mut output = Vec::new();
            let mut keep = |bytes: &[u8]| output.extend_from_slice(bytes);
            let ended = runner().run(&mut shell(line), Duration::from_millis(limit), &mut keep);
            (ended.expect("it runs"), output)
        };

        let (ended, output) = run("echo out; echo error >&2; exit 3", 20_000);
        let Ended::Exited {
            status,
            usage,
            errors,
        } = ended
        else {
            panic!("{ended:?}");
        };
        assert_eq!((status.code(), &output[..]), (Some(3), &b"out\n"[..]));
        assert_eq!(errors, b"error\n");
        assert!(usage.memory > 0 && usage.wall > Duration::ZERO, "{usage:?}");

        // More than a pipe holds, of both streams.
        let (ended, output) = run("head -c 3000000 /dev/zero | tee /dev/stderr", 20_000);
        let Ended::Exited { errors, .. } = ended else {
            panic!("{ended:?}");
        };
        assert_eq!((output.len(), errors.len()), (3_000_000, ERRORS));

        // Busy for a while: the time is the program's, and that of its child.
        let busy = "i=0; while [ $i -lt 40000 ]; do i=$((i+1)); done";
        let (ended, _) = run(&format!("sh -c '{busy}'"), 60_000);
        let Ended::Exited { usage, .. } = ended else {
            panic!("{ended:?}");
        };
        let cpu = usage.user + usage.system;
        assert!(
            cpu > Duration::from_millis(5) && cpu <= usage.wall * 2,
            "{usage:?}"
        );

        // A program out of time ends, and so does what it has started.
        let begin = Instant::now();
        let (ended, output) = run("sleep 1000 & echo $!; wait", 200);
        assert!(matches!(ended, Ended::TookTooLong), "{ended:?}");
        assert!(begin.elapsed() < Duration::from_secs(100));
        assert_ended(&output);

        // A process in its group that outlives the program is ended, and does not hold its streams
        // open.
        let (ended, output) = run("sleep 1000 & echo $!", 20_000);
        assert!(matches!(ended, Ended::Exited { .. }), "{ended:?}");
        assert_ended(&output);

        // A program that leaves its group is out of time, too.
        let leaves = "exec setsid -w sleep 1000";
        let begin = Instant::now();
        let (ended, _) = run(leaves, 200);
        assert!(matches!(ended, Ended::TookTooLong), "{ended:?}");
        assert!(begin.elapsed() < Duration::from_secs(100));

        let missing = runner().run(
            &mut Command::new("/nonexistent/program"),
            Duration::from_secs(1),
            &mut |_| {},
        );
        assert_eq!(
            missing.expect_err("nothing is there").kind(),
            io::ErrorKind::NotFound
        );
    }

    /// The process whose number is the output ends soon.
    fn assert_ended(output: &[u8]) {
        let number = String::from_utf8_lossy(output).trim().to_owned();
        assert!(!number.is_empty());
        let stat = format!("/proc/{number}/stat");
        let begin = Instant::now();
        // A zombie has ended: it only waits for its parent.
        while std::fs::read_to_string(&stat).is_ok_and(|text| !text.contains(") Z ")) {
            assert!(
                begin.elapsed() < Duration::from_secs(20),
                "{number} still runs"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
