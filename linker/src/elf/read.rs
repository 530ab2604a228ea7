//! Reads an ELF relocatable object.

use crate::arch::Cpu;
use crate::input::{
    Binding, Group, Object, Pieces, Place, Relocation, Role, Section, Symbol, SymbolKind, text,
};
use crate::{Detail, Error, Result};
use object::LittleEndian as LE;
use object::elf::*;
use object::read::elf::{
    ElfFile64, FileHeader as _, Rela as _, SectionHeader as _, Sym as _, SymbolTable,
};
use object::{SectionIndex, SymbolIndex};
use wasi_aot_abi::symbols::{NOTE_FIXED, NOTE_OWNER, sections};

type File<'a> = ElfFile64<'a, LE>;

/// The maximum alignment of a section.
const MAX_ALIGN: u64 = 1 << 16;

/// The prefix of the names of debug sections.
const DEBUG: &[u8] = b".debug_";

/// Reads one object. The ids of its sections and symbols start at 0.
pub fn read<'a>(
    name: &'a str,
    bytes: &'a [u8],
    cpu: &'static Cpu,
    detail: Detail,
) -> Result<Object<'a>> {
    let reader = Reader { name, cpu, detail };
    let file = reader.try_(File::parse(bytes))?;
    let header = file.elf_header();
    if header.e_machine(LE) != cpu.elf_machine {
        return Err(Error::WrongMachine {
            object: name.into(),
            expected: cpu.name,
        });
    }
    if header.e_type(LE) != ET_REL {
        return Err(reader.malformed("it is not ET_REL"));
    }
    let mut object = Object {
        name,
        sections: reader.sections(&file, bytes.len() as u64)?,
        symbols: Vec::new(),
        relocations: Vec::new(),
        groups: reader.groups(&file)?,
        fixed: Vec::new(),
        first_section: 0,
        first_symbol: 0,
    };
    object.symbols = reader.symbols(&file, &object.sections)?;
    reader.relocations(&file, &mut object)?;
    object.fixed = reader.fixed(&file)?;
    Ok(object)
}

struct Reader<'a> {
    name: &'a str,
    cpu: &'static Cpu,
    detail: Detail,
}

impl<'a> Reader<'a> {
    fn malformed(&self, what: impl ToString) -> Error {
        Error::Malformed {
            object: self.name.into(),
            what: what.to_string(),
        }
    }

    fn unsupported(&self, what: impl Into<String>) -> Error {
        Error::Unsupported {
            object: self.name.into(),
            what: what.into(),
        }
    }

    fn try_<T>(&self, result: object::read::Result<T>) -> Result<T> {
        result.map_err(|e| self.malformed(e))
    }

    fn sections(&self, file: &File<'a>, file_len: u64) -> Result<Vec<Section<'a>>> {
        let table = file.elf_section_table();
        let mut total = 0u64;
        let mut sections = Vec::with_capacity(table.len());
        for header in table.iter() {
            let section = self.section(file, header)?;
            total += section.data.len() as u64;
            sections.push(section);
        }
        // This prevents a small file from making a large image.
        if total > file_len {
            return Err(self.malformed("its sections overlap"));
        }
        Ok(sections)
    }

    fn section(&self, file: &File<'a>, header: &'a SectionHeader64<LE>) -> Result<Section<'a>> {
        let name = self.try_(file.elf_section_table().section_name(LE, header))?;
        let role = self.role(name, header)?;
        let data = match role {
            Role::Ignored => &[],
            _ => self.try_(header.data(LE, file.data()))?,
        };
        let align = header.sh_addralign(LE).max(1);
        if role != Role::Ignored && (!align.is_power_of_two() || align > MAX_ALIGN) {
            return Err(self.malformed(format!("section {} has alignment {align}", text(name))));
        }
        if header.sh_size(LE) > u64::from(u32::MAX) && role != Role::Ignored {
            return Err(self.malformed(format!("section {} is too large", text(name))));
        }
        let flags = header.sh_flags(LE);
        Ok(Section {
            name,
            role,
            data,
            size: match role {
                Role::Ignored => 0,
                Role::Zero | Role::ThreadLocal => header.sh_size(LE),
                _ => data.len() as u64,
            },
            align,
            retained: role == Role::Note || flags & u64::from(SHF_GNU_RETAIN) != 0,
            writable: flags & u64::from(SHF_WRITE) != 0,
            relocations: 0..0,
            pieces: match role {
                Role::ReadOnly => self.pieces(name, header, data)?,
                Role::Ignored
                | Role::Debug
                | Role::Code
                | Role::Data
                | Role::Zero
                | Role::Unwind
                | Role::Note
                | Role::ThreadLocal => Pieces::Whole,
            },
        })
    }

