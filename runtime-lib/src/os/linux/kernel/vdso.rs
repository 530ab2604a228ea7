//! Finds functions of the vDSO on first use.

use crate::os::linux::{cpu, process, time::Timespec};
use core::{
    ffi::{CStr, c_char},
    sync::atomic::{AtomicUsize, Ordering},
};

/// The type of the functions: a clock, and the destination of its time or resolution; returns 0 on
/// success.
pub type ClockFunction = unsafe extern "C" fn(clock: u32, time: &mut Timespec) -> i32;

/// `clock_gettime`.
pub static CLOCK_GETTIME: Function = Function::new(cpu::GETTIME);
/// `clock_getres`.
pub static CLOCK_GETRES: Function = Function::new(cpu::GETRES);

/// A function of the vDSO.
pub struct Function {
    name: &'static CStr,
    found: AtomicUsize,
}

/// Not looked up yet; the vDSO or the function does not exist; any other value is its address.
const UNKNOWN: usize = 0;
const NONE: usize = 1;

impl Function {
    const fn new(name: &'static CStr) -> Self {
        Function {
            name,
            found: AtomicUsize::new(UNKNOWN),
        }
    }

    /// The function, if there is one.
    pub fn get(&self) -> Option<ClockFunction> {
        let mut found = self.found.load(Ordering::Relaxed);
        if found == UNKNOWN {
            let image = process::auxiliary(process::auxiliary::SYSINFO_EHDR).filter(|&at| at != 0);
            // SAFETY: the kernel provides the address of a vDSO.
            found = image
                .and_then(|at| unsafe { find(at as *const u8, self.name) })
                .unwrap_or(NONE);
            self.found.store(found, Ordering::Relaxed);
        }
        if found == NONE {
            return None;
        }
        // SAFETY: this is the address of the function with that name, which has this type.
        Some(unsafe { core::mem::transmute::<usize, ClockFunction>(found) })
    }
}

/// `Elf64_Sym`.
#[repr(C)]
struct Symbol {
    name: u32,
    info: u8,
    other: u8,
    section: u16,
    value: usize,
    size: u64,
}

/// The relevant contents of the dynamic section.
struct Dynamic {
    symbols: *const Symbol,
    strings: *const c_char,
    count: usize,
}

/// The address of the function with the name `wanted`.
///
/// # Safety
/// `image` must be the address of a mapped ELF image.
unsafe fn find(image: *const u8, wanted: &CStr) -> Option<usize> {
    // SAFETY: the kernel built the image: all offsets lie within it.
    unsafe {
        let dynamic = dynamic(image)?;
        for index in 0..dynamic.count {
            let symbol = &*dynamic.symbols.add(index);
            let name = CStr::from_ptr(dynamic.strings.add(symbol.name as usize));
            if symbol.section != 0 && name == wanted {
                return Some(image as usize + symbol.value);
            }
        }
    }
    None
}

/// Reads the program headers and the dynamic section. A vDSO is linked at address 0, so
/// addresses in it are offsets.
///
/// # Safety
/// As for [`find`].
unsafe fn dynamic(image: *const u8) -> Option<Dynamic> {
    const PT_DYNAMIC: u32 = 2;
    const DT_HASH: usize = 4;
    const DT_STRTAB: usize = 5;
    const DT_SYMTAB: usize = 6;
    // SAFETY: as in `find`.
    unsafe {
        let headers = image.add(*image.add(32).cast::<usize>());
        let count = usize::from(*image.add(56).cast::<u16>());
        let header = (0..count)
            .map(|index| headers.add(index * 56))
            .find(|header| *header.cast::<u32>() == PT_DYNAMIC)?;
        let mut entry = image
            .add(*header.add(16).cast::<usize>())
            .cast::<[usize; 2]>();
        let (mut symbols, mut strings, mut hash) = (0, 0, 0);
        while (*entry)[0] != 0 {
            match (*entry)[0] {
                DT_SYMTAB => symbols = (*entry)[1],
                DT_STRTAB => strings = (*entry)[1],
                DT_HASH => hash = (*entry)[1],
                _ => {}
            }
            entry = entry.add(1);
        }
        if symbols == 0 || strings == 0 {
            return None;
        }
        let count = if hash == 0 {
            // Without the old hash table: the string table follows the symbols.
            strings.checked_sub(symbols)? / size_of::<Symbol>()
        } else {
            *image.add(hash).cast::<u32>().add(1) as usize
        };
        Some(Dynamic {
            symbols: image.add(symbols).cast(),
            strings: image.add(strings).cast(),
            count,
        })
    }
}
