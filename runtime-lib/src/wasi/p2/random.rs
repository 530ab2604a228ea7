//! `wasi:random`. All bytes come from the kernel, including those that need not be secure.

use super::{
    Host,
    generated::random::{insecure, insecure_seed, random},
};
use crate::{
    canonical::{Call, Stored},
    fatal::bug,
    host,
};
use core::cell::Cell;

fn fill(into: &[Cell<u8>]) {
    if host::random::fill(into).is_err() {
        bug(b"the system has no random bytes");
    }
}

fn bytes(call: &Call<'_>, len: u64) -> Stored<[u8]> {
    // A length beyond the address space traps, like one that cannot be allocated.
    let (stored, cells) = call.bytes(usize::try_from(len).unwrap_or(usize::MAX));
    fill(cells);
    stored
}

fn number() -> u64 {
    let bytes = [const { Cell::new(0) }; 8];
    fill(&bytes);
    u64::from_le_bytes(bytes.map(Cell::into_inner))
}

impl random::Functions for Host {
    fn get_random_bytes(call: &Call<'_>, len: u64) -> Stored<[u8]> {
        bytes(call, len)
    }

    fn get_random_u64(_: &Call<'_>) -> u64 {
        number()
    }
}

impl insecure::Functions for Host {
    fn get_insecure_random_bytes(call: &Call<'_>, len: u64) -> Stored<[u8]> {
        bytes(call, len)
    }

    fn get_insecure_random_u64(_: &Call<'_>) -> u64 {
        number()
    }
}

impl insecure_seed::Functions for Host {
    fn insecure_seed(_: &Call<'_>) -> (u64, u64) {
        (number(), number())
    }
}
