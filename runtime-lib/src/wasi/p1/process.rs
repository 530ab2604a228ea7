//! `proc_raise`, `sched_yield`, `random_get`.

use super::{Errno, Memory, Result};
use crate::{host::random, os::process};

pub fn proc_raise(_: Memory, signal: u32) -> Result {
    // Preview 1 numbers signals as Linux does, but omits SIGSTKFLT (16).
    match signal {
        0 => Ok(()),
        1..16 => Ok(process::kill_self(signal)?),
        16..31 => Ok(process::kill_self(signal + 1)?),
        _ => Err(Errno::INVAL.into()),
    }
}

pub fn sched_yield(_: Memory) -> Result {
    Ok(process::sched_yield()?)
}

pub fn random_get(memory: Memory, buf: u32, buf_len: u32) -> Result {
    Ok(random::fill(memory.bytes(buf, buf_len)?)?)
}
