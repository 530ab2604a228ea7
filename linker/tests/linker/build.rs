//! Builds small objects.

use object::elf::R_X86_64_PC32;
use object::write::{Object, Relocation, SectionId, Symbol, SymbolId, SymbolSection};
use object::{
    Architecture, BinaryFormat, Endianness, RelocationFlags, SectionFlags, SectionKind,
    SymbolFlags, SymbolKind, SymbolScope,
};

/// An object under construction.
pub struct Builder(pub Object<'static>);

impl Builder {
    /// An object for x86-64.
    pub fn x86_64() -> Self {
        Builder::new(Architecture::X86_64)
    }

    /// An object for aarch64.
    pub fn aarch64() -> Self {
        Builder::new(Architecture::Aarch64)
    }

    /// An object for a CPU.
    pub fn new(architecture: Architecture) -> Self {
        Builder(Object::new(
            BinaryFormat::Elf,
            architecture,
            Endianness::Little,
        ))
    }

    /// Adds a section.
    pub fn section(
        &mut self,
        name: &str,
        kind: SectionKind,
        bytes: &[u8],
        align: u64,
    ) -> SectionId {
        let id = self.0.add_section(Vec::new(), name.into(), kind);
        self.0.append_section_data(id, bytes, align);
        id
    }

    /// Adds a section of zeros, which has no bytes in the file.
    pub fn zero(&mut self, name: &str, size: u64) -> SectionId {
        let kind = SectionKind::UninitializedData;
        let id = self.0.add_section(Vec::new(), name.into(), kind);
        self.0.append_section_bss(id, size, 8);
        id
    }

    /// Adds a section of machine code.
    pub fn code(&mut self, name: &str, bytes: &[u8]) -> SectionId {
        self.section(name, SectionKind::Text, bytes, 16)
    }

    /// Adds a note in the section with this name.
    pub fn note(&mut self, name: &str, n_type: u32, desc: &[u8]) {
        let mut bytes = Vec::new();
        for word in [9, desc.len() as u32, n_type] {
            bytes.extend(word.to_le_bytes());
        }
        bytes.extend(b"wasi-aot\0\0\0\0");
        bytes.extend(desc);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        self.section(name, SectionKind::Note, &bytes, 4);
    }

    /// Adds the note with fixed addresses.
    pub fn fix(&mut self, sections: &[(&str, u64)]) {
        let lines = sections
            .iter()
            .map(|(section, address)| format!("{section} {address:#x}\n"));
        let text: String = lines.collect();
        self.note(".note.wasi-aot.fixed", 1, text.as_bytes());
    }

    fn symbol(&mut self, name: &str, section: SymbolSection, value: u64) -> Symbol {
        Symbol {
            name: name.into(),
            value,
            size: 0,
            kind: SymbolKind::Text,
            scope: SymbolScope::Dynamic,
            weak: false,
            section,
            flags: SymbolFlags::None,
        }
    }

    /// Defines a global symbol in a section.
    pub fn define(&mut self, name: &str, section: SectionId, offset: u64) -> SymbolId {
        let symbol = self.symbol(name, SymbolSection::Section(section), offset);
        self.0.add_symbol(symbol)
    }

    /// Defines a weak symbol in a section.
    pub fn define_weak(&mut self, name: &str, section: SectionId, offset: u64) -> SymbolId {
        let mut symbol = self.symbol(name, SymbolSection::Section(section), offset);
        symbol.weak = true;
        self.0.add_symbol(symbol)
    }

    /// Defines a local symbol in a section.
    pub fn define_local(&mut self, name: &str, section: SectionId, offset: u64) -> SymbolId {
        let mut symbol = self.symbol(name, SymbolSection::Section(section), offset);
        symbol.scope = SymbolScope::Compilation;
        self.0.add_symbol(symbol)
    }

    /// Defines an absolute symbol.
    pub fn absolute(&mut self, name: &str, address: u64) -> SymbolId {
        let mut symbol = self.symbol(name, SymbolSection::Absolute, address);
        symbol.kind = SymbolKind::Data;
        self.0.add_symbol(symbol)
    }

    /// Refers to an undefined symbol.
    pub fn want(&mut self, name: &str, weak: bool) -> SymbolId {
        let mut symbol = self.symbol(name, SymbolSection::Undefined, 0);
        symbol.kind = SymbolKind::Unknown;
        symbol.weak = weak;
        self.0.add_symbol(symbol)
    }

    /// Adds a relocation.
    pub fn relocate(
        &mut self,
        section: SectionId,
        offset: u64,
        r_type: u32,
        symbol: SymbolId,
        addend: i64,
    ) {
        let relocation = Relocation {
            offset,
            symbol,
            addend,
            flags: RelocationFlags::Elf { r_type },
        };
        self.0
            .add_relocation(section, relocation)
            .expect("the relocation is understood");
    }

    /// Adds call frame information for defined functions of one byte: a CIE, and an FDE each.
    /// `nops`, a multiple of 4, is the number of padding instructions.
    pub fn frames(&mut self, functions: &[&str], nops: u32) {
        let mut bytes = vec![
            0x14, 0, 0, 0, 0, 0, 0, 0, 1, b'z', b'R', 0, 1, 0x78, 16, 1, 0x1b, 0x0c, 7, 8, 0x90, 1,
            0, 0,
        ];
        let mut places = Vec::new();
        for _ in functions {
            let at = bytes.len() as u32;
            places.push(u64::from(at) + 8);
            for word in [0x10 + nops, at + 4, 0, 1, 0] {
                bytes.extend(word.to_le_bytes());
            }
            bytes.resize(bytes.len() + nops as usize, 0);
        }
        let frames = self.section(".eh_frame", SectionKind::ReadOnlyData, &bytes, 8);
        for (place, function) in places.into_iter().zip(functions) {
            let id = self.0.symbol_id(function.as_bytes());
            let id = id.expect("it is defined");
            self.relocate(frames, place, R_X86_64_PC32, id, 0);
        }
    }

    /// Sets a section's flags (`sh_flags`).
    pub fn flags(&mut self, section: SectionId, sh_flags: u64) {
        self.0.section_mut(section).flags = SectionFlags::Elf { sh_flags };
    }

    /// The object's bytes.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.write().expect("the object is written")
    }
}
