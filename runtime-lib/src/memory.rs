//! Regions: linear memories and growing tables, mapped at start and grown on demand.

use crate::{
    fatal::bug,
    os::{
        Errno,
        memory::{
            bound_system_stack, is_images, is_systems, leave_out_of_dumps, map_at, map_over,
            page_size, protect, protection, unmap,
        },
    },
    program::{config, program, slice},
    thread::Lock,
};
use core::{
    hint, ptr,
    sync::atomic::{AtomicPtr, AtomicU64, Ordering},
};
use wasi_aot_abi::{MAX_TABLE_ELEMENTS, Region, WASM_PAGE, program::Initial};

/// Held while a region grows.
static GROWING: Lock = Lock::new();

/// For each region: the end of the pages after it that a server keeps without access, with zeros,
/// from one instance to the next; null: there is no server.
static KEPT: AtomicPtr<usize> = AtomicPtr::new(ptr::null_mut());

/// What a server does in place of [`map_growth`]. Only servers refer to it: other programs contain
/// nothing of it except a test.
struct Keeping {
    map: unsafe fn(&Region, usize, usize) -> Result<(), Errno>,
}

static KEEPING: Keeping = Keeping { map: map_or_take };

/// [`KEEPING`], once pages are kept.
static ACTIVE: AtomicPtr<Keeping> = AtomicPtr::new(ptr::null_mut());

/// Starts to keep pages: see `KEPT`.
///
/// # Safety
/// `kept` must point to a word for each region, initially 0, for the life of the process, which
/// must have one thread.
pub unsafe fn keep(kept: *mut usize) {
    KEPT.store(kept, Ordering::Relaxed);
    // If the optimizer knew the only value, all programs that grow would contain the function.
    let keeping = hint::black_box(&raw const KEEPING);
    ACTIVE.store(keeping.cast_mut(), Ordering::Relaxed);
}

/// Maps the pages from `from` to `to`, by which a region grows.
///
/// # Safety
/// They must be the region's own, in no use.
unsafe fn map_growth(region: &Region, from: usize, to: usize) -> Result<(), Errno> {
    // SAFETY: it is null, or a static that does not change; everything else is required of the
    // caller.
    unsafe {
        match ACTIVE.load(Ordering::Relaxed).as_ref() {
            Some(keeping) => (keeping.map)(region, from, to),
            None => map_part(from, to - from, image_end()),
        }
    }
}

/// Makes the pages accessible that are kept, and maps the others: all of them, or none.
///
/// # Safety
/// As for [`map_growth`].
unsafe fn map_or_take(region: &Region, from: usize, to: usize) -> Result<(), Errno> {
    let kept = kept_end(region).clamp(from, to);
    if kept < to {
        // SAFETY: as required of the caller.
        unsafe { map_part(kept, to - kept, image_end()) }?;
        set_apart(kept, to - kept);
    }
    if from < kept {
        // SAFETY: these pages are mapped for the region, and nothing uses them.
        let opened = unsafe { protect(from, kept - from, ACCESSIBLE) };
        opened.inspect_err(|_| {
            // SAFETY: as above. Pages beyond the size must not stay accessible.
            let closed = unsafe { protect(from, kept - from, protection::NONE) };
            // SAFETY: they have just been mapped.
            let unmapped = kept == to || unsafe { unmap(kept, to - kept) }.is_ok();
            if closed.is_err() || !unmapped {
                bug(b"memory beyond its size stays accessible");
            }
        })?;
    }
    Ok(())
}

/// The end of the pages that are kept for a region; 0: there are none.
fn kept_end(region: &Region) -> usize {
    let kept = KEPT.load(Ordering::Relaxed);
    if kept.is_null() {
        return 0;
    }
    // SAFETY: the region is one of the program's.
    unsafe { *kept.offset(ptr::from_ref(region).offset_from(program().regions)) }
}

/// The number of times that regions have been mapped to grow.
static STEPS: AtomicU64 = AtomicU64::new(0);

/// Keeps the kernel from joining what a server has mapped for growth with what is before it: the
/// next instance probably grows by the same steps, and access to a whole mapping changes faster.
fn set_apart(address: usize, bytes: usize) {
    if STEPS.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) {
        // SAFETY: the range is a mapping of its own.
        unsafe { leave_out_of_dumps(address, bytes) };
    }
}

/// Bytes by which regions have grown.
static GROWN: AtomicU64 = AtomicU64::new(0);

/// Bytes by which tables have grown. No table grows in a program with threads.
static TABLES_GROWN: AtomicU64 = AtomicU64::new(0);

const ACCESSIBLE: u32 = protection::READ | protection::WRITE;

