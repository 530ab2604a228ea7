//! Positions in directories as 31-bit numbers, because C libraries store them in a `long`.
//!
//! The positions of many file systems are that small, and are used as cookies directly. Others,
//! such as ext4, have 63-bit hashes. These are kept in the order of the directory until it is
//! closed, and a cookie is the number of one: it means the same position whatever has been added,
//! removed or read since.

use super::table::{Entry, Table};
use crate::{mapped, os::Fd, thread};
use core::{
    hint, ptr, slice,
    sync::atomic::{
        AtomicPtr, AtomicUsize,
        Ordering::{AcqRel, Relaxed},
    },
};

/// Cookies from this value on are numbers of kept positions. Smaller ones are positions.
const NUMBERS: u64 = 1 << 30;

/// Cookies from this value on are positions again: those that could not be kept.
const POSITIONS: u64 = 1 << 31;

/// The initial number of kept positions: a page.
const FIRST: usize = 256;

/// The maximum of kept positions for all open directories together: 32 MiB.
const MOST: usize = 1 << 21;

/// The number of consecutive removed entries up to which a position that is read again is found.
/// After more removals the following positions are kept a second time.
const NEAR: u32 = 256;

/// A kept position. Number 0 is the start of the directory.
#[derive(Clone, Copy)]
struct Place {
    position: u64,
    /// The number of the next position in the directory; 0: none.
    next: u32,
}

/// The kept positions of a directory.
#[derive(Clone, Copy)]
struct Kept {
    /// Null: none.
    places: *mut Place,
    capacity: usize,
    used: usize,
}

impl Entry for Kept {
    const FREE: Kept = Kept {
        places: ptr::null_mut(),
        capacity: 0,
        used: 0,
    };

    fn is_free(&self) -> bool {
        self.places.is_null()
    }
}

/// The kept positions by the kernel's descriptors. Accessed under [`thread::lock`].
static KEPT: Table<Kept> = Table::new();

/// Number of positions for which memory is allocated.
static ROOM: AtomicUsize = AtomicUsize::new(0);

/// Memory for [`FIRST`] positions from a closed directory, for the next one: most programs read
/// directories one after the other.
static SPARE: AtomicPtr<Place> = AtomicPtr::new(ptr::null_mut());

/// The cookies of a directory during one call, which has exclusive use of it
/// ([`thread::exclusive`]).
pub struct Cookies {
    dir: Fd,
    kept: Kept,
    /// The number of the last position that was returned.
    last: u32,
}

impl Cookies {
    /// The cookies of the directory `dir`.
    pub fn of(dir: Fd) -> Cookies {
        let _held = thread::lock();
        Cookies {
            dir,
            kept: KEPT.read(dir.0 as usize).unwrap_or(Kept::FREE),
            last: 0,
        }
    }

    /// The position for a cookie, at which reading continues; `None` for a cookie that was never
    /// returned.
    pub fn position(&mut self, cookie: u64) -> Option<u64> {
        if !(NUMBERS..POSITIONS).contains(&cookie) {
            return Some(cookie);
        }
        let number = (cookie - NUMBERS) as u32;
        let place = *self.places().get(number as usize)?;
        self.last = number;
        Some(place.position)
    }

    /// The cookie for the position after the next entry.
    pub fn cookie(&mut self, position: u64) -> u64 {
        if position < NUMBERS {
            return position;
        }
        match self.find(position).or_else(|| self.add(position)) {
            Some(number) => {
                self.last = number;
                NUMBERS + u64::from(number)
            }
            None => position,
        }
    }

    /// Stores the changes. Every call ends with it.
    pub fn keep(self) {
        let _held = thread::lock();
        KEPT.write(self.dir.0 as usize, self.kept);
    }

    fn places(&mut self) -> &mut [Place] {
        match self.kept.places.is_null() {
            true => &mut [],
            // SAFETY: this number of positions is in use, and only the call with exclusive use of
            // the directory accesses them.
            false => unsafe { slice::from_raw_parts_mut(self.kept.places, self.kept.used) },
        }
    }

