//! The program that this executable holds.

use core::{
    cell::UnsafeCell,
    mem::MaybeUninit,
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};
use wasi_aot_abi::{Config, Dir, Program, Str, program::Embed};

unsafe extern "C" {
    #[link_name = "wasi_aot_program"]
    static PROGRAM: Program;
}

/// The program.
pub fn program() -> &'static Program {
    // SAFETY: the program object defines it, read-only.
    unsafe { &PROGRAM }
}

/// The configuration that holds instead of the program's own; null: none.
static CONFIG: AtomicPtr<Config> = AtomicPtr::new(ptr::null_mut());

struct Changed(UnsafeCell<MaybeUninit<Config>>);

// SAFETY: written by `set_config` alone, before the program starts.
unsafe impl Sync for Changed {}

static CHANGED: Changed = Changed(UnsafeCell::new(MaybeUninit::uninit()));

/// Its grants, limits and names.
pub fn config() -> &'static Config {
    let changed = CONFIG.load(Ordering::Relaxed).cast_const();
    let config = if changed.is_null() {
        program().config
    } else {
        changed
    };
    // SAFETY: the program object defines it, read-only, as is what was set.
    unsafe { &*config }
}

/// Makes `config` hold from now on.
///
/// # Safety
/// Called before the program starts, while nobody holds what [`config`] returned.
pub unsafe fn set_config(config: &Config) {
    let place = CHANGED.0.get();
    // SAFETY: the caller's.
    unsafe { (*place).write(*config) };
    CONFIG.store(place.cast(), Ordering::Relaxed);
}

/// The granted directories.
pub fn dirs() -> &'static [Dir] {
    // SAFETY: an array of the configuration, which nobody changes.
    unsafe { slice(config().dirs, config().dir_count) }
}

/// The trees inside the executable.
pub fn embeds() -> &'static [Embed] {
    // SAFETY: as above.
    unsafe { slice(config().embeds, config().embed_count) }
}

/// The variables: see [`Config::env`].
pub fn env(config: &Config) -> &'static [Str] {
    // SAFETY: as above.
    unsafe { slice(config.env, config.env_count) }
}

/// Where to listen.
pub fn listen() -> &'static [Str] {
    // SAFETY: as above.
    unsafe { slice(config().listen, config().listen_count) }
}

/// Where the program may connect to.
pub fn net() -> &'static [Str] {
    // SAFETY: as above.
    unsafe { slice(config().net, config().net_count) }
}

/// Where it may wait for others.
pub fn net_listen() -> &'static [Str] {
    // SAFETY: as above.
    unsafe { slice(config().net_listen, config().net_listen_count) }
}

/// Who is asked for names, if not the system's servers.
pub fn name_servers() -> &'static [Str] {
    // SAFETY: as above.
    unsafe { slice(config().name_servers, config().name_server_count) }
}

/// What the runtime does before this program starts, in this order.
pub fn start_hooks() -> &'static [unsafe extern "C" fn()] {
    // SAFETY: an array of the configuration, immutable data of the image.
    unsafe { slice(config().start, config().start_count) }
}

/// The bytes of a text of the program.
pub fn bytes(text: &Str) -> &'static [u8] {
    // SAFETY: texts of the program are read-only data of the image.
    unsafe { slice(text.ptr, text.len) }
}

/// An array of the program; `data` may be anything if `count` is 0.
///
/// # Safety
/// `data` points to `count` values that nobody changes, for as long as the process lives.
pub unsafe fn slice<T>(data: *const T, count: usize) -> &'static [T] {
    if count == 0 {
        return &[];
    }
    // SAFETY: the caller's.
    unsafe { core::slice::from_raw_parts(data, count) }
}

/// The bytes behind a ULEB128 length.
pub fn bytes_from(data: &[u8]) -> Option<&[u8]> {
    let (mut length, mut shift) = (0usize, 0);
    for (index, &byte) in data.iter().enumerate() {
        length |= usize::from(byte & 0x7f).checked_shl(shift)?;
        shift += 7;
        if byte & 0x80 == 0 {
            return data.get(index + 1..)?.get(..length);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Unit tests have no program object: an empty program of the current version.
    #[unsafe(export_name = "wasi_aot_program")]
    static EMPTY: Program = Program {
        abi_version: wasi_aot_abi::ABI_VERSION,
        function_count: 0,
        entry: None,
        text: ptr::null(),
        functions: ptr::null(),
        sites: ptr::null(),
        names_len: 0,
        regions: ptr::null_mut(),
        region_count: 0,
        regions_end: 0,
        threads: ptr::null(),
        heap: ptr::null(),
        caught: ptr::null(),
        caught_count: 0,
        handlers: ptr::null(),
        component: ptr::null(),
        config: &CONFIG,
        steps: ptr::null(),
        step_count: 0,
    };

    static CONFIG: Config = Config {
        module: Str::new(b"test.wasm"),
        name: Str::new(b"test"),
        embeds: crate::host::embed::tests::TREES.as_ptr(),
        embed_count: crate::host::embed::tests::TREES.len(),
        ..Config::NONE
    };

    #[test]
    fn lengths_have_as_many_bytes_as_they_need() {
        assert_eq!(bytes_from(b"\x03abcd"), Some(&b"abc"[..]));
        let mut long = std::vec![0x80, 1];
        long.extend([b'x'; 128]);
        assert_eq!(bytes_from(&long), Some(&[b'x'; 128][..]));
        assert_eq!(bytes_from(b"\x03ab"), None);
        assert_eq!(bytes_from(&[0x80; 20]), None);
    }

    #[test]
    fn the_module_has_a_name() {
        assert_eq!(bytes(&config().module), b"test.wasm");
    }
}
