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

/// The position of the function whose record ends at `end`, and that of the record among those of
/// the function.
pub fn of_record(end: *const u8) -> Option<(u32, u32)> {
    let at = end.addr().wrapping_sub(program().sites.addr());
    let position = functions().partition_point(|function| (function.sites as usize) < at);
    let function = functions().get(position.checked_sub(1)?)?;
    let before = at - function.sites as usize;
    // SAFETY: the records of all functions are contiguous.
    let records = unsafe { slice(program().sites.add(function.sites as usize), before) };
    let count = Reader::new(records, function.code).count() as u32;
    Some((position as u32 - 1, count.checked_sub(1)?))
}

/// The replaced calls that a record is in, innermost first.
#[derive(Clone, Debug)]
pub struct Replaced(Reader<'static>);

impl Replaced {
    /// The end of the record that was read last.
    pub fn read_to(&self) -> *const u8 {
        self.0.rest().as_ptr()
    }
}

impl Iterator for Replaced {
    type Item = Site;

    fn next(&mut self) -> Option<Site> {
        self.0.next().filter(|site| u64::from(site.kind) == INLINED)
    }
}

/// The name of a function.
#[inline(always)] // most programs have one call of it
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
#[inline(always)] // most programs have one call of it
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
