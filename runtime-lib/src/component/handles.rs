//! Tables of handles, one for each component instance (Canonical ABI, `Table`, `ResourceHandle`).

use super::{
    calls, instance,
    list::{give_back, grown},
    raise, type_use,
};
use core::{
    ptr,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};
use wasi_aot_abi::{
    Trap,
    component::{
        Handle, INLINE_HANDLES, Instance, MAX_HANDLE_ENTRIES, MAX_HANDLES, NOT_OWNED, Options,
    },
};

/// Number of handles in all instances. A component has one thread.
static HANDLES: AtomicU32 = AtomicU32::new(0);

/// Number of entries in their tables that have ever been in use.
static ENTRIES: AtomicU32 = AtomicU32::new(0);

/// Increments a counter; traps if it is at `most`.
fn count(number: &AtomicU32, most: u32) {
    let now = number.load(Relaxed);
    if now >= most {
        raise(Trap::TooManyHandles);
    }
    number.store(now + 1, Relaxed);
}

/// The handles of a component instance.
#[derive(Clone, Copy)]
pub(super) struct Handles {
    /// No references into it exist, so its fields may be read and written at any time.
    state: *mut Instance,
}

impl Handles {
    /// The handles of the instance with this number.
    pub fn of(number: u32) -> Self {
        Handles {
            state: instance(number),
        }
    }

    /// The entry of a handle that has ever been in use.
    fn slot(self, handle: u32) -> Option<*mut Handle> {
        // SAFETY: see `state`; there are `used` entries.
        unsafe {
            if handle == 0 || handle > (*self.state).used {
                return None;
            }
            let first = match (*self.state).handles {
                mapped if mapped.is_null() => ptr::addr_of_mut!((*self.state).inline).cast(),
                mapped => mapped,
            };
            Some(first.add(handle as usize - 1))
        }
    }

    /// The entry of a handle of this resource type; traps if there is none.
    pub fn get(self, handle: u32, resource: u32) -> *mut Handle {
        // SAFETY: entries that have ever been in use are initialised.
        let resource_of = |slot: *mut Handle| unsafe { (*slot).resource };
        match self.slot(handle).map(|slot| (slot, resource_of(slot))) {
            None | Some((_, 0)) => raise(Trap::UnknownHandle),
            Some((slot, found)) if found == resource + 1 => slot,
            Some(_) => raise(Trap::WrongHandle),
        }
    }

    /// Removes an entry.
    pub fn remove(self, handle: u32) {
        let Some(slot) = self.slot(handle) else {
            return;
        };
        // SAFETY: see `state`.
        unsafe {
            slot.write(Handle {
                resource: 0,
                scope: 0,
                rep: (*self.state).free,
                lends: 0,
            });
            (*self.state).free = handle;
        }
        HANDLES.store(HANDLES.load(Relaxed) - 1, Relaxed);
    }

    /// Adds an entry.
    pub fn insert(self, entry: Handle) -> u32 {
        count(&HANDLES, MAX_HANDLES);
        // SAFETY: see `state`.
        unsafe {
            let free = (*self.state).free;
            let handle = if free == 0 {
                count(&ENTRIES, MAX_HANDLE_ENTRIES);
                self.more();
                (*self.state).used += 1;
                (*self.state).used
            } else {
                free
            };
            let Some(slot) = self.slot(handle) else {
                raise(Trap::TooManyHandles)
            };
            if free != 0 {
                (*self.state).free = (*slot).rep;
            }
            slot.write(entry);
            handle
        }
    }

    /// Makes sure that another entry fits.
    fn more(self) {
        // SAFETY: see `state`.
        unsafe {
            let state = &mut *self.state;
            let (before, capacity) = match state.handles {
                inline if inline.is_null() => (state.inline.as_mut_ptr(), INLINE_HANDLES as u32),
                mapped => (mapped, state.capacity),
            };
            if state.used < capacity {
                return;
            }
            let wanted = capacity * 4;
            let Ok(mapped) = grown(before, capacity as usize, wanted as usize) else {
                raise(Trap::TooManyHandles)
            };
            if !state.handles.is_null() {
                // A failure to unmap only wastes memory.
                let _ = give_back(before, capacity as usize);
            }
            (state.handles, state.capacity) = (mapped, wanted);
        }
    }

