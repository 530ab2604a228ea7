//! The known addresses of the names to which the program may connect, from its own lookups.

use core::{cell::Cell, net::IpAddr};

/// The maximum of kept addresses; the oldest are dropped.
const MOST: usize = 64;

struct Known {
    /// The grant's index, and the address.
    entries: [Cell<Option<(u32, IpAddr)>>; MOST],
    next: Cell<usize>,
}

// SAFETY: only components look up names, and they have one thread.
unsafe impl Sync for Known {}

static KNOWN: Known = Known {
    entries: [const { Cell::new(None) }; MOST],
    next: Cell::new(0),
};

/// Records an address for the name of a grant.
pub fn add(grant: usize, address: IpAddr) {
    if is(grant, address) {
        return;
    }
    let next = KNOWN.next.get();
    if let Some(entry) = KNOWN.entries.get(next) {
        entry.set(Some((grant as u32, address)));
    }
    KNOWN.next.set((next + 1) % MOST);
}

/// Whether this is a known address for the name of a grant.
pub fn is(grant: usize, address: IpAddr) -> bool {
    let wanted = Some((grant as u32, address.to_canonical()));
    KNOWN.entries.iter().any(|entry| entry.get() == wanted)
}
