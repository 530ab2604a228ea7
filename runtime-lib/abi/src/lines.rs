//! The table of source locations: for each record of [`crate::sites`], the place in the source code
//! that its instruction comes from, and the functions that were inlined there.
//!
//! The table is a [`Head`]; the codes; the functions; the index of the texts; the texts; the
//! words.
//!
//! **Numbers** are coded as symbols: 0 to 63 are themselves. Greater ones have four symbols for
//! each power of two, which tell the two bits after the first one; the other bits follow as they
//! are. Each [`field`] has a canonical Huffman code of its own: 15 bytes with the number of symbols
//! of each length, from 1 bit on, then the symbols in the order of their codes. Bits are in the
//! order from the most significant one. A difference `d` is the number `d << 1 ^ d >> 31`.
//!
//! **Functions** are in the order of [`crate::Program::functions`]: ULEB128 of the size in bytes,
//! then the places of its records, in their order. A place is a scope, or none, and a location, or
//! none. The scopes of a function are numbered in the order in which they appear; the last
//! [`SCOPES`] can be referred to. For each record there is a [`field::KIND`], one of [`kind`], and
//! what it says. A scope is a [`field::SCOPE`]: 0 is none. An odd number `2 * n + 1` means that
//! `n + 1` scopes follow, of which the last one is meant. An even number `2 * n` is the one that
//! comes `n` from the end, counted from 1. Each new scope is its [`field::OUTER`] scope, counted
//! backwards from it, or 0, then it is a function of its own; its [`field::NAME`] plus 1 among the
//! names (0: that of the function, or none); if it has an outer scope, the location of the call,
//! whose line is 0 if it is unknown. A location is a [`field::FILE`] plus 1 (0: as expected), the
//! difference of the line to what is expected, and the column.
//!
//! What is expected is the last location of the scope; in a new scope that of its name's text; in a
//! new one without an outer scope the last one of all scopes without an outer one. The location of
//! a call is one of its outer scope.
//!
//! **Texts** are files, then names. The index has the offset of each from the start of the texts,
//! as 32 bits. The text of a name starts with a file plus 1 (0: none) and a line, as ULEB128: what
//! is expected first. Then follow the numbers of its words plus 1, as [`field::WORD`], and 0. The
//! words are in the order of their numbers: each is a byte with its length, and its bytes.

/// The start of a table: six times 32 bits, little-endian.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Head {
    /// The size of the table in bytes.
    pub size: u32,
    /// Where the functions start.
    pub functions: u32,
    /// Where the index of texts starts.
    pub index: u32,
    /// Where the texts start.
    pub texts: u32,
    /// How many texts are files.
    pub files: u32,
    /// Where the words start.
    pub words: u32,
}

impl Head {
    /// The size in bytes.
    pub const SIZE: usize = 24;
}

/// The codes.
pub mod field {
    /// See [`super::kind`].
    pub const KIND: usize = 0;
    /// A scope.
    pub const SCOPE: usize = 1;
    /// The outer scope of a new one.
    pub const OUTER: usize = 2;
    /// The name of a new scope.
    pub const NAME: usize = 3;
    /// A file.
    pub const FILE: usize = 4;
    /// A line in the scope of the record before.
    pub const LINE: usize = 5;
    /// A line in another scope.
    pub const OTHER_LINE: usize = 6;
    /// A column.
    pub const COLUMN: usize = 7;
    /// A column of the line that was expected.
    pub const SAME_LINE: usize = 8;
    /// The line of a call.
    pub const CALL_LINE: usize = 9;
    /// The column of a call.
    pub const CALL_COLUMN: usize = 10;
    /// A word of a text plus 1; 0: its end.
    pub const WORD: usize = 11;
    /// How many there are.
    pub const COUNT: usize = 12;
}

/// What a record says.
pub mod kind {
    /// The place of the record before.
    pub const SAME: u32 = 0;
    /// A location in the scope of the record before.
    pub const LOCATION: u32 = 1;
    /// A scope and a location.
    pub const SCOPE: u32 = 2;
    /// A scope and no location.
    pub const UNKNOWN: u32 = 3;
}

/// The number of scopes that can be referred to.
pub const SCOPES: usize = 64;

/// The greatest length of a code in bits.
pub const LENGTHS: usize = 15;

/// The symbol of a number, how many bits follow, and these bits.
pub fn symbol(number: u32) -> (u8, u32, u32) {
    if number < 64 {
        return (number as u8, 0, 0);
    }
    let rest = number.ilog2() - 2;
    let symbol = 64 + 4 * (rest - 4) + (number >> rest & 3);
    (symbol as u8, rest, number & ((1 << rest) - 1))
}

