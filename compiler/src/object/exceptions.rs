//! Writes the unwinder's tables: the calls whose exceptions are caught, and the handlers.

use super::blob::Blob;
use super::text::Layout;
use crate::codegen::function::Compiled;
use std::collections::HashMap;
use std::mem::offset_of;
use wasi_aot_abi::exceptions::{CaughtCall, Handler, LAST};

// The code below writes the tables number by number.
const _: () = assert!(
    offset_of!(CaughtCall, frame) == 4
        && offset_of!(CaughtCall, first) == 8
        && size_of::<CaughtCall>() == 12
        && offset_of!(Handler, code) == 4
        && size_of::<Handler>() == 8
);

/// The offsets of the tables.
pub struct Tables {
    /// The calls.
    pub calls: u64,
    /// The number of calls.
    pub count: u64,
    /// The handlers.
    pub handlers: u64,
}

/// Appends the tables of all functions; `None`: no exceptions are caught.
pub fn write(layout: &Layout, compiled: &[Compiled], rodata: &mut Blob) -> Option<Tables> {
    let (mut calls, mut handlers) = (Vec::new(), Vec::new());
    let mut known = HashMap::<Vec<Handler>, u32>::new();
    for (compiled, start) in compiled.iter().zip(&layout.starts) {
        for call in &compiled.caught {
            let own = with_end(&call.handlers, *start);
            let first = *known.entry(own).or_insert_with_key(|own| {
                let first = handlers.len() as u32;
                handlers.extend_from_slice(own);
                first
            });
            let call = CaughtCall {
                code: start + call.returns,
                frame: call.frame,
                first,
            };
            calls.push(call);
        }
        // Other functions have other handlers.
        known.clear();
    }
    if calls.is_empty() {
        return None;
    }
    let count = calls.len() as u64;
    let calls: Vec<_> = calls
        .iter()
        .flat_map(|call| [call.code, call.frame, call.first])
        .collect();
    let handlers: Vec<_> = handlers
        .iter()
        .flat_map(|handler: &Handler| [handler.tag, handler.code])
        .collect();
    Some(Tables {
        calls: rodata.numbers(&calls),
        count,
        handlers: rodata.numbers(&handlers),
    })
}

/// The handlers of a call, with the last one marked, in a function that starts at `start`.
fn with_end(handlers: &[(u32, u32)], start: u32) -> Vec<Handler> {
    let handlers = handlers.iter().map(|&(tag, code)| Handler {
        tag,
        code: start + code,
    });
    let mut handlers: Vec<_> = handlers.collect();
    if let Some(last) = handlers.last_mut() {
        last.tag |= LAST;
    }
    handlers
}
