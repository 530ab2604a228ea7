//! Makes the records of a function's call and trap sites from its generator's output.

use super::generator::Input;
use super::piece::{Line, Piece, origin};
use crate::lower::Unit;
use crate::names;
use wasi_aot_abi::Trap;
use wasi_aot_abi::sites::{self, Site};

/// The records of the code of `unit`, in the encoding of [`wasi_aot_abi::sites`].
pub fn encoded(code: &Piece, unit: Unit, input: &Input<'_>) -> Box<[u8]> {
    let mut bytes = Vec::new();
    let mut found = found(code, unit);
    if !code.inlined.is_empty() {
        found = traced(&found, code, input);
    }
    sites::write(&found, 0, |byte| bytes.push(byte));
    bytes.into()
}

/// The sites of a function, sorted. Call sites serve backtraces, which show only functions of
/// modules.
fn found(code: &Piece, unit: Unit) -> Vec<Site> {
    let mut found = Vec::with_capacity(code.traps.len() + code.returns.len());
    found.extend(code.traps.iter().map(|&(offset, trap)| Site {
        code: offset,
        wasm: 0,
        kind: match trap {
            Trap::MemoryOutOfBounds => sites::ACCESS as u8,
            _ => sites::TRAP as u8,
        },
        trap: trap.code(),
        function: 0,
    }));
    if matches!(unit, Unit::Func(_)) {
        found.extend(code.returns.iter().map(|&returns| Site {
            code: returns,
            wasm: 0,
            kind: sites::CALL as u8,
            trap: 0,
            function: 0,
        }));
    }
    found.sort_unstable_by_key(|site| (site.code, site.kind));
    place(&mut found, &code.lines);
    found
}

/// Adds the replaced calls that each site is in, and finds the offsets of its instruction and of
/// these calls in their modules.
fn traced(sites: &[Site], code: &Piece, input: &Input<'_>) -> Vec<Site> {
    let body = |id| names::offset(input.program, Unit::Func(id));
    let mut traced = Vec::with_capacity(sites.len());
    for site in sites {
        let (wasm, mut within) = origin(&code.inlined, site.wasm, body);
        traced.push(Site { wasm, ..*site });
        while let Some(inlined) = within {
            let (wasm, outer) = origin(&code.inlined, inlined.call, body);
            traced.push(Site {
                code: site.code,
                wasm,
                kind: sites::INLINED as u8,
                trap: 0,
                function: input.positions[inlined.callee],
            });
            within = outer;
        }
    }
    traced
}

/// Sets the WebAssembly offsets of sorted sites. A return address belongs to the instruction before
/// it.
fn place(found: &mut [Site], lines: &[Line]) {
    let mut lines = lines.iter().peekable();
    for site in found {
        let pc = site.code - u32::from(u64::from(site.kind) == sites::CALL);
        while lines.next_if(|line| line.end <= pc).is_some() {}
        if let Some(line) = lines.peek().filter(|line| line.start <= pc) {
            site.wasm = line.wasm;
        }
    }
}
