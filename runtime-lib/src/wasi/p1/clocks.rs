//! `clock_*`.

use super::{Errno, Memory, Result};
use crate::{host::clock, os::time::Clock};

/// `clockid`.
pub fn clock(id: u32) -> Result<Clock> {
    Ok(match id {
        0 => Clock::Realtime,
        1 => Clock::Monotonic,
        2 => Clock::ProcessCpu,
        3 => Clock::ThreadCpu,
        _ => return Err(Errno::INVAL.into()),
    })
}

pub fn clock_res_get(memory: Memory, id: u32, resolution: u32) -> Result {
    let place = memory.place(resolution, 8)?;
    place.set(clock::resolution(clock(id)?)?.to_le_bytes());
    Ok(())
}

pub fn clock_time_get(memory: Memory, id: u32, _precision: u64, time: u32) -> Result {
    let place = memory.place(time, 8)?;
    place.set(clock::now(clock(id)?)?.to_le_bytes());
    Ok(())
}
