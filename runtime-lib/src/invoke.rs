//! Calls of a core module's export with values (`--invoke`): converts arguments of the process to
//! numbers, and results to text.

use crate::{host::environment, os::Fd, os::process, text::Text};
use core::fmt::{self, Write};
use wasi_aot_abi::invoke::{kind, parse};

/// See [`wasi_aot_abi::symbols::ARGUMENTS`].
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_arguments(wanted: u64) {
    let given = environment::arguments().skip(1).count() as u64;
    if given != wanted {
        let mut text = Text::<512>::new(Fd::STDERR);
        text.push(b"Error: the function takes ").decimal(wanted);
        text.push(if wanted == 1 {
            b" value, and "
        } else {
            b" values, and "
        });
        text.decimal(given);
        text.push(if given == 1 {
            b" is given\n"
        } else {
            b" are given\n"
        });
        text.flush();
        process::exit(1);
    }
}

/// See [`wasi_aot_abi::symbols::ARGUMENT`].
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_argument(position: u64, kind: u64) -> u64 {
    let mut arguments = environment::arguments().skip(1);
    let argument = arguments.nth(position as usize).unwrap_or_default();
    let text = core::str::from_utf8(argument).ok();
    if let Some(value) = text.and_then(|text| parse(kind, text)) {
        return value;
    }
    let name = kind::NAMES.get(kind as usize).copied().unwrap_or_default();
    let mut text = Text::<512>::new(Fd::STDERR);
    text.push(b"Error: `").shown(argument);
    text.push(b"` is not a value of type ")
        .push(name.as_bytes());
    text.push(b"\n").flush();
    process::exit(1)
}

/// See [`wasi_aot_abi::symbols::PRINT`].
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub extern "C" fn wasi_aot_print(kind: u64, low: u64, high: u64) {
    let mut out = Out(Text::new(Fd::STDOUT));
    // Writing to this text never fails.
    let _ = out.value(kind, low, high);
    out.0.push(b"\n").flush();
}

struct Out(Text<512>);

impl Write for Out {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.push(text.as_bytes());
        Ok(())
    }
}

impl Out {
    fn value(&mut self, kind: u64, low: u64, high: u64) -> fmt::Result {
        match kind {
            kind::I32 => write!(self, "{}", low as i32),
            kind::I64 => write!(self, "{}", low as i64),
            kind::F32 => write!(self, "{}", f32::from_bits(low as u32)),
            kind::F64 => write!(self, "{}", f64::from_bits(low)),
            kind::V128 => write!(self, "{}", u128::from(high) << 64 | u128::from(low)),
            _ => {
                let name = kind::NAMES.get(kind as usize).copied().unwrap_or_default();
                self.write_str(if low == 0 { "<null " } else { "<" })?;
                self.write_str(name)?;
                self.write_str(">")
            }
        }
    }
}
