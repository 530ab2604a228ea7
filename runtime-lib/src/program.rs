//! The program in this executable.

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
    #[link_name = "__executable_start"]
    static IMAGE: u8;
}

/// The lowest address of the image.
pub fn image_start() -> usize {
    (&raw const IMAGE).addr()
}

/// The program.
pub fn program() -> &'static Program {
    // SAFETY: the program object defines it as read-only data.
    unsafe { &PROGRAM }
}

/// The configuration that replaces the program's own; null: none.
static CONFIG: AtomicPtr<Config> = AtomicPtr::new(ptr::null_mut());

struct Changed(UnsafeCell<MaybeUninit<Config>>);

// SAFETY: only `set_config` writes it, before the program starts.
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
    // SAFETY: the program object defines it as read-only data, and a replacement does not change
    // either.
    unsafe { &*config }
}

/// Replaces the configuration.
///
/// # Safety
/// Must be called before the program starts, while nothing uses an earlier result of [`config`].
pub unsafe fn set_config(config: &Config) {
    let place = CHANGED.0.get();
    // SAFETY: as required of the caller.
    unsafe { (*place).write(*config) };
    CONFIG.store(place.cast(), Ordering::Relaxed);
}

/// The granted directories.
pub fn dirs() -> &'static [Dir] {
    // SAFETY: an array of the configuration, which does not change.
    unsafe { slice(config().dirs, config().dir_count) }
}

/// The file trees in the executable.
pub fn embeds() -> &'static [Embed] {
    // SAFETY: as above.
    unsafe { slice(config().embeds, config().embed_count) }
}

/// The variables: see [`Config::env`].
pub fn env(config: &Config) -> &'static [Str] {
    // SAFETY: as above.
    unsafe { slice(config.env, config.env_count) }
}

/// The addresses to listen on.
pub fn listen() -> &'static [Str] {
    // SAFETY: as above.
    unsafe { slice(config().listen, config().listen_count) }
}

/// The addresses to which the program may connect.
pub fn net() -> &'static [Str] {
    // SAFETY: as above.
    unsafe { slice(config().net, config().net_count) }
}

/// The addresses on which it may accept connections.
pub fn net_listen() -> &'static [Str] {
    // SAFETY: as above.
    unsafe { slice(config().net_listen, config().net_listen_count) }
}

/// The name servers to use instead of the system's.
pub fn name_servers() -> &'static [Str] {
    // SAFETY: as above.
    unsafe { slice(config().name_servers, config().name_server_count) }
}

/// The start hooks of this program, in order.
pub fn start_hooks() -> &'static [unsafe extern "C" fn()] {
    // SAFETY: an array of the configuration, which is immutable data of the image.
    unsafe { slice(config().start, config().start_count) }
}

/// The bytes of a text of the program.
pub fn bytes(text: &Str) -> &'static [u8] {
    // SAFETY: texts of the program are read-only data of the image.
    unsafe { slice(text.ptr, text.len) }
}

/// An array of the program; `data` may be any pointer if `count` is 0.
///
/// # Safety
/// `data` must point to `count` values that do not change while the process lives.
pub unsafe fn slice<T>(data: *const T, count: usize) -> &'static [T] {
    if count == 0 {
        return &[];
    }
    // SAFETY: as required of the caller.
    unsafe { core::slice::from_raw_parts(data, count) }
}

/// The bytes after a ULEB128 length.
#[inline(always)] // most programs have one call of it
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
    use wasi_aot_abi::program::Initial;

    /// Unit tests have no program object: this is an empty program of the current version.
    #[unsafe(export_name = "wasi_aot_program")]
    static EMPTY: Program = Program {
        abi_version: wasi_aot_abi::ABI_VERSION,
        function_count: 0,
        entry: None,
        text: ptr::null(),
        functions: ptr::null(),
        sites: ptr::null(),
        names_len: 0,
        state: Initial::NONE,
        contents: ptr::null(),
        content_count: 0,
        regions: ptr::null_mut(),
        region_count: 0,
        regions_end: 0,
        segment: 0,
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