    /// Whether constants may be merged (gABI, "Section Attribute Flags").
    fn pieces(&self, name: &[u8], header: &SectionHeader64<LE>, data: &[u8]) -> Result<Pieces> {
        let flags = header.sh_flags(LE);
        let has = |flag: u32| flags & u64::from(flag) != 0;
        let size = header.sh_entsize(LE);
        if !has(SHF_MERGE) || has(SHF_WRITE) || size == 0 || data.is_empty() {
            return Ok(Pieces::Whole);
        }
        let malformed = |why| self.malformed(format!("section {} {why}", text(name)));
        let size = u32::try_from(size).map_err(|_| malformed("has too large entries"))?;
        if !data.len().is_multiple_of(size as usize) {
            return Err(malformed("ends within an entry"));
        }
        if !has(SHF_STRINGS) {
            return Ok(Pieces::Words(size));
        }
        match data[data.len() - size as usize..]
            .iter()
            .all(|&byte| byte == 0)
        {
            true => Ok(Pieces::Strings(size)),
            false => Err(malformed("ends within a string")),
        }
    }

    fn role(&self, name: &[u8], header: &SectionHeader64<LE>) -> Result<Role> {
        let flags = header.sh_flags(LE);
        let has = |flag: u32| flags & u64::from(flag) != 0;
        let kind = header.sh_type(LE);
        let kept = [sections::INFO_NOTE, sections::WALL_NOTE];
        if kind == SHT_NOTE && kept.iter().any(|kept| name == kept.as_bytes()) {
            return Ok(Role::Note);
        }
        let is_debug = kind == SHT_PROGBITS && !has(SHF_ALLOC) && name.starts_with(DEBUG);
        if is_debug && self.detail.has_debug() {
            return match has(SHF_COMPRESSED) {
                true => Err(self.unsupported(format!("compressed section {}", text(name)))),
                false => Ok(Role::Debug),
            };
        }
        if !has(SHF_ALLOC)
            || name == sections::FIXED_NOTE.as_bytes()
            || name == b".note.gnu.property"
        {
            return Ok(Role::Ignored);
        }
        if has(SHF_WRITE) && has(SHF_EXECINSTR) {
            let what = format!("section {}, writable and executable,", text(name));
            return Err(self.unsupported(what));
        }
        Ok(match kind {
            SHT_INIT_ARRAY | SHT_FINI_ARRAY | SHT_PREINIT_ARRAY if header.sh_size(LE) > 0 => {
                return Err(self.unsupported(format!("section {}", text(name))));
            }
            SHT_NULL => Role::Ignored,
            SHT_NOTE => Role::Note,
            _ if has(SHF_TLS) => Role::ThreadLocal,
            SHT_NOBITS => Role::Zero,
            _ if name == b".eh_frame" => Role::Unwind,
            _ if has(SHF_EXECINSTR) => Role::Code,
            // The image is static: addresses in constants are final after linking.
            _ if name.starts_with(b".data.rel.ro") => Role::ReadOnly,
            _ if has(SHF_WRITE) => Role::Data,
            _ => Role::ReadOnly,
        })
    }

