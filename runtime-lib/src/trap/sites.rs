//! Finds the function and the record for a program counter.

use crate::program::{bytes, bytes_from, config, program, slice};
use wasi_aot_abi::{
    FunctionEntry,
    sites::{CALL, INLINED, Reader, Site},
};

/// The function whose code contains `pc`.
pub fn function(pc: usize) -> Option<&'static FunctionEntry> {
    let functions = functions();
    let code = u32::try_from(pc.checked_sub(program().text as usize)?).ok()?;
    let after = functions.partition_point(|function| function.code <= code);
    // The last entry closes the table: addresses after it do not belong to the program.
    let index = after
        .checked_sub(1)
        .filter(|&index| index + 1 < functions.len())?;
    functions.get(index)
}

/// The record of the instruction at `pc`, if it can trap.
pub fn at(pc: usize) -> Option<Site> {
    Some(record(function(pc)?, pc, false)?.0)
}

/// A function of the program, by its position.
pub fn at_position(position: u32) -> Option<&'static FunctionEntry> {
    functions().get(position as usize)
}

/// The record of the instruction of `function` at `pc`, if it can trap, and the records of replaced
/// calls that the instruction is in. With `returns`: the record of the call that returns to `pc`
/// (which may be the end of the function), even if an access directly after the call has the same
/// offset.
pub fn record(function: &FunctionEntry, pc: usize, returns: bool) -> Option<(Site, Replaced)> {
    let code = u32::try_from(pc.checked_sub(program().text as usize)?).ok()?;
    let end = functions()
        .get(functions().partition_point(|other| other.code <= function.code))
        .map_or(function.sites, |next| next.sites);
    // SAFETY: the records of all functions are contiguous.
    let records = unsafe {
        let from = program().sites.add(function.sites as usize);
        slice(from, end.saturating_sub(function.sites) as usize)
    };
    let mut reader = Reader::new(records, function.code);
    let site = reader
        .by_ref()
        .take_while(|site| site.code <= code)
        .find(|site| {
            let kind = u64::from(site.kind);
            site.code == code && kind != INLINED && (kind == CALL) == returns
        })?;
    Some((site, Replaced(reader)))
}

/// The replaced calls that a record is in, innermost first.
#[derive(Clone, Debug)]
pub struct Replaced(Reader<'static>);

impl Iterator for Replaced {
    type Item = Site;

    fn next(&mut self) -> Option<Site> {
        self.0.next().filter(|site| u64::from(site.kind) == INLINED)
    }
}

/// The name of a function.
pub fn name(function: &FunctionEntry) -> Option<&'static [u8]> {
    let names = config().names;
    if names.is_null() {
        return None;
    }
    // SAFETY: the program's read-only data.
    let names = unsafe { slice(names, program().names_len as usize) };
    bytes_from(names.get(function.name as usize..)?)
}

/// The name of the module that contains a function.
pub fn module(function: &FunctionEntry) -> &'static [u8] {
    let component = program().component;
    if component.is_null() {
        return bytes(&config().name);
    }
    // SAFETY: this is read-only data of the program.
    let modules = unsafe { slice((*component).modules, (*component).module_count) };
    let position = functions().partition_point(|other| other.code < function.code);
    let after = modules.partition_point(|module| module.first <= position);
    modules[..after]
        .last()
        .map_or(b"", |module| bytes(&module.name))
}

/// All functions and the final entry.
fn functions() -> &'static [FunctionEntry] {
    let program = program();
    // SAFETY: this is read-only data of the program.
    unsafe { slice(program.functions, program.function_count as usize + 1) }
}