/// The number for a difference.
pub fn folded(difference: i32) -> u32 {
    (difference << 1 ^ difference >> 31).cast_unsigned()
}

fn unfolded(number: u32) -> i32 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}

/// A location in source code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Location {
    /// The text of the file's path plus 1; 0: unknown.
    pub file: u32,
    /// The line; 0: unknown.
    pub line: u32,
    /// The column; 0: unknown.
    pub column: u32,
}

/// A function, or a call that was inlined.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Scope {
    /// The number of the scope around it plus 1; 0: it is a function of its own.
    pub outer: u32,
    /// The text of its name plus 1; 0: that of the function, or unknown.
    pub name: u32,
    /// Where the call is.
    pub call: Location,
    last: Location,
}

/// The place of a record.
#[derive(Clone, Debug)]
pub struct Place {
    scopes: [Scope; SCOPES],
    /// The number of the innermost scope plus 1; 0: none.
    pub scope: u32,
    /// The location.
    pub location: Option<Location>,
}

impl Place {
    /// A scope of the place by its number plus 1.
    pub fn scope(&self, number: u32) -> Option<&Scope> {
        self.scopes.get(slot(number.checked_sub(1)?))
    }
}

fn slot(number: u32) -> usize {
    number as usize % SCOPES
}

/// A table.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    bytes: &'a [u8],
    head: Head,
}

impl<'a> Table<'a> {
    /// The table that starts with `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        let word = |at| word(bytes, at).unwrap_or(0);
        let head = Head {
            size: word(0),
            functions: word(4),
            index: word(8),
            texts: word(12),
            files: word(16),
            words: word(20),
        };
        Table { bytes, head }
    }

    /// The place of a record: the position of the function, and that of the record among those of
    /// the function. `None`: the table has no such function.
    pub fn place(&self, function: u32, record: u32) -> Option<Place> {
        let functions = self.head.functions as usize..self.head.index as usize;
        let mut rest = Bytes(self.bytes.get(functions)?);
        for _ in 0..function {
            let size = rest.uleb()?;
            rest.skip(size)?;
        }
        let size = rest.uleb()? as usize;
        let mut decoder = Decoder {
            table: self,
            bits: Bits {
                bytes: rest.0.get(..size)?,
                at: 0,
            },
            codes: self.codes()?,
            place: Place {
                scopes: [Scope::default(); SCOPES],
                scope: 0,
                location: None,
            },
            made: 0,
            home: Location::default(),
            bare: Location::default(),
        };
        for _ in 0..=record {
            decoder.record()?;
        }
        Some(decoder.place)
    }

    /// The codes of all fields, each up to the end of the table.
    fn codes(&self) -> Option<Codes<'a>> {
        let mut codes = [&[][..]; field::COUNT];
        let mut at = Bytes(self.bytes.get(Head::SIZE..)?);
        for code in &mut codes {
            *code = at.0;
            let counts = at.0.get(..LENGTHS)?;
            let symbols: u32 = counts.iter().map(|&count| u32::from(count)).sum();
            at.skip(LENGTHS as u32 + symbols)?;
        }
        Some(codes)
    }

    /// Calls `put` with the parts of a text. `None`: the table is damaged.
    pub fn text(&self, number: u32, put: &mut dyn FnMut(&[u8])) -> Option<()> {
        let mut text = self.text_at(number)?;
        if number >= self.head.files {
            text.uleb()?;
            text.uleb()?;
        }
        let codes = self.codes()?;
        let mut bits = Bits {
            bytes: text.0,
            at: 0,
        };
        while let Some(word) = bits.number(&codes, field::WORD)?.checked_sub(1) {
            let mut words = Bytes(self.bytes.get(self.head.words as usize..)?);
            for _ in 0..word {
                let length = *words.0.first()?;
                words.skip(1 + u32::from(length))?;
            }
            let (&length, bytes) = words.0.split_first()?;
            put(bytes.get(..usize::from(length))?);
        }
        Some(())
    }

    fn text_at(&self, number: u32) -> Option<Bytes<'a>> {
        let index = (self.head.index as usize).checked_add(4 * number as usize)?;
        let at = word(self.bytes, index)?;
        let at = self.head.texts.checked_add(at)?;
        Some(Bytes(self.bytes.get(at as usize..)?))
    }

    /// The location that is expected first in the scope of a name.
    fn base(&self, name: u32) -> Option<Location> {
        let mut text = self.text_at(name.checked_sub(1)?)?;
        Some(Location {
            file: text.uleb()?,
            line: text.uleb()?,
            column: 0,
        })
    }
}

