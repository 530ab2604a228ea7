//! What an input costs: CPU time and memory of this process; and an end for one that hangs.

use std::alloc::{GlobalAlloc, Layout, System};
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

/// An input that takes longer ends the process, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(120);

/// The system's allocator, which counts.
pub struct Counted;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: the system's allocator does all of it.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(now, Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// What an input cost.
pub struct Used {
    /// CPU time of all threads.
    pub time: Duration,
    /// Bytes, at the same time, beyond those before.
    pub memory: usize,
}

/// A measurement that has begun.
pub struct Watch {
    time: Duration,
    memory: usize,
    done: Sender<()>,
}

impl Watch {
    /// Begins. If it does not end, the process does, and names the file with the input.
    pub fn start(input: &Path) -> Watch {
        let (done, wait) = mpsc::channel();
        let input = input.to_owned();
        thread::spawn(move || {
            if wait.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                eprintln!("{}: no end in {PATIENCE:?}", input.display());
                process::exit(101);
            }
        });
        let memory = NOW.load(Relaxed);
        PEAK.store(memory, Relaxed);
        Watch {
            time: cpu_time(),
            memory,
            done,
        }
    }

    /// Ends.
    pub fn end(self) -> Used {
        drop(self.done);
        Used {
            time: cpu_time().saturating_sub(self.time),
            memory: PEAK.load(Relaxed).saturating_sub(self.memory),
        }
    }
}

/// CPU time of this process.
pub fn cpu_time() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the kernel writes to `time`, which is there.
    let failed = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    assert_eq!(failed, 0, "every process has a clock");
    let nanos = u32::try_from(time.tv_nsec).unwrap_or(0);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), nanos)
}