    /// The number of a position that has been returned before.
    fn find(&mut self, position: u64) -> Option<u32> {
        let mut number = self.last;
        let places = self.places();
        for _ in 0..NEAR {
            number = places.get(number as usize)?.next;
            if number == 0 {
                return None;
            }
            if places.get(number as usize)?.position == position {
                return Some(number);
            }
        }
        None
    }

    /// Keeps a position after the last one that was returned; returns its number. `None` if the
    /// limit is reached.
    fn add(&mut self, position: u64) -> Option<u32> {
        if self.kept.used == self.kept.capacity {
            self.grow()?;
        }
        let (last, number) = (self.last as usize, self.kept.used);
        self.kept.used += 1;
        let places = self.places();
        let next = places.get_mut(last)?;
        let place = Place {
            position,
            next: next.next,
        };
        next.next = number as u32;
        *places.get_mut(number)? = place;
        Some(number as u32)
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) -> Option<()> {
        let Kept {
            places,
            capacity,
            used,
        } = self.kept;
        if places.is_null() {
            let _held = thread::lock();
            KEPT.reach(self.dir.0 as usize).ok()?;
        }
        let wanted = (capacity * 2).max(FIRST);
        let grown = allocate(wanted)?;
        // SAFETY: the new memory holds twice as many positions as the old, and does not overlap it;
        // zeros are a valid first position.
        unsafe {
            if places.is_null() {
                grown.write(Place {
                    position: 0,
                    next: 0,
                });
            } else {
                ptr::copy_nonoverlapping(places, grown, used);
            }
        }
        free(places, capacity);
        self.kept = Kept {
            places: grown,
            capacity: wanted,
            used: used.max(1),
        };
        ACTIVE.store(hint::black_box(&raw const CLOSING).cast_mut(), Relaxed);
        Some(())
    }
}

/// Allocates memory for this number of positions.
fn allocate(count: usize) -> Option<*mut Place> {
    if count == FIRST {
        let spare = SPARE.swap(ptr::null_mut(), AcqRel);
        if !spare.is_null() {
            return Some(spare);
        }
    }
    if ROOM.fetch_add(count, Relaxed) + count > MOST {
        ROOM.fetch_sub(count, Relaxed);
        return None;
    }
    match mapped::map(count * size_of::<Place>()) {
        Ok(mapped) => Some(ptr::with_exposed_provenance_mut(mapped)),
        Err(_) => {
            ROOM.fetch_sub(count, Relaxed);
            None
        }
    }
}

/// Frees it.
fn free(mut places: *mut Place, count: usize) {
    if count == FIRST {
        places = SPARE.swap(places, AcqRel);
    }
    if places.is_null() {
        return;
    }
    ROOM.fetch_sub(count, Relaxed);
    // SAFETY: `allocate` mapped it with this size, and nothing refers to it any longer.
    let _ = unsafe { mapped::unmap(places.expose_provenance(), count * size_of::<Place>()) };
}

/// The action before a descriptor is closed. Only code that keeps positions refers to it: other
/// programs contain nothing of this file except a test.
struct Closing {
    forget: fn(Fd),
}

static CLOSING: Closing = Closing { forget };

/// [`CLOSING`], once a position is kept.
static ACTIVE: AtomicPtr<Closing> = AtomicPtr::new(ptr::null_mut());

fn forget(fd: Fd) {
    let kept = {
        let _held = thread::lock();
        let kept = KEPT.read(fd.0 as usize).unwrap_or(Kept::FREE);
        KEPT.write(fd.0 as usize, Kept::FREE);
        kept
    };
    free(kept.places, kept.capacity);
}