/// The code of each field.
type Codes<'a> = [&'a [u8]; field::COUNT];

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let word = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes(*word))
}

struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn skip(&mut self, count: u32) -> Option<()> {
        self.0 = self.0.get(count as usize..)?;
        Some(())
    }

    fn uleb(&mut self) -> Option<u32> {
        let (mut value, mut shift) = (0u32, 0);
        loop {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u32::from(byte & 0x7f).checked_shl(shift)?;
            shift += 7;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
    }
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn next(&mut self) -> Option<u32> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(bit.into())
    }

    #[inline(never)]
    fn number(&mut self, codes: &Codes, field: usize) -> Option<u32> {
        let (counts, symbols) = codes.get(field)?.split_at_checked(LENGTHS)?;
        let (mut code, mut first, mut index) = (0u32, 0u32, 0u32);
        for &count in counts {
            let count = u32::from(count);
            code |= self.next()?;
            if let Some(within) = code.checked_sub(first)
                && within < count
            {
                let symbol = u32::from(*symbols.get((index + within) as usize)?);
                let Some(large) = symbol.checked_sub(64) else {
                    return Some(symbol);
                };
                let mut number = 4 | large & 3;
                for _ in 0..(large >> 2) + 4 {
                    number = number << 1 | self.next()?;
                }
                return Some(number);
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }
}

/// Reads the places of a function's records, one after the other.
struct Decoder<'t, 'a> {
    table: &'t Table<'a>,
    bits: Bits<'a>,
    codes: Codes<'a>,
    place: Place,
    made: u32,
    /// The last location of a scope without an outer one.
    home: Location,
    /// The last location without a scope.
    bare: Location,
}

impl Decoder<'_, '_> {
    fn number(&mut self, field: usize) -> Option<u32> {
        self.bits.number(&self.codes, field)
    }

    fn record(&mut self) -> Option<()> {
        let kind = self.number(field::KIND)?;
        if kind == kind::SAME {
            return Some(());
        }
        if kind != kind::LOCATION {
            self.scope()?;
        }
        if kind == kind::UNKNOWN {
            self.place.location = None;
            return Some(());
        }
        let line = match kind {
            kind::LOCATION => field::LINE,
            _ => field::OTHER_LINE,
        };
        let scope = self.place.scope;
        let location = self.location(scope, line, field::COLUMN, field::SAME_LINE)?;
        self.place.location = Some(location);
        Some(())
    }

    fn scope(&mut self) -> Option<()> {
        let number = self.number(field::SCOPE)?;
        if number & 1 == 0 {
            self.place.scope = match number >> 1 {
                0 => 0,
                back => (self.made + 1).checked_sub(back)?,
            };
            return Some(());
        }
        for _ in 0..=number >> 1 {
            let back = self.number(field::OUTER)?;
            let name = match self.number(field::NAME)? {
                0 => 0,
                name => name + self.table.head.files,
            };
            let mut scope = Scope {
                outer: 0,
                name,
                call: Location::default(),
                last: self.home,
            };
            if back > 0 {
                scope.outer = (self.made + 1).checked_sub(back)?;
                scope.last = self.table.base(name).unwrap_or_default();
                let (line, column) = (field::CALL_LINE, field::CALL_COLUMN);
                scope.call = self.location(scope.outer, line, column, column)?;
            }
            *self.place.scopes.get_mut(slot(self.made))? = scope;
            self.made += 1;
        }
        self.place.scope = self.made;
        Some(())
    }

    /// A location in a scope.
    fn location(
        &mut self,
        scope: u32,
        line: usize,
        column: usize,
        same_line: usize,
    ) -> Option<Location> {
        let expected = self
            .place
            .scope(scope)
            .map_or(self.bare, |scope| scope.last);
        let file = match self.number(field::FILE)? {
            0 => expected.file,
            file => file,
        };
        let line = expected
            .line
            .wrapping_add_signed(unfolded(self.number(line)?));
        let same = line == expected.line && file == expected.file;
        let location = Location {
            file,
            line,
            column: self.number(if same { same_line } else { column })?,
        };
        match scope.checked_sub(1) {
            None => self.bare = location,
            Some(number) => {
                let scope = self.place.scopes.get_mut(slot(number))?;
                scope.last = location;
                if scope.outer == 0 {
                    self.home = location;
                }
            }
        }
        Some(location)
    }
}
