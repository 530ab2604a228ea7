//! The address space.

use super::{Errno, Fd, process};
use core::{
    slice,
    sync::atomic::{AtomicUsize, Ordering},
};
use wasi_aot_abi::linux::{advice::*, mapping::*, protection::*};

/// Protection of pages.
pub mod protection {
    /// No access: every access faults.
    pub const NONE: u32 = 0;
    /// Read.
    pub const READ: u32 = super::PROT_READ;
    /// Write.
    pub const WRITE: u32 = super::PROT_WRITE;
}

/// Size of a page in bytes.
pub fn page_size() -> u64 {
    process::auxiliary(process::auxiliary::PAGESZ).unwrap_or(4096) as u64
}

/// Maps anonymous zero pages at exactly `address`; `EEXIST` if something is mapped there.
///
/// # Safety
/// The runtime must own the address range.
pub unsafe fn map_at(address: usize, len: usize, protection: u32) -> Result<(), Errno> {
    // SAFETY: as required of the caller.
    unsafe { map_free(address, len, protection, 0) }
}

/// [`map_at`] with additional flags.
///
/// # Safety
/// As for [`map_at`].
unsafe fn map_free(address: usize, len: usize, protection: u32, flags: u32) -> Result<(), Errno> {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE | flags;
    // SAFETY: the flags prevent it from replacing a mapping.
    let got = unsafe { syscall!(mmap, address, len, protection, flags, -1i32, 0) }?;
    if got == address {
        return Ok(());
    }
    // Before Linux 4.17 the flag is unknown and the address only a hint. SAFETY: this is the new
    // mapping, which nothing uses.
    let _ = unsafe { syscall!(munmap, got, len) };
    Err(Errno::EEXIST)
}

/// Maps anonymous zero pages at exactly `address`, and replaces any mapping there.
///
/// # Safety
/// The runtime must own the address range, and nothing may use it.
pub unsafe fn map_over(address: usize, len: usize, protection: u32) -> Result<(), Errno> {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
    // SAFETY: as required of the caller.
    unsafe { syscall!(mmap, address, len, protection, flags, -1i32, 0) }.map(drop)
}

/// The end of the addresses that belong to [`map_at`] and [`map_stack_apart`]: other mappings are
/// placed elsewhere.
static CLEAR: AtomicUsize = AtomicUsize::new(0);

/// Maps anonymous zero pages at an address that the kernel chooses, for reading and writing.
/// Systems that choose low addresses (emulators, CPUs with few address bits) get a hint, so that
/// the reserved addresses stay clear.
fn map_anywhere(len: usize, flags: u32) -> Result<usize, Errno> {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | flags;
    let protection = protection::READ | protection::WRITE;
    let clear = CLEAR.load(Ordering::Relaxed);
    let mut hint = 0;
    loop {
        // SAFETY: a new mapping affects no other: without MAP_FIXED an address is a hint.
        let got = unsafe { syscall!(mmap, hint, len, protection, flags, -1i32, 0) }?;
        if got >= clear {
            if hint != 0 {
                // The next mapping will need a hint, too, and probably fits after this one.
                CLEAR.store(got + len, Ordering::Relaxed);
            }
            return Ok(got);
        }
        // SAFETY: this is the new mapping, which nothing uses.
        let _ = unsafe { syscall!(munmap, got, len) };
        if hint != 0 {
            return Err(Errno::ENOMEM);
        }
        hint = clear;
    }
}

/// Maps anonymous zero pages at any address, for reading and writing.
pub fn map(len: usize) -> Result<usize, Errno> {
    map_anywhere(len, 0)
}

/// Maps anonymous zero pages for a stack at any address.
pub fn map_stack(len: usize) -> Result<usize, Errno> {
    map_anywhere(len, MAP_NORESERVE | MAP_STACK)
}

/// How far the system's stack reaches below the start block, if its limit is not above that. This
/// is enough for the runtime, and for emulators where there is no limit.
const STACK_REACH: usize = 8 << 20;

/// The limit of the system's stack, if there is one and it is known.
static STACK_LIMIT: AtomicUsize = AtomicUsize::new(0);

/// How far arguments and environment reach above the start block, at most: Linux allows 6 MiB.
const ABOVE: usize = 8 << 20;

/// How far the vDSO and its data reach from its address, at most.
const VDSO_REACH: usize = 1 << 20;

/// Whether the system mapped something of its own in these addresses when it started the process:
/// its stack, or the vDSO. The image does not count.
pub fn is_systems(address: usize, len: usize) -> bool {
    let has = |place: usize, below: usize, above: usize| {
        place > 0
            && address < place.saturating_add(above)
            && place.saturating_sub(below) < address + len
    };
    let vdso = process::auxiliary(process::auxiliary::SYSINFO_EHDR).unwrap_or(0);
    let below = STACK_LIMIT.load(Ordering::Relaxed).max(STACK_REACH);
    has(process::start_block(), below, ABOVE) || has(vdso, VDSO_REACH, VDSO_REACH)
}