    fn symbols(&self, file: &File<'a>, sections: &[Section<'a>]) -> Result<Vec<Symbol<'a>>> {
        let table = file.elf_symbol_table();
        let mut symbols = Vec::with_capacity(table.len());
        symbols.push(Symbol {
            name: b"",
            place: Place::Absolute(0),
            binding: Binding::Local,
            kind: SymbolKind::Internal,
            size: 0,
            hidden: true,
        });
        // The first symbol in the table, if any, is null and was already added.
        for (index, symbol) in table.enumerate().skip(1) {
            symbols.push(self.symbol(table, index, symbol, sections)?);
        }
        Ok(symbols)
    }

    fn symbol(
        &self,
        table: &SymbolTable<'a, FileHeader64<LE>>,
        index: SymbolIndex,
        symbol: &'a Sym64<LE>,
        sections: &[Section<'a>],
    ) -> Result<Symbol<'a>> {
        let name = self.try_(table.symbol_name(LE, symbol))?;
        let place = match symbol.st_shndx(LE) {
            SHN_UNDEF => Place::Undefined,
            SHN_ABS => Place::Absolute(symbol.st_value(LE)),
            SHN_COMMON => {
                return Err(self.unsupported(format!("common symbol {}", text(name))));
            }
            _ => {
                let section = self
                    .try_(table.symbol_section(LE, symbol, index))?
                    .filter(|s| s.0 < sections.len())
                    .ok_or_else(|| self.malformed(format!("{} is nowhere", text(name))))?;
                Place::Section {
                    section: section.0 as u32,
                    offset: symbol.st_value(LE),
                }
            }
        };
        Ok(Symbol {
            name,
            place,
            binding: match symbol.st_bind() {
                STB_LOCAL => Binding::Local,
                STB_WEAK => Binding::Weak,
                _ => Binding::Global,
            },
            kind: match symbol.st_type() {
                STT_FUNC => SymbolKind::Function,
                STT_OBJECT => SymbolKind::Object,
                STT_NOTYPE => SymbolKind::Label,
                STT_SECTION | STT_FILE => SymbolKind::Internal,
                STT_TLS => return Err(self.unsupported(format!("thread-local {}", text(name)))),
                STT_GNU_IFUNC => {
                    return Err(self.unsupported(format!("indirect function {}", text(name))));
                }
                other => {
                    return Err(self.unsupported(format!("{} of type {other}", text(name))));
                }
            },
            size: symbol.st_size(LE),
            hidden: matches!(symbol.st_visibility(), STV_HIDDEN | STV_INTERNAL),
        })
    }

    fn groups(&self, file: &File<'a>) -> Result<Vec<Group<'a>>> {
        let mut groups = Vec::new();
        let table = file.elf_section_table();
        for header in table.iter() {
            let Some((flags, members)) = self.try_(header.group(LE, file.data()))? else {
                continue;
            };
            if flags & GRP_COMDAT == 0 {
                continue;
            }
            let symbols = file.elf_symbol_table();
            let index = SymbolIndex(header.sh_info(LE) as usize);
            let symbol = self.try_(symbols.symbol(index))?;
            let sections: Vec<u32> = members.iter().map(|m| m.get(LE)).collect();
            if sections.iter().any(|&s| s as usize >= table.len()) {
                return Err(self.malformed("a group has a member that is not there"));
            }
            // A section's symbol has no name of its own.
            let signature = match symbol.st_type() {
                STT_SECTION => {
                    let section = self.try_(symbols.symbol_section(LE, symbol, index))?;
                    let section = section.ok_or_else(|| self.malformed("a group has no name"))?;
                    let header = self.try_(table.section(section))?;
                    self.try_(table.section_name(LE, header))?
                }
                _ => self.try_(symbols.symbol_name(LE, symbol))?,
            };
            groups.push(Group {
                signature,
                sections,
            });
        }
        Ok(groups)
    }

    fn relocations(&self, file: &File<'a>, object: &mut Object<'a>) -> Result<()> {
        let kinds = kinds_by_number(self.cpu);
        for index in 0..object.sections.len() {
            if object.sections[index].role == Role::Ignored {
                continue;
            }
            let start = object.relocations.len() as u32;
            let mut next = file.elf_relocation_sections().get(SectionIndex(index));
            while let Some(at) = next {
                self.relocation_section(file, at, index, &kinds, object)?;
                next = file.elf_relocation_sections().get(at);
            }
            let relocations = start..object.relocations.len() as u32;
            if !relocations.is_empty() {
                // Relocations will change its bytes.
                object.sections[index].pieces = Pieces::Whole;
            }
            object.sections[index].relocations = relocations;
        }
        Ok(())
    }

    fn relocation_section(
        &self,
        file: &File<'a>,
        at: SectionIndex,
        target: usize,
        kinds: &[u16],
        object: &mut Object<'a>,
    ) -> Result<()> {
        let header = self.try_(file.elf_section_table().section(at))?;
        let Some((entries, _)) = self.try_(header.rela(LE, file.data()))? else {
            return Err(self.unsupported("a relocation section other than SHT_RELA"));
        };
        let section = &object.sections[target];
        let size = section.data.len() as u64;
        let symbols = object.symbols.len() as u32;
        object.relocations.reserve(entries.len());
        for entry in entries {
            let offset = entry.r_offset(LE);
            let (symbol, r_type) = (entry.r_sym(LE, false), entry.r_type(LE, false));
            let kind = kinds.get(r_type as usize).copied().unwrap_or(UNKNOWN);
            if kind == UNKNOWN {
                return Err(Error::UnknownRelocation {
                    object: self.name.into(),
                    section: text(section.name),
                    offset,
                    r_type,
                });
            }
            let width = self.cpu.kinds[usize::from(kind)].field.width() as u64;
            if offset > size || size - offset < width || symbol >= symbols {
                let name = text(section.name);
                return Err(self.malformed(format!("a relocation of {name} is out of range")));
            }
            object.relocations.push(Relocation {
                addend: entry.r_addend(LE),
                offset: offset as u32,
                symbol,
                kind,
            });
        }
        Ok(())
    }

    /// The lines of the note with fixed addresses.
    fn fixed(&self, file: &File<'a>) -> Result<Vec<(String, u64)>> {
        let Some(desc) = super::inspect::find_note(file, NOTE_OWNER, NOTE_FIXED) else {
            return Ok(Vec::new());
        };
        let bad = || self.malformed("its note of fixed addresses cannot be read");
        let lines = std::str::from_utf8(desc).map_err(|_| bad())?;
        lines
            .lines()
            .map(|line| {
                let (section, address) = line.split_once(" 0x").ok_or_else(bad)?;
                let address = u64::from_str_radix(address, 16).map_err(|_| bad())?;
                Ok((section.to_owned(), address))
            })
            .collect()
    }
}

/// No relocation type has this index.
const UNKNOWN: u16 = u16::MAX;

/// The index in [`Cpu::kinds`], by ELF's number.
fn kinds_by_number(cpu: &Cpu) -> Vec<u16> {
    let count = cpu.kinds.iter().map(|k| k.elf + 1).max().unwrap_or(0);
    let mut table = vec![UNKNOWN; count as usize];
    for (index, kind) in cpu.kinds.iter().enumerate() {
        table[kind.elf as usize] = index as u16;
    }
    table
}