    /// Removes an owning handle from the table; returns its representation.
    fn take(self, handle: u32, resource: u32) -> u32 {
        let slot = self.get(handle, resource);
        // SAFETY: the entry is in use.
        let Handle {
            scope, rep, lends, ..
        } = unsafe { slot.read() };
        if scope != 0 {
            raise(Trap::NotOwned);
        }
        if lends != 0 {
            raise(Trap::LentHandle);
        }
        self.remove(handle);
        rep
    }

    /// Adds an owning handle.
    fn own(self, resource: u32, rep: u32) -> u32 {
        self.insert(Handle {
            resource: resource + 1,
            scope: 0,
            rep,
            lends: 0,
        })
    }
}

/// The representation of an `own` parameter of a host function; the caller's handle is removed
/// (`lift_own`).
pub fn lift_own(options: &Options, resource: u32, handle: u32) -> u32 {
    Handles::of(options.instance).take(handle, resource)
}

/// The representation of a `borrow` parameter of a host function (`lift_borrow`). The caller cannot
/// drop it before the function returns, because it cannot run, or cannot be left.
pub fn lift_borrow(options: &Options, resource: u32, handle: u32) -> u32 {
    let slot = Handles::of(options.instance).get(handle, resource);
    // SAFETY: the entry is in use.
    unsafe { (*slot).rep }
}

/// The handle for an `own` result of a host function (`lower_own`).
pub fn lower_own(options: &Options, resource: u32, rep: u32) -> u32 {
    Handles::of(options.instance).own(resource, rep)
}

/// See [`wasi_aot_abi::component::symbols::RESOURCE_NEW`].
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_resource_new(ty: u32, rep: u32) -> u32 {
    let ty = type_use(ty);
    Handles::of(ty.instance).own(ty.resource, rep)
}

/// See [`wasi_aot_abi::component::symbols::RESOURCE_REP`].
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_resource_rep(ty: u32, handle: u32) -> u32 {
    let ty = type_use(ty);
    let slot = Handles::of(ty.instance).get(handle, ty.resource);
    // SAFETY: the entry is in use.
    unsafe { (*slot).rep }
}

/// See [`wasi_aot_abi::component::symbols::RESOURCE_DROP`].
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_resource_drop(ty: u32, handle: u32) -> u64 {
    let ty = type_use(ty);
    let handles = Handles::of(ty.instance);
    // SAFETY: the entry is in use.
    let scope = unsafe { (*handles.get(handle, ty.resource)).scope };
    if scope == 0 {
        return handles.take(handle, ty.resource).into();
    }
    handles.remove(handle);
    calls::dropped(scope);
    NOT_OWNED
}

/// See [`wasi_aot_abi::component::symbols::TRANSFER_OWN`].
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_resource_transfer_own(handle: u32, from: u32, to: u32) -> u32 {
    let (from, to) = (type_use(from), type_use(to));
    let rep = Handles::of(from.instance).take(handle, from.resource);
    Handles::of(to.instance).own(to.resource, rep)
}

/// See [`wasi_aot_abi::component::symbols::TRANSFER_BORROW`].
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_resource_transfer_borrow(handle: u32, from: u32, to: u32) -> u32 {
    let (from, to) = (type_use(from), type_use(to));
    let slot = Handles::of(from.instance).get(handle, from.resource);
    // SAFETY: the entry is in use; nothing in this block changes it.
    let rep = unsafe {
        if (*slot).scope == 0 {
            (*slot).lends += 1;
            calls::lent(from.instance, handle);
        }
        (*slot).rep
    };
    if to.own != 0 {
        return rep;
    }
    Handles::of(to.instance).insert(Handle {
        resource: to.resource + 1,
        scope: calls::borrowed(),
        rep,
        lends: 0,
    })
}

/// Returns a lent handle.
pub(super) fn returned(number: u32, handle: u32) {
    if let Some(slot) = Handles::of(number).slot(handle) {
        // SAFETY: a lent handle is in use.
        unsafe { (*slot).lends -= 1 };
    }
}
