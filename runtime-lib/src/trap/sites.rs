//! From a program counter to the function and the record of the program.

use crate::program::{bytes_from, program, slice};
use wasi_aot_abi::{
    FunctionEntry,
    sites::{Reader, Site},
};

/// The function whose code holds `pc`.
pub fn function(pc: usize) -> Option<&'static FunctionEntry> {
    let functions = functions();
    let code = u32::try_from(pc.checked_sub(program().text as usize)?).ok()?;
    let after = functions.partition_point(|function| function.code <= code);
    // The last entry closes the table: what lies behind it is not the program's.
    let index = after
        .checked_sub(1)
        .filter(|&index| index + 1 < functions.len())?;
    functions.get(index)
}

/// The record at exactly `pc`: an instruction that can trap.
pub fn at(pc: usize) -> Option<Site> {
    record(function(pc)?, pc)
}

/// The record at exactly `pc`, which belongs to `function` (a call's return address may be the end
/// of the function).
pub fn record(function: &FunctionEntry, pc: usize) -> Option<Site> {
    let code = u32::try_from(pc.checked_sub(program().text as usize)?).ok()?;
    let end = functions()
        .get(functions().partition_point(|other| other.code <= function.code))
        .map_or(function.sites, |next| next.sites);
    // SAFETY: the records of all functions lie one behind the other.
    let records = unsafe {
        let from = program().sites.add(function.sites as usize);
        slice(from, end.saturating_sub(function.sites) as usize)
    };
    Reader::new(records, function.code)
        .take_while(|site| site.code <= code)
        // A call and a trap can have the same place (a call followed by an access): traps win.
        .filter(|site| site.code == code)
        .last()
}

/// The name of a function.
pub fn name(function: &FunctionEntry) -> Option<&'static [u8]> {
    let program = program();
    // SAFETY: the program's read-only data.
    let names = unsafe { slice(program.names, program.names_len as usize) };
    bytes_from(names.get(function.name as usize..)?)
}

/// All functions and the closing entry.
fn functions() -> &'static [FunctionEntry] {
    let program = program();
    // SAFETY: the program's read-only data.
    unsafe { slice(program.functions, program.function_count as usize + 1) }
}
