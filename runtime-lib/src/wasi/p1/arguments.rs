//! `args_*` and `environ_*`.

use super::{BadPointer, Errno, Memory, Result};
use crate::{cells, host::environment};
use core::sync::atomic::{AtomicU64, Ordering};

pub fn args_get(memory: Memory, argv: u32, argv_buf: u32) -> Result {
    store(memory, environment::arguments(), argv, argv_buf)
}

/// The result of [`args_sizes_get`]; see [`sizes`].
static ARGUMENTS: AtomicU64 = AtomicU64::new(0);

pub fn args_sizes_get(memory: Memory, argc: u32, argv_buf_size: u32) -> Result {
    let measure = || measure(environment::arguments());
    sizes(memory, &ARGUMENTS, measure, argc, argv_buf_size)
}

/// Whether the program has read its arguments: C libraries do that before `main`, and after all
/// earlier initialisation.
pub fn asked() -> bool {
    ARGUMENTS.load(Ordering::Relaxed) != 0
}

pub fn environ_get(memory: Memory, environ: u32, environ_buf: u32) -> Result {
    store(memory, environment::variables(), environ, environ_buf)
}

pub fn environ_sizes_get(memory: Memory, environc: u32, environ_buf_size: u32) -> Result {
    static KNOWN: AtomicU64 = AtomicU64::new(0);
    let measure = || measure(environment::variables());
    sizes(memory, &KNOWN, measure, environc, environ_buf_size)
}

type Text = &'static [u8];

fn measure(texts: impl Iterator<Item = Text>) -> Result<(u32, u32)> {
    let (count, bytes) = texts.fold((0, 0), |(count, bytes), text| {
        (count + 1, bytes + text.len() + 1)
    });
    // The kernel limits them to a few megabytes.
    Ok((count, u32::try_from(bytes).map_err(|_| Errno::INVAL)?))
}

/// `known` caches both numbers, which never change.
fn sizes(
    memory: Memory,
    known: &AtomicU64,
    measure: impl FnOnce() -> Result<(u32, u32)>,
    count: u32,
    size: u32,
) -> Result {
    let (count, size) = (memory.place(count, 4)?, memory.place(size, 4)?);
    let mut sizes = known.load(Ordering::Relaxed);
    if sizes == 0 {
        let (texts, bytes) = measure()?;
        sizes = u64::from(texts) | u64::from(bytes) << 32;
        known.store(sizes, Ordering::Relaxed);
    }
    count.set((sizes as u32).to_le_bytes());
    size.set(((sizes >> 32) as u32).to_le_bytes());
    Ok(())
}

fn store(memory: Memory, texts: impl Iterator<Item = Text>, pointers: u32, buffer: u32) -> Result {
    let address = |number: u64| u32::try_from(number).map_err(|_| BadPointer::OutOfBounds);
    let mut next = u64::from(buffer);
    // The iterator is not cloned, so that there is one copy of its code. Text that does not fit
    // traps anyway, and partial results are not visible after a trap.
    for (index, text) in (0u32..).zip(texts) {
        let buffer = address(next)?;
        let bytes = memory.bytes(buffer, text.len() as u32 + 1)?;
        let pointer = address(u64::from(pointers) + u64::from(index) * 4)?;
        memory.place(pointer, 4)?.set(buffer.to_le_bytes());
        let len = cells::copy(bytes, text);
        bytes.iter().skip(len).for_each(|end| end.set(0));
        next += bytes.len() as u64;
    }
    Ok(())
}
