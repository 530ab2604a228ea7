//! Refuses to start if the CPU lacks features that the program was built for: otherwise its first
//! such instruction would end it.

use crate::{
    cpu::{FEATURES, features},
    os::{Fd, process},
    program::config,
    text::Text,
};

/// The start hook ([`wasi_aot_abi::symbols::hooks::CPU`]).
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_start_cpu() {
    let missing = config().cpu & !features(process::hardware);
    if missing == 0 {
        return;
    }
    let mut text = Text::<512>::new(Fd::STDERR);
    text.push(b"Error: the program was built for a CPU with ");
    let names = FEATURES.iter().enumerate();
    let names = names.filter(|(bit, _)| missing >> bit & 1 != 0);
    for (number, (_, name)) in names.enumerate() {
        text.push(if number > 0 { b", " } else { b"" });
        text.push(name.as_bytes());
    }
    text.push(b", which this one lacks\nhelp: build it with another `--cpu`, or without\n");
    text.flush();
    process::exit(1)
}
