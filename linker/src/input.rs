//! Relocatable objects in the form that all phases use, independent of the file format.

use std::ops::Range;

/// A relocatable object.
#[derive(Debug)]
pub struct Object<'a> {
    /// Its name, for messages.
    pub name: &'a str,
    /// Its sections, in the order of its file.
    pub sections: Vec<Section<'a>>,
    /// Its symbols, in the order of its file.
    pub symbols: Vec<Symbol<'a>>,
    /// The relocations of all sections, grouped by section.
    pub relocations: Vec<Relocation>,
    /// COMDAT groups: the program contains only one of each name.
    pub groups: Vec<Group<'a>>,
    /// Sections with a fixed address: name and address.
    pub fixed: Vec<(String, u64)>,
    /// The number of sections in earlier objects, which is added to an index to give the
    /// [`SectionId`].
    pub first_section: u32,
    /// The number of symbols in earlier objects, which is added to an index to give the
    /// [`SymbolId`].
    pub first_symbol: u32,
}

/// A section of any object: numbers continue across all objects.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SectionId(pub u32);

/// A symbol of any object: numbers continue across all objects.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SymbolId(pub u32);

impl SectionId {
    /// The index in a table of all sections.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl SymbolId {
    /// The index in a table of all symbols.
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

    /// An index of the object's contents by location, for messages.
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

/// An index of an object's contents by location. It is made once for any number of lookups.
pub struct Index<'o, 'a> {
    object: &'o Object<'a>,
    /// Section and offset of each symbol that has a size, sorted.
    symbols: Vec<((u32, u64), &'o Symbol<'a>)>,
}

impl Index<'_, '_> {
    /// The name of the function or object at this location, or else of the section.
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

/// A name as text for a message.
pub fn text(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

/// A section.
#[derive(Debug)]
pub struct Section<'a> {
    /// Its name.
    pub name: &'a [u8],
    /// Its purpose.
    pub role: Role,
    /// Its bytes; empty for [`Role::Zero`].
    pub data: &'a [u8],
    /// Its size in the address space, in bytes.
    pub size: u64,
    /// Its alignment, a power of two.
    pub align: u64,
    /// Whether it is kept even if nothing refers to it.
    pub retained: bool,
    /// Whether the program may write to it. Needed for fixed sections, whose role does not say it.
    pub writable: bool,
    /// Range in [`Object::relocations`].
    pub relocations: Range<u32>,
    /// The pieces of its bytes.
    pub pieces: Pieces,
}

/// The pieces of a section's bytes. A piece that equals another one may be omitted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pieces {
    /// One piece, which is never omitted.
    Whole,
    /// Words with this number of bytes; the section's size is a multiple.
    Words(u32),
    /// Strings whose characters have this number of bytes, each with its terminating zero.
    Strings(u32),
}

/// The purpose of a section.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Not part of a program: symbol tables, and debug information unless requested.
    Ignored,
    /// Debug information: part of the file, but not of the program.
    Debug,
    /// Machine code.
    Code,
    /// Constants, including those with addresses in them: in a static program these are final.
    ReadOnly,
    /// Initialised variables.
    Data,
    /// Variables that are initially zero.
    Zero,
    /// Call frame information.
    Unwind,
    /// A note that stays in the executable.
    Note,
    /// Thread-local variables, which the linker does not support.
    ThreadLocal,
}

/// A symbol.
#[derive(Debug)]
pub struct Symbol<'a> {
    /// Its name; empty for a section's symbol.
    pub name: &'a [u8],
    /// Its location.
    pub place: Place,
    /// Its visibility to other objects.
    pub binding: Binding,
    /// The kind of item that it names.
    pub kind: SymbolKind,
    /// Size in bytes, or 0.
    pub size: u64,
    /// Whether it is invisible outside the program.
    pub hidden: bool,
}

impl Symbol<'_> {
    /// Whether it is in the symbol table of an executable that has one.
    pub fn is_named(&self) -> bool {
        !self.name.is_empty()
            && self.kind != SymbolKind::Internal
            && !self.is_internal_label()
            && !self.is_hidden_label()
    }

    /// Compilers' and assemblers' labels (`.L`), and the mapping symbols of AArch64 (`$x`, `$d`).
    fn is_internal_label(&self) -> bool {
        let label = self.kind == SymbolKind::Label;
        self.binding == Binding::Local
            && (self.name.starts_with(b".L") && self.kind != SymbolKind::Function
                || self.name.starts_with(b"$") && label)
    }

    /// A label through which objects of one program refer to each other, and nobody else does:
    /// neither a function nor a variable.
    fn is_hidden_label(&self) -> bool {
        self.hidden && self.kind == SymbolKind::Label
    }
}

/// The location of a symbol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// Another object defines it.
    Undefined,
    /// An absolute address.
    Absolute(u64),
    /// In a section of its object.
    Section {
        /// Index of the section.
        section: u32,
        /// Offset in it.
        offset: u64,
    },
}

/// The visibility of a symbol, and its priority.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binding {
    /// Visible to its object.
    Local,
    /// Visible to all objects.
    Global,
    /// Visible to all objects. A global definition has priority, and it is no error if there is no
    /// definition.
    Weak,
}

/// The kind of item that a symbol names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SymbolKind {
    /// A function.
    Function,
    /// A variable.
    Object,
    /// A location without a kind.
    Label,
    /// A section or file, which only its object refers to.
    Internal,
}

/// A relocation in a section.
#[derive(Clone, Copy, Debug)]
pub struct Relocation {
    /// Added to the symbol's address.
    pub addend: i64,
    /// Offset in the section.
    pub offset: u32,
    /// Index of the symbol in the object.
    pub symbol: u32,
    /// Index of its type in [`crate::arch::Cpu::kinds`].
    pub kind: u16,
}

/// A COMDAT group.
#[derive(Debug)]
pub struct Group<'a> {
    /// Groups with equal signatures are duplicates.
    pub signature: &'a [u8],
    /// Indices of its sections.
    pub sections: Vec<u32>,
}