/// The reason why a region could not be mapped.
#[derive(Debug)]
pub struct Refused {
    /// First address of the part.
    pub address: usize,
    /// Size of the part in bytes.
    pub bytes: usize,
    /// The kernel's reason.
    pub errno: Errno,
}

fn round_up(bytes: u64, page: u64) -> u64 {
    // Sizes of regions are far below 2^64, so this cannot overflow.
    bytes.wrapping_add(page - 1) & !(page - 1)
}

/// Gives the state its initial contents. The loader has mapped it: all of it is zero.
///
/// # Safety
/// Must be called once, before anything uses the state.
pub unsafe fn fill_state() {
    // SAFETY: as required of the caller.
    unsafe { copy(&program().state) }
}

/// Maps what the loader did not map: in each region, the gaps between the image's pieces, up to the
/// size in use. Then copies the contents that the loader did not map.
///
/// Accesses beyond the size fault, up to the region's `reach`, because nothing else is there:
///
/// - A region is refused where the system has mappings of its own, other than the image. The
///   system's stack does not grow into regions ([`bound_system_stack`]).
/// - All later mappings are the runtime's own, and lie above the regions
///   ([`crate::os::memory::map_stack_apart`]).
///
/// # Safety
/// Must be called once, after [`fill_state`], before the program runs.
pub unsafe fn lay_out() -> Result<(), Refused> {
    // SAFETY: the program has this number of regions; nothing changes them now.
    let regions = unsafe { slice(program().regions, program().region_count as usize) };
    let (page, image_end) = (page_size(), image_end());
    if !regions.is_empty() {
        let (address, bytes) = (program().regions_end, page as usize);
        bound_system_stack().map_err(|errno| Refused {
            address,
            bytes,
            errno,
        })?;
    }
    for region in regions {
        // SAFETY: as required of the caller.
        unsafe { lay_out_region(region, page, image_end)? };
    }
    // SAFETY: this is read-only data of the program.
    for contents in unsafe { slice(program().contents, program().content_count) } {
        // SAFETY: the contents are within the sizes in use, which are mapped now.
        unsafe { copy(contents) };
    }
    Ok(())
}

/// The bytes from a region's base in which nothing else may be mapped if `bytes` are in use: its
/// reservation, or a guard of one page.
fn reach(region: &Region, bytes: u64) -> usize {
    region.reserved.max(round_up(bytes, WASM_PAGE) + WASM_PAGE) as usize
}

/// # Safety
/// The place must be writable, and nothing may use it.
unsafe fn copy(initial: &Initial) {
    // SAFETY: as required of the caller; the bytes are read-only data of the program.
    unsafe { ptr::copy_nonoverlapping(initial.from, initial.to, initial.bytes) }
}

/// The end of everything that the loader has mapped: the end of the regions' pieces, or of the
/// state if that is higher.
fn image_end() -> usize {
    let end = |index| {
        // SAFETY: the program has this number of regions; their pieces do not change.
        let (base, pieces, count) = unsafe {
            let region = program().regions.add(index);
            ((*region).base, (*region).pieces, (*region).piece_count)
        };
        // SAFETY: this is read-only data of the program.
        let pieces = unsafe { slice(pieces, count as usize) };
        pieces.last().map_or(0, |piece| {
            base as usize + (piece.offset + piece.bytes) as usize
        })
    };
    let regions = 0..program().region_count as usize;
    // The state is part of every image.
    regions
        .map(end)
        .fold(program().regions as usize, usize::max)
}

/// Maps a part of a region, or the heap, at unmapped addresses.
///
/// # Safety
/// The addresses must be reserved for it by the compiler.
unsafe fn map_part(address: usize, bytes: usize, image_end: usize) -> Result<(), Errno> {
    // SAFETY: as required of the caller.
    match unsafe { map_at(address, bytes, ACCESSIBLE) } {
        // qemu reserves the addresses between an executable's segments; nothing but the segments
        // themselves can be mapped there.
        Err(Errno::EEXIST) if address + bytes <= image_end && !is_images(address, bytes) => {
            // SAFETY: as required of the caller; these pages do not belong to the image.
            unsafe { map_over(address, bytes, ACCESSIBLE) }
        }
        result => result,
    }
}

/// Maps a part of the address space, readable and writable, at unmapped addresses.
///
/// # Safety
/// The compiler must have reserved the addresses for it.
pub unsafe fn map_new(address: usize, bytes: usize) -> Result<(), Errno> {
    // SAFETY: as required of the caller.
    unsafe { map_part(address, bytes, image_end()) }
}

