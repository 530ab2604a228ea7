//! The report of a trap, in wasmtime's wording and format.

use super::{
    backtrace::{Origin, frames},
    sites,
};
use crate::{
    memory,
    os::Fd,
    program::{bytes, config, program},
    text::Text,
};
use wasi_aot_abi::{FunctionEntry, Trap, traps::MESSAGES};

/// The maximum of frames, wasmtime's.
const FRAMES: u64 = 20;

/// Prints the report to standard error. `address`: the address of an access beyond a linear memory,
/// if a fault provides it.
pub fn print(trap: Trap, address: Option<usize>, origin: &Origin) {
    let mut text = Text::<512>::new(Fd::STDERR);
    text.push(b"Error: failed to run main module `")
        .shown(bytes(&config().module));
    text.push(b"`\n\nCaused by:\n    0: failed to invoke ");
    text.push(match program().component.is_null() {
        true => &b"command default\n"[..],
        false if config().http.is_null() => b"`run` function\n",
        false => b"`handle` function\n",
    });
    let mut cause = 1;
    // Instantiation can trap while no function of the program is active.
    if frames(origin).next().is_some() {
        text.push(b"    1: error while executing at wasm backtrace:\n");
        print_backtrace(&mut text, origin);
        cause += 1;
    }
    let region = address.and_then(|address| Some((address, memory::region_at(address)?)));
    if let Some((address, region)) = region {
        text.push(b"    ").decimal(cause);
        text.push(b": memory fault at wasm address ");
        text.hex((address - region.base as usize) as u64, 0);
        text.push(b" in linear memory of size ")
            .hex(region.in_use(), 0)
            .push(b"\n");
        cause += 1;
    }
    text.push(b"    ").decimal(cause);
    // wasmtime's report of it does not say that it is a trap.
    text.push(match trap {
        Trap::UncaughtException => b": ",
        _ => b": wasm trap: ",
    });
    text.push(trap.message_of(messages(trap))).push(b"\n");
    text.flush();
}

fn messages(trap: Trap) -> &'static [u8] {
    let component = program().component;
    if !trap.is_of_components() || component.is_null() {
        return &MESSAGES;
    }
    // SAFETY: this is read-only data of the program.
    bytes(unsafe { &(*component).messages })
}

/// Prints a line for each frame, or more where source locations are known.
pub fn print_backtrace(text: &mut Text<512>, origin: &Origin) {
    let mut frames = frames(origin);
    for number in 0..FRAMES {
        let Some(frame) = frames.next() else { return };
        text.push(if number < 10 { b"    " } else { b"   " });
        text.decimal(number).push(b": ");
        if let Some(wasm) = frame.wasm {
            text.hex(u64::from(wasm), 8).push(b" - ");
            if let Some(print) = config().lines {
                let text = (&raw mut *text).cast();
                // SAFETY: the function gets what it wants.
                if unsafe { print(text, frame.function, frames.record) } {
                    continue;
                }
            }
        }
        named(text, frame.function);
        text.push(b"\n");
    }
}

/// Prints a function with its module.
// Inlined, because most programs have one call of it.
#[inline(always)]
pub fn named(text: &mut Text<512>, function: &FunctionEntry) {
    text.shown(sites::module(function)).push(b"!");
    name(text, function);
}

/// Prints a function.
#[inline(always)] // for the same reason
pub fn name(text: &mut Text<512>, function: &FunctionEntry) {
    match sites::name(function) {
        Some(name) => text.shown(name),
        None => {
            text.push(b"<wasm function ");
            text.decimal(u64::from(function.index)).push(b">")
        }
    };
}
