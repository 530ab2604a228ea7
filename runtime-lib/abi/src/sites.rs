//! Call sites and trap sites: the records from which the runtime derives a trap's kind and a
//! backtrace.
//!
//! The records of a function are contiguous and sorted by code offset. Each is `ULEB128(delta << 2
//! | kind)`, where `delta` is the code offset minus that of the previous record (for the first: the
//! function's). Then follows the SLEB128 of the WebAssembly offset minus that of the previous
//! record (for the first: the offset from the start of the module). For `kind == TRAP` a byte with
//! the trap code follows, for `kind == INLINED` the ULEB128 of the function's position.
//!
//! Where a function's body replaces a call of it, records of that body are followed by one of
//! [`INLINED`] for each replaced call, the innermost first, with the same code offset.

/// A call's return address.
pub const CALL: u64 = 0;
/// An instruction that traps with `MemoryOutOfBounds`: an access to linear memory.
pub const ACCESS: u64 = 1;
/// An instruction that traps with the code in the record.
pub const TRAP: u64 = 2;
/// The replaced call of the function whose body the record before is in.
pub const INLINED: u64 = 3;

/// One record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Site {
    /// Offset of the instruction (of the return address, for a call) from the start of the text.
    pub code: u32,
    /// Offset in the module's bytes.
    pub wasm: u32,
    /// [`CALL`], [`ACCESS`], [`TRAP`] or [`INLINED`].
    pub kind: u8,
    /// The trap code; 0 for a call.
    pub trap: u8,
    /// For [`INLINED`]: the position of the function in the table of functions; else 0.
    pub function: u32,
}

/// Reads the records of one function.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    code: u32,
    wasm: i64,
}

impl<'a> Reader<'a> {
    /// `bytes`: the function's records; `code`: its code offset.
    pub fn new(bytes: &'a [u8], code: u32) -> Self {
        Reader {
            bytes,
            code,
            wasm: 0,
        }
    }

    /// The records that were not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(first)
    }

    /// A LEB128 number without its sign, and the number of its bits. Only reports read records, so
    /// the size of the runtime counts, and not the time.
    #[inline(never)]
    fn leb(&mut self) -> Option<(u64, u32)> {
        let (mut value, mut bits) = (0u64, 0);
        loop {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f).checked_shl(bits)?;
            bits += 7;
            if byte & 0x80 == 0 {
                return Some((value, bits));
            }
        }
    }

    fn uleb(&mut self) -> Option<u64> {
        self.leb().map(|(value, _)| value)
    }

    fn sleb(&mut self) -> Option<i64> {
        let (value, bits) = self.leb()?;
        let unused = 64u32.saturating_sub(bits);
        Some((value << unused).cast_signed() >> unused)
    }
}

impl Iterator for Reader<'_> {
    type Item = Site;

    fn next(&mut self) -> Option<Site> {
        let head = self.uleb()?;
        self.code = self.code.wrapping_add((head >> 2) as u32);
        self.wasm = self.wasm.wrapping_add(self.sleb()?);
        let kind = (head & 3) as u8;
        let (trap, function) = match u64::from(kind) {
            CALL => (0, 0),
            ACCESS => (crate::Trap::MemoryOutOfBounds.code(), 0),
            TRAP => (self.byte()?, 0),
            _ => (0, self.uleb()? as u32),
        };
        Some(Site {
            code: self.code,
            wasm: self.wasm as u32,
            kind,
            trap,
            function,
        })
    }
}

/// Writes the records of one function by calling `put` for each byte. `sites` must be sorted by
/// code offset; `code` is the function's code offset.
pub fn write(sites: &[Site], code: u32, mut put: impl FnMut(u8)) {
    let (mut last_code, mut last_wasm) = (code, 0i64);
    for site in sites {
        uleb(
            u64::from(site.code - last_code) << 2 | u64::from(site.kind),
            &mut put,
        );
        sleb(i64::from(site.wasm) - last_wasm, &mut put);
        match u64::from(site.kind) {
            TRAP => put(site.trap),
            INLINED => uleb(site.function.into(), &mut put),
            _ => {}
        }
        (last_code, last_wasm) = (site.code, i64::from(site.wasm));
    }
}

/// Writes a ULEB128 number.
pub fn uleb(mut value: u64, put: &mut impl FnMut(u8)) {
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            return put(byte);
        }
        put(byte | 0x80);
    }
}

fn sleb(mut value: i64, put: &mut impl FnMut(u8)) {
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 && byte & 0x40 == 0 || value == -1 && byte & 0x40 != 0 {
            return put(byte);
        }
        put(byte | 0x80);
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    #[test]
    fn records_survive_the_round_trip() {
        let sites = [
            Site {
                code: 100,
                wasm: 7,
                kind: CALL as u8,
                trap: 0,
                function: 0,
            },
            Site {
                code: 100,
                wasm: 1 << 30,
                kind: ACCESS as u8,
                trap: 2,
                function: 0,
            },
            Site {
                code: 5_000_000,
                wasm: 3,
                kind: TRAP as u8,
                trap: 9,
                function: 0,
            },
            Site {
                code: 5_000_000,
                wasm: 77,
                kind: INLINED as u8,
                trap: 0,
                function: 1 << 20,
            },
        ];
        let mut bytes = Vec::new();
        write(&sites, 90, |b| bytes.push(b));
        assert_eq!(Reader::new(&bytes, 90).collect::<Vec<_>>(), sites);
    }
}