/// Maps one region. `image_end`: the end of the image.
///
/// # Safety
/// As for [`lay_out`].
unsafe fn lay_out_region(region: &Region, page: u64, image_end: usize) -> Result<(), Refused> {
    let map = |from: u64, to: u64| {
        if from >= to {
            return Ok(());
        }
        let (address, bytes) = (region.base as usize + from as usize, (to - from) as usize);
        // SAFETY: the compiler has reserved the region's addresses for it.
        let mapped = unsafe { map_part(address, bytes, image_end) };
        mapped.map_err(|errno| Refused {
            address,
            bytes,
            errno,
        })
    };
    let (address, bytes) = (region.base as usize, reach(region, region.in_use()));
    if is_systems(address, bytes) {
        return Err(Refused {
            address,
            bytes,
            errno: Errno::EEXIST,
        });
    }
    let used = round_up(region.in_use(), page);
    let mut mapped = 0;
    // SAFETY: this is read-only data of the program.
    for piece in unsafe { slice(region.pieces, region.piece_count as usize) } {
        map(mapped, piece.offset)?;
        mapped = round_up(piece.offset + piece.bytes, page);
    }
    map(mapped, used)
}

/// Sets the limit of all linear memories together to `bytes`, where their types and the code allow
/// growth. Returns the remaining growth ([`wasi_aot_abi::Config::max_growth`]), or `None` if the
/// memories are larger already.
///
/// # Safety
/// Must be called before the program runs.
pub unsafe fn limit(bytes: u64) -> Option<u64> {
    let program = program();
    let mut left = bytes;
    for index in 0..program.region_count as usize {
        // SAFETY: the program has this number of regions; everything else is required of the
        // caller.
        let region = unsafe { &mut *program.regions.add(index) };
        if region.maximum == 0 {
            continue;
        }
        left = left.checked_sub(region.in_use())?;
        region.limit = region.maximum.min(bytes / WASM_PAGE * WASM_PAGE);
    }
    Some(left)
}

/// Grows a table by `delta` bytes. Returns the old size, or `u64::MAX` as [`wasi_aot_region_grow`]
/// does, or if all tables together would grow by more than [`MAX_TABLE_ELEMENTS`].
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_table_grow(region: &Region, delta: u64) -> u64 {
    let grown = TABLES_GROWN.load(Ordering::Relaxed).saturating_add(delta);
    if grown > MAX_TABLE_ELEMENTS * size_of::<u64>() as u64 {
        return u64::MAX;
    }
    let old = wasi_aot_region_grow(region, delta);
    if old != u64::MAX {
        TABLES_GROWN.store(grown, Ordering::Relaxed);
    }
    old
}

/// Grows `region` by `delta` bytes. Returns the old size, or `u64::MAX` if a limit or the kernel
/// prevents it.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_region_grow(region: &Region, delta: u64) -> u64 {
    grow(region, delta).unwrap_or(u64::MAX)
}

fn grow(region: &Region, delta: u64) -> Option<u64> {
    let _others_wait = GROWING.hold();
    let old = region.in_use();
    let new = old.checked_add(delta).filter(|&new| new <= region.limit)?;
    // Each addend is at most a region's size, which is far below 2^64.
    let grown = GROWN.load(Ordering::Relaxed).wrapping_add(delta);
    if grown > config().max_growth {
        return None;
    }
    let page = page_size();
    // The image's last page may be larger than this machine's: it was mapped as a whole.
    let (from, to) = (round_up(old, page).max(region.image), round_up(new, page));
    if from < to {
        let (address, bytes) = (region.base as usize + from as usize, (to - from) as usize);
        if is_systems(region.base as usize, reach(region, new)) {
            return None;
        }
        // SAFETY: these are the region's own addresses, where nothing is mapped.
        unsafe { map_growth(region, address, address + bytes) }.ok()?;
    }
    GROWN.store(grown, Ordering::Relaxed);
    region.bytes.store(new, Ordering::Release);
    Some(old)
}

