//! The report of a trap, in wasmtime's words and shape.

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
use wasi_aot_abi::{Trap, traps::MESSAGES};

/// As many frames as wasmtime shows.
const FRAMES: usize = 20;

/// Prints the report to standard error. `address`: what an access outside of a linear memory
/// wanted, if a fault tells it.
pub fn print(trap: Trap, address: Option<usize>, origin: &Origin) {
    let mut text = Text::<512>::new(Fd::STDERR);
    text.push(b"Error: failed to run main module `")
        .shown(bytes(&config().module));
    text.push(b"`\n\nCaused by:\n    0: failed to invoke ");
    text.push(match program().component.is_null() {
        true => b"command default\n",
        false => b"`run` function\n",
    });
    let mut cause = 1;
    // Instantiation can trap where no function of the program runs.
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
    // What wasmtime says of it names no trap.
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
    // SAFETY: the program's read-only data.
    bytes(unsafe { &(*component).messages })
}

/// Prints a line for each frame.
pub fn print_backtrace<const SIZE: usize>(text: &mut Text<SIZE>, origin: &Origin) {
    for (number, frame) in (0u64..).zip(frames(origin).take(FRAMES)) {
        text.push(if number < 10 { b"    " } else { b"   " });
        text.decimal(number).push(b": ");
        if let Some(wasm) = frame.wasm {
            text.hex(u64::from(wasm), 8).push(b" - ");
        }
        text.shown(sites::module(frame.function)).push(b"!");
        match sites::name(frame.function) {
            Some(name) => text.shown(name),
            None => {
                text.push(b"<wasm function ");
                text.decimal(u64::from(frame.function.index)).push(b">")
            }
        };
        text.push(b"\n");
    }
}
