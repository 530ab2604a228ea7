//! Makes the records of a function's call and trap sites from its generator's output.

use super::piece::{Line, Piece};
use crate::lower::Unit;
use wasi_aot_abi::Trap;
use wasi_aot_abi::sites::{self, Site};

/// The records of the code of `unit`, in the encoding of [`wasi_aot_abi::sites`].
pub fn encoded(code: &Piece, unit: Unit) -> Box<[u8]> {
    let mut bytes = Vec::new();
    sites::write(&found(code, unit), 0, |byte| bytes.push(byte));
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
    }));
    if matches!(unit, Unit::Func(_)) {
        found.extend(code.returns.iter().map(|&returns| Site {
            code: returns,
            wasm: 0,
            kind: sites::CALL as u8,
            trap: 0,
        }));
    }
    found.sort_unstable_by_key(|site| (site.code, site.kind));
    place(&mut found, &code.lines);
    found
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