/// The region that contains `address`, including its reservation or the page after it.
pub fn region_at(address: usize) -> Option<&'static Region> {
    let program = program();
    (0..program.region_count as usize)
        // SAFETY: the program has this number of regions; only their sizes change, and not at this
        // time.
        .map(|index| unsafe { &*program.regions.add(index) })
        .find(|region| address.wrapping_sub(region.base as usize) < reach(region, region.in_use()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasi_aot_abi::program::Piece;

    /// A region at an address that nothing else in the test process uses.
    fn region(base: usize, bytes: u64, limit: u64, reserved: u64) -> Region {
        Region {
            base: base as *mut u8,
            bytes: bytes.into(),
            limit,
            maximum: 0,
            reserved,
            image: 0,
            pieces: ptr::null(),
            piece_count: 0,
        }
    }

    #[test]
    fn a_guarded_region_grows_to_its_limit() {
        let region = region(0x1000_0000_0000, WASM_PAGE, 3 * WASM_PAGE, 8 << 30);
        // SAFETY: nothing else is mapped there.
        unsafe { lay_out_region(&region, page_size(), 0) }.expect("address space");
        assert_eq!(wasi_aot_region_grow(&region, 2 * WASM_PAGE), WASM_PAGE);
        // SAFETY: this is the last byte of the region.
        unsafe {
            region
                .base
                .add(3 * WASM_PAGE as usize - 1)
                .write_volatile(1)
        };
        assert_eq!(wasi_aot_region_grow(&region, 0), 3 * WASM_PAGE);
        assert_eq!(wasi_aot_region_grow(&region, 1), u64::MAX);
        assert_eq!(wasi_aot_region_grow(&region, u64::MAX), u64::MAX);
        assert_eq!(region.in_use(), 3 * WASM_PAGE);
    }

    #[test]
    fn a_region_without_reservation_grows_by_bytes() {
        let region = region(0x1100_0000_0000, 1, 1 << 20, 0);
        // SAFETY: nothing else is mapped there.
        unsafe { lay_out_region(&region, page_size(), 0) }.expect("address space");
        assert_eq!(wasi_aot_region_grow(&region, 5), 1);
        assert_eq!(wasi_aot_region_grow(&region, 200_000), 6);
        // SAFETY: this is the last byte of the region.
        unsafe { region.base.add(200_005).write_volatile(1) };
        assert_eq!(region.in_use(), 200_006);
    }

    #[test]
    fn what_grows_over_the_end_of_its_image_is_mapped_behind_it() {
        let mut region = region(0x1500_0000_0000, 8, 1 << 20, 0);
        region.image = WASM_PAGE;
        // SAFETY: nothing else is mapped there; this simulates the loader.
        unsafe { map_at(0x1500_0000_0000, WASM_PAGE as usize, ACCESSIBLE) }.expect("address space");
        assert_eq!(wasi_aot_region_grow(&region, 8), 8);
        assert_eq!(wasi_aot_region_grow(&region, WASM_PAGE), 16);
        // SAFETY: this is the last byte of the region.
        unsafe { region.base.add(WASM_PAGE as usize + 15).write_volatile(1) };
    }

    #[test]
    fn a_taken_address_is_refused() {
        let first = region(0x1200_0000_0000, WASM_PAGE, WASM_PAGE, WASM_PAGE);
        // SAFETY: nothing else is mapped there.
        unsafe { lay_out_region(&first, page_size(), 0) }.expect("address space");
        // SAFETY: the call fails, and leaves the mapping unchanged.
        let refused = unsafe { lay_out_region(&first, page_size(), 0) }.expect_err("it is taken");
        assert_eq!(
            (refused.address, refused.errno),
            (0x1200_0000_0000, Errno::EEXIST)
        );
    }

    #[test]
    fn what_an_emulator_reserves_in_the_image_is_replaced() {
        let inside = region(0x1400_0000_0000, WASM_PAGE, WASM_PAGE, 2 * WASM_PAGE);
        // SAFETY: nothing else is mapped there; this simulates the loader.
        unsafe { map_at(0x1400_0000_0000, 0x4_0000, protection::NONE) }.expect("address space");
        // SAFETY: nothing is mapped there except the simulated loader's reservation.
        unsafe { lay_out_region(&inside, page_size(), 0x1400_0004_0000) }.expect("it is replaced");
        // SAFETY: this is within the region.
        unsafe { inside.base.write_volatile(1) };
    }

    #[test]
    fn only_gaps_between_pieces_are_mapped() {
        let pieces = [Piece {
            offset: 0x1_0000,
            bytes: 0x1_0000,
        }];
        let mut region = region(0x1300_0000_0000, 3 * WASM_PAGE, 3 * WASM_PAGE, 1 << 20);
        region.pieces = pieces.as_ptr();
        region.piece_count = 1;
        // SAFETY: nothing else is mapped there; this simulates the loader.
        unsafe { map_at(0x1300_0001_0000, 0x1_0000, ACCESSIBLE) }.expect("address space");
        // SAFETY: the piece is already mapped and stays unchanged.
        unsafe { lay_out_region(&region, page_size(), 0) }.expect("only gaps are mapped");
        for page in 0..3 {
            // SAFETY: this is within the region.
            unsafe { region.base.add(page * 0x1_0000).write_volatile(1) };
        }
    }
}
