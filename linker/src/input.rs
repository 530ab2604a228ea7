//! Relocatable objects as the phases see them, whatever format they came in.

use std::ops::Range;

/// A relocatable object.
#[derive(Debug)]
pub struct Object<'a> {
    /// For messages.
    pub name: &'a str,
    /// Its sections, by the indices of its file.
    pub sections: Vec<Section<'a>>,
    /// Its symbols, by the indices of its file.
    pub symbols: Vec<Symbol<'a>>,
    /// The relocations of all sections, those of one section together.
    pub relocations: Vec<Relocation>,
    /// Groups of which a program holds only one of the same name (COMDAT).
    pub groups: Vec<Group<'a>>,
    /// Sections that want a fixed address: name and address.
    pub fixed: Vec<(String, u64)>,
    /// Number of sections of the objects before it: with an index, the [`SectionId`].
    pub first_section: u32,
    /// Number of symbols of the objects before it: with an index, the [`SymbolId`].
    pub first_symbol: u32,
}

/// A section of one of the objects: counts on through all objects.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SectionId(pub u32);

/// A symbol of one of the objects: counts on through all objects.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SymbolId(pub u32);

impl SectionId {
    /// As an index of a table of all sections.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl SymbolId {
    /// As an index of a table of all symbols.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl<'a> Object<'a> {
    /// The id of the section with this index.
    pub fn section_id(&self, index: usize) -> SectionId {
        SectionId(self.first_section + index as u32)
    }

    /// The id of the symbol with this index.
    pub fn symbol_id(&self, index: usize) -> SymbolId {
        SymbolId(self.first_symbol + index as u32)
    }

    /// All relocations of a section.
    pub fn relocations(&self, section: &Section<'a>) -> &[Relocation] {
        &self.relocations[section.relocations.start as usize..section.relocations.end as usize]
    }

    /// What lies where in the object, for messages.
    pub fn index(&self) -> Index<'_, 'a> {
        let symbols = self.symbols.iter().filter(|s| s.size > 0);
        let mut symbols: Vec<_> = symbols
            .filter_map(|symbol| match symbol.place {
                Place::Section { section, offset } => Some(((section, offset), symbol)),
                Place::Undefined | Place::Absolute(_) => None,
            })
            .collect();
        symbols.sort_by_key(|&(place, _)| place);
        Index {
            object: self,
            symbols,
        }
    }

    /// The name of a symbol, for messages: a section's symbol has its section's name.
    pub fn symbol_name(&self, index: u32) -> String {
        let Some(symbol) = self.symbols.get(index as usize) else {
            return String::new();
        };
        match symbol.place {
            Place::Section { section, .. } if symbol.name.is_empty() => {
                text(self.sections[section as usize].name)
            }
            _ => text(symbol.name),
        }
    }
}

/// What lies where in an object: it is made once for any number of questions.
pub struct Index<'o, 'a> {
    object: &'o Object<'a>,
    /// Section and offset of symbols that have a size, in order.
    symbols: Vec<((u32, u64), &'o Symbol<'a>)>,
}

impl Index<'_, '_> {
    /// The function or object at this place, or else the section.
    pub fn describe(&self, section: usize, offset: u64) -> String {
        let place = (section as u32, offset);
        let after = self.symbols.partition_point(|&(start, _)| start <= place);
        let found = self.symbols[..after].last();
        let found = found.filter(|((within, start), symbol)| {
            *within as usize == section && offset - start < symbol.size
        });
        let name = found.map_or(self.object.sections[section].name, |(_, symbol)| {
            symbol.name
        });
        text(name)
    }
}

/// A name in a message.
pub fn text(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

/// A section.
#[derive(Debug)]
pub struct Section<'a> {
    /// Its name.
    pub name: &'a [u8],
    /// What it is for.
    pub role: Role,
    /// Its bytes; none for [`Role::Zero`].
    pub data: &'a [u8],
    /// Its size in the address space, in bytes.
    pub size: u64,
    /// A power of two.
    pub align: u64,
    /// It stays even if nothing refers to it.
    pub retained: bool,
    /// Whether the program may write to it; for a fixed section, where the role says less.
    pub writable: bool,
    /// In [`Object::relocations`].
    pub relocations: Range<u32>,
    /// Of what its bytes are made.
    pub pieces: Pieces,
}

/// Of what a section's bytes are made. Pieces that are equal to others may be left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pieces {
    /// Of one piece, which belongs to nobody else.
    Whole,
    /// Of words of that many bytes; the section's size is a multiple.
    Words(u32),
    /// Of strings of characters of that many bytes, each up to a zero, which is there.
    Strings(u32),
}

/// What a section is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Not part of a program: symbol tables, and debug information where it is not asked for.
    Ignored,
    /// Debug information: part of the file, and not of the program.
    Debug,
    /// Machine code.
    Code,
    /// Constants, also those with addresses in them: a static program's are final.
    ReadOnly,
    /// Initialised variables.
    Data,
    /// Variables that start as zero.
    Zero,
    /// Call frame information.
    Unwind,
    /// A note that stays in the executable.
    Note,
    /// Thread-local variables, which the linker does not do.
    ThreadLocal,
}

/// A symbol.
#[derive(Debug)]
pub struct Symbol<'a> {
    /// Its name; empty for a section's symbol.
    pub name: &'a [u8],
    /// Where it is.
    pub place: Place,
    /// Who sees it.
    pub binding: Binding,
    /// What it names.
    pub kind: SymbolKind,
    /// Bytes, or 0.
    pub size: u64,
    /// Not to be seen outside of the program.
    pub hidden: bool,
}

/// Where a symbol is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// Elsewhere.
    Undefined,
    /// At an address.
    Absolute(u64),
    /// In a section of the same object.
    Section {
        /// Index of the section.
        section: u32,
        /// Offset in it.
        offset: u64,
    },
}

/// Who sees a symbol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binding {
    /// Its object.
    Local,
    /// All objects.
    Global,
    /// All objects; another definition goes first, and none at all is no error.
    Weak,
}

/// What a symbol names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SymbolKind {
    /// A function.
    Function,
    /// A variable.
    Object,
    /// A place that is not said to be either.
    Label,
    /// A section or file, which only the object itself needs.
    Internal,
}

/// A reference in a section.
#[derive(Clone, Copy, Debug)]
pub struct Relocation {
    /// Added to the symbol's address.
    pub addend: i64,
    /// Where, in the section.
    pub offset: u32,
    /// Index of the symbol in the object.
    pub symbol: u32,
    /// Index of its type in [`crate::arch::Cpu::kinds`].
    pub kind: u16,
}

/// A COMDAT group.
#[derive(Debug)]
pub struct Group<'a> {
    /// Groups of the same signature are the same.
    pub signature: &'a [u8],
    /// Indices of its sections.
    pub sections: Vec<u32>,
}
