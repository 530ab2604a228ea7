//! Path lookups in C libraries: they search the granted directories themselves, and make no call if
//! none contains the path.

use crate::{
    host::notes::{self, Shown},
    thread,
    wasi::memory::Memory,
};
use wasi_aot_abi::Region;

/// Records a C library's lookup of the path at an address in memory; see
/// [`wasi_aot_abi::symbols::LOOKED_UP`].
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_looked_up(region: Option<&Region>, path: u64, found: u64) {
    let _call = thread::enter();
    let path = Shown::of(Memory::new(region).from(path as u32));
    let found = found as u32;
    notes::looked_up(&path, (found != u32::MAX).then_some(found));
}