/// Whether the executable has pages in these addresses, as its program headers say.
#[cold]
#[inline(never)]
pub fn is_images(address: usize, len: usize) -> bool {
    have_pages(headers(), page_size() as usize, address, len)
}

/// `Elf64_Ehdr`. What does not matter here has names with an underscore.
#[repr(C)]
struct Header {
    _start: [u8; 32],
    program_headers: usize,
    _middle: [u8; 16],
    program_header_count: u16,
}

unsafe extern "C" {
    #[link_name = "__ehdr_start"]
    static HEADER: Header;
}

/// The executable's program headers. The auxiliary vector has their address only since Linux 5.18
/// where the first segment of the file is not the one with the headers.
pub(super) fn headers() -> &'static [ProgramHeader] {
    // SAFETY: the linker places the header there, which says where the others are, and how many.
    unsafe {
        let header = &raw const HEADER;
        let first = header.byte_add((*header).program_headers).cast();
        slice::from_raw_parts(first, (*header).program_header_count.into())
    }
}

/// Where they are in the file.
pub(super) fn headers_offset() -> usize {
    // SAFETY: as for [`headers`].
    unsafe { (&raw const HEADER).read().program_headers }
}

/// `Elf64_Phdr`. What does not matter here has names with an underscore.
#[derive(Default, PartialEq, Eq)]
#[repr(C)]
pub(super) struct ProgramHeader {
    kind: u32,
    flags: u32,
    offset: usize,
    virtual_address: usize,
    _physical_address: usize,
    file_size: usize,
    memory_size: usize,
    _align: usize,
}

impl ProgramHeader {
    /// A header of nothing.
    pub const NONE: ProgramHeader = ProgramHeader {
        kind: 0,
        flags: 0,
        offset: 0,
        virtual_address: 0,
        _physical_address: 0,
        file_size: 0,
        memory_size: 0,
        _align: 0,
    };

    /// Whether the loader maps it, with this permission (`PF_W` and so on).
    pub fn is_loaded(&self, permission: u32) -> bool {
        self.kind == PT_LOAD && self.flags & permission != 0
    }

    /// Where its bytes are in the file.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Its address, its bytes in the file, and its bytes in memory.
    pub fn extent(&self) -> (usize, usize, usize) {
        (self.virtual_address, self.file_size, self.memory_size)
    }
}

const PT_LOAD: u32 = 1;

/// Whether load segments have pages in these addresses.
fn have_pages(headers: &[ProgramHeader], page: usize, address: usize, len: usize) -> bool {
    headers.iter().any(|header| {
        let start = header.virtual_address / page * page;
        let end = header.virtual_address + header.memory_size;
        let is_there = start < address + len && address < end.next_multiple_of(page);
        header.kind == PT_LOAD && is_there
    })
}

/// Lets [`is_systems`] know where the system's stack can be: it grows by faults up to its limit,
/// but not over another mapping. Without a limit a page without access stops it.
pub fn bound_system_stack() -> Result<(), Errno> {
    const RLIMIT_STACK: u32 = 3;
    let mut limits = [u64::MAX; 2];
    // SAFETY: it asks for the two limits, soft and hard, of this process.
    let _ = unsafe { syscall!(prlimit64, 0, RLIMIT_STACK, 0, limits.as_mut_ptr()) };
    if limits[0] != u64::MAX {
        STACK_LIMIT.store(limits[0] as usize, Ordering::Relaxed);
        return Ok(());
    }
    let page = page_size() as usize;
    let end = (process::start_block() - STACK_REACH) / page * page + page;
    // SAFETY: a mapping without access at unmapped addresses affects nothing.
    match unsafe { map_at(end, page, protection::NONE) } {
        // What is there is a bound.
        Err(Errno::EEXIST) => Ok(()),
        result => result,
    }
}

/// Maps zero pages for a stack of at least `len` bytes, a multiple of 16, at a random address, less
/// than `range` bytes above `low`. Returns its first address and its end, which is random, too,
/// within the last page.
///
/// Nothing but the system's own may be mapped in these addresses, and nothing is later: other
/// mappings are placed above `clear`, and above the stack. So the `guard` bytes below it need no
/// mapping.
pub fn map_stack_apart(
    low: usize,
    range: usize,
    (guard, len): (usize, usize),
    clear: usize,
) -> Result<(usize, usize), Errno> {
    let mut random = process::random_at_start() as usize;
    let (protection, page) = (protection::READ | protection::WRITE, page_size() as usize);
    // A stack pointer is a multiple of 16.
    let within = random.rotate_right(32) % page / 16 * 16;
    let mut pages = range / page;
    loop {
        let address = low + random % pages.max(1) * page;
        let mapped = match is_systems(address - guard, guard + len + page) {
            true => Err(Errno::EEXIST),
            // SAFETY: nothing is mapped there, or the call fails.
            false => unsafe { map_free(address, len + page, protection, MAP_STACK) },
        };
        match mapped {
            Ok(()) => {
                CLEAR.store(clear.max(address + len + page), Ordering::Relaxed);
                return Ok((address, address + len + within));
            }
            // The address space may be small, or something of an emulator's may be there.
            Err(Errno::ENOMEM | Errno::EEXIST) if pages > 1 => pages /= 2,
            Err(errno) => return Err(errno),
        }
        random = random.rotate_left(7);
    }
}