/// The kernel's descriptor `fd` is about to be closed: its number may soon belong to another
/// directory.
#[inline(always)]
pub fn closing(fd: Fd) {
    // SAFETY: it is null, or a static that does not change.
    if let Some(closing) = unsafe { ACTIVE.load(Relaxed).as_ref() } {
        (closing.forget)(fd);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    /// Positions of the form that ext4 has.
    fn positions(count: u64) -> Vec<u64> {
        let hash = |index: u64| (index << 40) | (index * 0x9e37 % 0xffff_ffff);
        (1..=count).map(hash).collect()
    }

    /// The cookies that a call returns from `cookie` on: one for each position.
    fn told(dir: Fd, cookie: u64, positions: &[u64]) -> Vec<u64> {
        let mut cookies = Cookies::of(dir);
        cookies.position(cookie).unwrap();
        let all = positions.iter().map(|&position| cookies.cookie(position));
        let all = all.collect();
        cookies.keep();
        all
    }

    fn position(dir: Fd, cookie: u64) -> Option<u64> {
        Cookies::of(dir).position(cookie)
    }

    #[test]
    fn a_cookie_leads_to_its_position_whatever_was_read_since() {
        let (dir, all) = (Fd(1001), positions(5000));
        let first = told(dir, 0, &all);
        assert!(first.iter().all(|&cookie| cookie <= i32::MAX as u64));
        // Reading again gives the same cookies, and takes no more memory. Then entries are removed,
        // then others added.
        assert_eq!(told(dir, 0, &all), first);
        let fewer: Vec<u64> = all
            .iter()
            .copied()
            .filter(|position| position % 3 != 0)
            .collect();
        told(dir, 0, &fewer);
        assert_eq!(Cookies::of(dir).kept.used, 5001);
        let more: Vec<u64> = all
            .iter()
            .flat_map(|&position| [position - 1, position])
            .collect();
        let last = told(dir, 0, &more);
        assert_eq!(Cookies::of(dir).kept.used, 10001);
        assert_eq!(told(dir, 0, &more), last);
        for (cookie, expected) in first.iter().zip(&all).chain(last.iter().zip(&more)) {
            assert_eq!(position(dir, *cookie), Some(*expected));
        }
        closing(dir);
        assert!(Cookies::of(dir).kept.is_free());
    }

    #[test]
    fn reading_goes_on_at_a_cookie_in_the_order_of_the_directory() {
        let (dir, all) = (Fd(1002), positions(100));
        let first = told(dir, 0, &all);
        // A new entry after the tenth, and a call that ends with it.
        let new = told(dir, first[9], &[all[9] + 1]);
        assert_eq!(told(dir, new[0], &all[10..]), first[10..]);
        assert_eq!(
            told(dir, first[8], &[all[9], all[9] + 1, all[10]]),
            [first[9], new[0], first[10]]
        );
        closing(dir);
    }

    #[test]
    fn small_positions_are_cookies_and_need_nothing() {
        let dir = Fd(1003);
        let all = [1, 2, NUMBERS - 1];
        assert_eq!(told(dir, 0, &all), all);
        assert!(Cookies::of(dir).kept.is_free());
        assert_eq!(position(dir, NUMBERS - 1), Some(NUMBERS - 1));
    }

    #[test]
    fn a_cookie_that_was_never_given_out_leads_nowhere() {
        let dir = Fd(1004);
        assert_eq!(position(dir, NUMBERS + 7), None);
        let last = *told(dir, 0, &positions(3)).last().unwrap();
        assert_eq!(position(dir, last + 1), None);
        assert_eq!(position(dir, u64::MAX), Some(u64::MAX));
        closing(dir);
    }

    #[test]
    fn where_there_is_no_room_the_position_is_the_cookie() {
        let (dir, far) = (Fd(1005), u64::MAX / 2);
        let most = ROOM.fetch_add(MOST, Relaxed);
        let mut cookies = Cookies::of(dir);
        // Other tests may have left memory for a first page.
        let told: Vec<u64> = (0..=FIRST as u64)
            .map(|index| cookies.cookie(far + index))
            .collect();
        cookies.keep();
        ROOM.fetch_sub(MOST, Relaxed);
        assert!(most < MOST);
        assert_eq!(told.last(), Some(&(far + FIRST as u64)));
        assert_eq!(position(dir, far), Some(far));
        closing(dir);
    }
}
