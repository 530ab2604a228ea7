//! Options of sockets.

use super::socket::{option, set_option};
use crate::os::{
    Errno,
    socket::{Family, option::Opt},
};

const SECOND: u64 = 1_000_000_000;

/// Sets an option to a positive value, limited to Linux's maximum `most`; `EINVAL` if it is 0.
fn set(number: u32, option: Opt, value: u64, most: u64) -> Result<(), Errno> {
    if value == 0 {
        return Err(Errno::EINVAL);
    }
    set_option(number, option, value.min(most) as u32)
}

/// A time in nanoseconds.
pub fn time(number: u32, opt: Opt) -> Result<u64, Errno> {
    Ok(u64::from(option(number, opt)?) * SECOND)
}

/// The kernel counts whole seconds: fractions are rounded up.
pub fn set_time(number: u32, opt: Opt, value: u64) -> Result<(), Errno> {
    set(number, opt, value.div_ceil(SECOND), i16::MAX as u64)
}

/// Sets a number of messages.
pub fn set_count(number: u32, opt: Opt, value: u32) -> Result<(), Errno> {
    set(number, opt, value.into(), i8::MAX as u64)
}

/// The size of a buffer in bytes. Linux doubles the value that is set, to allow for its own
/// bookkeeping, and returns the doubled value.
pub fn buffer(number: u32, opt: Opt) -> Result<u64, Errno> {
    Ok(u64::from(option(number, opt)?) / 2)
}

/// Sets the size of a buffer. The kernel may reduce it.
pub fn set_buffer(number: u32, opt: Opt, value: u64) -> Result<(), Errno> {
    set(number, opt, value, i32::MAX as u64)
}

fn hops(family: Family) -> Opt {
    match family {
        Family::Ipv4 => Opt::IP_TTL,
        Family::Ipv6 => Opt::IPV6_UNICAST_HOPS,
    }
}

/// The maximum number of routers that a packet passes.
pub fn hop_limit(number: u32, family: Family) -> Result<u8, Errno> {
    Ok(option(number, hops(family))? as u8)
}

/// Sets this number.
pub fn set_hop_limit(number: u32, family: Family, value: u8) -> Result<(), Errno> {
    set(number, hops(family), value.into(), u8::MAX.into())
}
