//! Source locations in reports. Only programs that have them contain this file's code.

use super::{
    report::{name, named},
    sites::of_record,
};
use crate::{
    program::{config, program, slice},
    text::Text,
};
use wasi_aot_abi::{
    FunctionEntry,
    lines::{Location, Table},
};

/// [`wasi_aot_abi::Config::lines`].
///
/// # Safety
/// `text` must be a [`Text<512>`], the function one of the program, and `record` the end of a
/// record.
#[cfg_attr(wasi_aot_object, unsafe(no_mangle))]
pub unsafe extern "C" fn wasi_aot_report_lines(
    text: *mut u8,
    function: *const FunctionEntry,
    record: *const u8,
) -> bool {
    // SAFETY: as required of the caller.
    let (text, function) = unsafe { (&mut *text.cast::<Text<512>>(), &*function) };
    print(text, function, record).is_some()
}

fn print(text: &mut Text<512>, function: &FunctionEntry, record: *const u8) -> Option<()> {
    let (position, record) = of_record(record)?;
    let names = config().names;
    // SAFETY: the table follows the names in the program's read-only data, and starts with its
    // size.
    let table = unsafe {
        let table = names.add(program().names_len as usize);
        slice(table, table.cast::<u32>().read_unaligned() as usize)
    };
    let table = Table::new(table);
    let place = table.place(position, record)?;
    let (mut number, mut location) = (place.scope, place.location);
    if number == 0 {
        location?;
        named(text, function);
        text.push(b"\n");
        at(text, &table, location);
        return Some(());
    }
    let mut inner = false;
    while let Some(scope) = place.scope(number) {
        if inner {
            text.push(b"                - ");
        }
        match (scope.name.checked_sub(1), scope.outer) {
            (Some(known), _) => {
                let _ = table.text(known, &mut |part| {
                    text.shown(part);
                });
            }
            (None, 0) => name(text, function),
            (None, _) => {
                text.push(b"<inlined function>");
            }
        }
        text.push(b"\n");
        at(text, &table, location);
        // A call whose place is unknown has no line.
        location = Some(scope.call).filter(|call| call.line > 0);
        (number, inner) = (scope.outer, true);
    }
    Some(())
}

/// Prints a location, if it is known.
fn at(text: &mut Text<512>, table: &Table, location: Option<Location>) {
    let Some((file, location)) = location.and_then(|at| Some((at.file.checked_sub(1)?, at))) else {
        return;
    };
    text.push(b"                    at ");
    let _ = table.text(file, &mut |part| {
        text.shown(part);
    });
    for number in [location.line, location.column] {
        if number == 0 {
            break;
        }
        text.push(b":").decimal(number.into());
    }
    text.push(b"\n");
}