/// `mprotect`.
///
/// # Safety
/// Nothing may use the pages in a way that the new protection forbids.
pub unsafe fn protect(address: usize, len: usize, protection: u32) -> Result<(), Errno> {
    // SAFETY: as required of the caller.
    unsafe { syscall!(mprotect, address, len, protection) }.map(drop)
}

/// `munmap`.
///
/// # Safety
/// Nothing may use the pages.
pub unsafe fn unmap(address: usize, len: usize) -> Result<(), Errno> {
    // SAFETY: as required of the caller.
    unsafe { syscall!(munmap, address, len) }.map(drop)
}

/// Reserves address space at any address; its zero pages are allocated on first use.
pub fn reserve(len: usize) -> Result<usize, Errno> {
    map_anywhere(len, MAP_NORESERVE)
}

/// Maps the start of a file at any address, for reading.
pub(super) fn map_file(fd: Fd, len: usize) -> Result<usize, Errno> {
    let address = reserve(len)?;
    let flags = MAP_PRIVATE | MAP_FIXED;
    // SAFETY: the range has just been mapped, and nothing uses it.
    let mapped = unsafe { syscall!(mmap, address, len, protection::READ, flags, fd.0, 0) };
    if mapped.is_err() {
        // SAFETY: as above. A failure only wastes address space.
        let _ = unsafe { unmap(address, len) };
    }
    mapped
}

/// Maps zero pages that this process shares with its children, at any address.
pub fn map_shared(len: usize) -> Result<usize, Errno> {
    const SHARED: u32 = 1;
    let protection = protection::READ | protection::WRITE;
    // SAFETY: a new mapping affects no other.
    unsafe { syscall!(mmap, 0, len, protection, SHARED | MAP_ANONYMOUS, -1i32, 0) }
}

/// Returns the memory of pages to the system; their contents are zero afterwards. Returns `false`
/// if the system refuses.
///
/// # Safety
/// The range must be whole pages of private mappings, whose contents are no longer needed. Pages of
/// a file have its contents afterwards.
pub unsafe fn give_back(address: usize, len: usize) -> bool {
    // SAFETY: as required of the caller.
    unsafe { syscall!(madvise, address, len, MADV_DONTNEED) }.is_ok()
}

/// Leaves a range out of core dumps.
///
/// # Safety
/// The range must be part of a mapping, and start at a page boundary.
pub unsafe fn leave_out_of_dumps(address: usize, len: usize) {
    // SAFETY: as required of the caller; the contents do not change, and failure does not matter.
    let _ = unsafe { syscall!(madvise, address, len, MADV_DONTDUMP) };
}

/// Hints that most of a range will be used, so that larger pages are worthwhile, if the system has
/// them.
///
/// # Safety
/// The range must be part of an anonymous mapping, and start at a page boundary.
pub unsafe fn prefer_large_pages(address: usize, len: usize) {
    // SAFETY: as required of the caller; the contents do not change. It is a hint, so failure does
    // not matter.
    let _ = unsafe { syscall!(madvise, address, len, MADV_HUGEPAGE) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_load_segments_are_known() {
        assert_eq!(size_of::<ProgramHeader>(), 56);
        let header = |kind, virtual_address, memory_size| ProgramHeader {
            kind,
            virtual_address,
            memory_size,
            ..ProgramHeader::default()
        };
        let headers = [header(PT_LOAD, 0x1_2345, 0x10), header(6, 0x2_0000, 0x1000)];
        let have = |address, len| have_pages(&headers, 0x1000, address, len);
        // The whole page of the segment, and no other.
        assert!(have(0x1_2000, 1) && have(0x1_2fff, 1) && have(0x1_0000, 0x2001));
        assert!(!have(0x1_1000, 0x1000) && !have(0x1_3000, 0x1000) && !have(0x2_0000, 0x1000));
        // One across the end of a page has both.
        assert!(have_pages(
            &[header(PT_LOAD, 0x1_2ff0, 0x20)],
            0x1000,
            0x1_3fff,
            1
        ));
    }
}
