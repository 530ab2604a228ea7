//! Phase seven: writes headers, symbol table and section headers, which make the image an ELF
//! executable.

use crate::arch::Cpu;
use crate::format::{Kept, Tail};
use crate::input::{Binding, Object, Place, Symbol, SymbolKind};
use crate::layout::{Access, Contents, Layout, Output};
use crate::place::segment_count;
use crate::relocate::Linked;
use crate::resolve::Definition;
use crate::{Detail, Error, Result};
use object::LittleEndian as LE;
use object::elf::*;
use object::endian::{U16, U32, U64};
use object::pod::{Pod, bytes_of};

const HEADER: u64 = size_of::<FileHeader64<LE>>() as u64;
const PROGRAM_HEADER: u64 = size_of::<ProgramHeader64<LE>>() as u64;
const SECTION_HEADER: u64 = size_of::<SectionHeader64<LE>>() as u64;
/// Numbers from `SHN_LORESERVE` on have other meanings.
const MAX_SECTIONS: usize = SHN_LORESERVE as usize - 1;
const SYMBOL: u64 = size_of::<Sym64<LE>>() as u64;

/// Size of the headers at the start of the file, in bytes.
pub fn headers_size(outputs: &[Output], page: u64) -> u64 {
    HEADER + PROGRAM_HEADER * program_header_count(outputs, segment_count(outputs, page)) as u64
}

fn program_header_count(outputs: &[Output], segments: usize) -> usize {
    const STACK: usize = 1;
    let described = outputs.iter().filter(|o| own_header(o).is_some());
    segments + described.count() + STACK
}

/// The type of a section's own program header, in addition to the load segment.
fn own_header(output: &Output) -> Option<u32> {
    match output.contents {
        Contents::Notes(_) => Some(PT_NOTE),
        Contents::UnwindIndex => Some(PT_GNU_EH_FRAME),
        Contents::Sections(_) | Contents::Unwind | Contents::Got => None,
    }
}

/// Symbols: object, and index in the object.
type SymbolList = Vec<(u32, u32)>;

/// The unloaded parts: symbol table, names and section headers.
#[derive(Debug)]
pub struct SymbolsAndHeaders {
    /// The symbols that are kept, local ones first. `None`: there is no symbol table.
    symbols: Option<SymbolList>,
    locals: usize,
    names_size: u64,
    section_names: Vec<u8>,
    /// Offsets of the names of the output sections, then of the unloaded sections.
    section_name_offsets: Vec<u32>,
}

impl SymbolsAndHeaders {
    /// The unloaded parts of an image with these sections and debug sections.
    ///
    /// # Errors
    /// [`Error::TooManySections`].
    pub fn new(kept: &Kept<'_, '_>, outputs: &[Output], detail: Detail) -> Result<Self> {
        let mut tail = SymbolsAndHeaders {
            symbols: None,
            locals: 0,
            names_size: 1,
            section_names: vec![0],
            section_name_offsets: Vec::new(),
        };
        if detail.has_symbols() {
            let (locals, globals) = kept_symbols(kept);
            tail.locals = locals.len();
            let symbols = [locals, globals].concat();
            let names = symbols
                .iter()
                .map(|&s| symbol(kept.objects, s).name.len() + 1);
            tail.names_size += names.sum::<usize>() as u64;
            tail.symbols = Some(symbols);
        }
        for output in outputs.iter().chain(kept.debug) {
            tail.section_name(&output.name);
        }
        if tail.symbols.is_some() {
            tail.section_name(".symtab");
            tail.section_name(".strtab");
        }
        tail.section_name(".shstrtab");
        let count = tail
            .section_header_count()
            .max(program_header_count(outputs, outputs.len()));
        match count > MAX_SECTIONS {
            true => Err(Error::TooManySections {
                count,
                limit: MAX_SECTIONS,
            }),
            false => Ok(tail),
        }
    }

    fn section_name(&mut self, name: &str) {
        self.section_name_offsets
            .push(self.section_names.len() as u32);
        self.section_names.extend_from_slice(name.as_bytes());
        self.section_names.push(0);
    }

    fn symbols_size(&self) -> u64 {
        let symbols = self.symbols.as_ref();
        symbols.map_or(0, |s| SYMBOL * (s.len() as u64 + 1))
    }

    fn names_size(&self) -> u64 {
        self.symbols.as_ref().map_or(0, |_| self.names_size)
    }

    /// Offset of the section headers, relative to the sections' names.
    fn section_headers(&self) -> u64 {
        (self.section_names.len() as u64).next_multiple_of(8)
    }

    fn section_header_count(&self) -> usize {
        1 + self.section_name_offsets.len()
    }
}

impl Tail for SymbolsAndHeaders {
    /// The sizes of the symbols, of their names, and of the sections' names with the section
    /// headers.
    fn sizes(&self) -> Vec<u64> {
        let headers = SECTION_HEADER * self.section_header_count() as u64;
        let sections = self.section_headers() + headers;
        vec![self.symbols_size(), self.names_size(), sections]
    }

    fn write(&self, image: &mut [u8], linked: &Linked<'_, '_>, values: &[u64]) {
        let writer = Writer {
            objects: linked.objects,
            layout: linked.layout,
            tail: self,
            values,
        };
        let entry = values[linked.resolution.entry.index()];
        let mut sink = Sink {
            bytes: image,
            at: 0,
        };
        sink.put(&writer.file_header(linked.cpu, entry));
        writer.program_headers(&mut sink);
        let [symbols, names, sections] = writer.parts();
        sink.at = symbols as usize;
        writer.symbols(&mut sink);
        sink.at = names as usize;
        writer.names(&mut sink);
        sink.at = sections as usize;
        sink.put_bytes(&self.section_names);
        sink.at = (sections + self.section_headers()) as usize;
        writer.section_headers(&mut sink);
    }
}

fn symbol<'o, 'a>(objects: &'o [Object<'a>], (object, index): (u32, u32)) -> &'o Symbol<'a> {
    &objects[object as usize].symbols[index as usize]
}

/// Object and index of the symbols that are kept, for functions and variables in the image: the
/// local ones, and the others.
fn kept_symbols(kept: &Kept<'_, '_>) -> (SymbolList, SymbolList) {
    let (mut locals, mut globals) = (Vec::new(), Vec::new());
    for (number, object) in kept.objects.iter().enumerate() {
        for (index, symbol) in object.symbols.iter().enumerate() {
            let id = object.symbol_id(index);
            let live = match kept.resolution.definitions[id.index()] {
                Definition::Section(section, _) => kept.reachability.live[section.index()],
                // An assembler's local constants are meaningless in the program.
                Definition::Absolute(_) => {
                    matches!(symbol.place, Place::Absolute(_)) && symbol.binding != Binding::Local
                }
                Definition::Missing
                | Definition::MissingWeak
                | Definition::Discarded
                | Definition::Linker(_) => false,
            };
            if live && symbol.is_named() && kept.resolution.definers[id.index()] == id {
                let local = symbol.binding == Binding::Local || symbol.hidden;
                let list = if local { &mut locals } else { &mut globals };
                list.push((number as u32, index as u32));
            }
        }
    }
    (locals, globals)
}

/// Writes values one after the other.
struct Sink<'i> {
    bytes: &'i mut [u8],
    at: usize,
}

impl Sink<'_> {
    fn put_bytes(&mut self, bytes: &[u8]) {
        self.bytes[self.at..self.at + bytes.len()].copy_from_slice(bytes);
        self.at += bytes.len();
    }

    fn put<T: Pod>(&mut self, value: &T) {
        self.put_bytes(bytes_of(value));
    }
}

struct Writer<'w, 'a> {
    objects: &'w [Object<'a>],
    layout: &'w Layout,
    tail: &'w SymbolsAndHeaders,
    values: &'w [u64],
}

/// A section header of zeros.
fn null_section() -> SectionHeader64<LE> {
    SectionHeader64 {
        sh_name: U32::new(LE, 0),
        sh_type: U32::new(LE, SHT_NULL),
        sh_flags: U64::new(LE, 0),
        sh_addr: U64::new(LE, 0),
        sh_offset: U64::new(LE, 0),
        sh_size: U64::new(LE, 0),
        sh_link: U32::new(LE, 0),
        sh_info: U32::new(LE, 0),
        sh_addralign: U64::new(LE, 0),
        sh_entsize: U64::new(LE, 0),
    }
}

impl Writer<'_, '_> {
    /// The offsets of [`Tail::sizes`].
    fn parts(&self) -> [u64; 3] {
        match self.layout.tail_offsets[..] {
            [symbols, names, sections] => [symbols, names, sections],
            _ => unreachable!("the layout has places for other parts than there are"),
        }
    }

    fn file_header(&self, cpu: &Cpu, entry: u64) -> FileHeader64<LE> {
        let sections = self.tail.section_header_count() as u16;
        FileHeader64 {
            e_ident: Ident {
                magic: ELFMAG,
                class: ELFCLASS64,
                data: ELFDATA2LSB,
                version: EV_CURRENT,
                os_abi: ELFOSABI_NONE,
                abi_version: 0,
                padding: [0; 7],
            },
            e_type: U16::new(LE, ET_EXEC),
            e_machine: U16::new(LE, cpu.elf_machine),
            e_version: U32::new(LE, EV_CURRENT.into()),
            e_entry: U64::new(LE, entry),
            e_phoff: U64::new(LE, HEADER),
            e_shoff: U64::new(LE, self.parts()[2] + self.tail.section_headers()),
            e_flags: U32::new(LE, 0),
            e_ehsize: U16::new(LE, HEADER as u16),
            e_phentsize: U16::new(LE, PROGRAM_HEADER as u16),
            e_phnum: U16::new(
                LE,
                program_header_count(&self.layout.outputs, self.layout.segments.len()) as u16,
            ),
            e_shentsize: U16::new(LE, SECTION_HEADER as u16),
            e_shnum: U16::new(LE, sections),
            e_shstrndx: U16::new(LE, sections - 1),
        }
    }

    fn program_headers(&self, sink: &mut Sink<'_>) {
        for output in &self.layout.outputs {
            if let Some(p_type) = own_header(output) {
                let sizes = (output.size, output.size);
                let place = (output.address, output.offset);
                sink.put(&program_header(p_type, PF_R, place, sizes, output.align));
            }
        }
        for segment in &self.layout.segments {
            let flags = match segment.access {
                Access::Read => PF_R,
                Access::Execute => PF_R | PF_X,
                Access::Write => PF_R | PF_W,
            };
            let place = (segment.address, segment.offset);
            let sizes = (segment.file_size, segment.memory_size);
            let page = self.layout.page;
            sink.put(&program_header(PT_LOAD, flags, place, sizes, page));
        }
        // Without PF_X the stack is not executable.
        let stack = program_header(PT_GNU_STACK, PF_R | PF_W, (0, 0), (0, 0), 16);
        sink.put(&stack);
    }

    fn symbols(&self, sink: &mut Sink<'_>) {
        let Some(symbols) = &self.tail.symbols else {
            return;
        };
        let mut entry = Sym64 {
            st_name: U32::new(LE, 0),
            st_info: 0,
            st_other: STV_DEFAULT,
            st_shndx: U16::new(LE, SHN_UNDEF),
            st_value: U64::new(LE, 0),
            st_size: U64::new(LE, 0),
        };
        sink.put(&entry);
        let mut name = 1;
        for (number, &at) in symbols.iter().enumerate() {
            let object = &self.objects[at.0 as usize];
            let symbol = symbol(self.objects, at);
            let binding = match symbol.binding {
                _ if number < self.tail.locals => STB_LOCAL,
                Binding::Weak => STB_WEAK,
                Binding::Local | Binding::Global => STB_GLOBAL,
            };
            let kind = match symbol.kind {
                SymbolKind::Function => STT_FUNC,
                SymbolKind::Object => STT_OBJECT,
                SymbolKind::Label | SymbolKind::Internal => STT_NOTYPE,
            };
            let section = match symbol.place {
                Place::Section { section, offset } => {
                    let id = object.section_id(section as usize);
                    self.layout.output_of(id, offset) as u16 + 1
                }
                Place::Absolute(_) | Place::Undefined => SHN_ABS,
            };
            entry.st_name = U32::new(LE, name);
            entry.st_info = binding << 4 | kind;
            entry.st_shndx = U16::new(LE, section);
            entry.st_value = U64::new(LE, self.values[object.symbol_id(at.1 as usize).index()]);
            entry.st_size = U64::new(LE, symbol.size);
            sink.put(&entry);
            name += symbol.name.len() as u32 + 1;
        }
    }

    fn names(&self, sink: &mut Sink<'_>) {
        let Some(symbols) = &self.tail.symbols else {
            return;
        };
        sink.put_bytes(&[0]);
        for &at in symbols {
            sink.put_bytes(symbol(self.objects, at).name);
            sink.put_bytes(&[0]);
        }
    }

    fn section_headers(&self, sink: &mut Sink<'_>) {
        sink.put(&null_section());
        let mut names = self.tail.section_name_offsets.iter();
        let mut named = move || U32::new(LE, names.next().copied().unwrap_or(0));
        let loaded = self.layout.outputs.iter().map(|output| (output, true));
        let debug = self.layout.debug.iter().map(|output| (output, false));
        for (output, is_loaded) in loaded.chain(debug) {
            sink.put(&SectionHeader64 {
                sh_name: named(),
                ..output_header(output, is_loaded)
            });
        }
        let outputs = (self.layout.outputs.len() + self.layout.debug.len()) as u32;
        let [symbols, names, sections] = self.parts();
        let strings = |offset: u64, size: u64| SectionHeader64 {
            sh_type: U32::new(LE, SHT_STRTAB),
            sh_offset: U64::new(LE, offset),
            sh_size: U64::new(LE, size),
            sh_addralign: U64::new(LE, 1),
            ..null_section()
        };
        if self.tail.symbols.is_some() {
            sink.put(&SectionHeader64 {
                sh_name: named(),
                sh_type: U32::new(LE, SHT_SYMTAB),
                // The names are in the next section. The first output section has the number 1.
                sh_link: U32::new(LE, outputs + 2),
                sh_info: U32::new(LE, self.tail.locals as u32 + 1),
                sh_addralign: U64::new(LE, 8),
                sh_entsize: U64::new(LE, SYMBOL),
                ..strings(symbols, self.tail.symbols_size())
            });
            sink.put(&SectionHeader64 {
                sh_name: named(),
                ..strings(names, self.tail.names_size())
            });
        }
        sink.put(&SectionHeader64 {
            sh_name: named(),
            ..strings(sections, self.tail.section_names.len() as u64)
        });
    }
}

fn program_header(
    p_type: u32,
    flags: u32,
    (address, offset): (u64, u64),
    (file_size, memory_size): (u64, u64),
    align: u64,
) -> ProgramHeader64<LE> {
    ProgramHeader64 {
        p_type: U32::new(LE, p_type),
        p_flags: U32::new(LE, flags),
        p_offset: U64::new(LE, offset),
        p_vaddr: U64::new(LE, address),
        p_paddr: U64::new(LE, address),
        p_filesz: U64::new(LE, file_size),
        p_memsz: U64::new(LE, memory_size),
        p_align: U64::new(LE, align),
    }
}

fn output_header(output: &Output, is_loaded: bool) -> SectionHeader64<LE> {
    let access = match output.access {
        Access::Read => 0,
        Access::Execute => SHF_EXECINSTR,
        Access::Write => SHF_WRITE,
    };
    let flags = match is_loaded {
        true => SHF_ALLOC | access,
        false => 0,
    };
    let kind = match output.contents {
        Contents::Notes(_) => SHT_NOTE,
        _ if output.zero => SHT_NOBITS,
        _ => SHT_PROGBITS,
    };
    SectionHeader64 {
        sh_type: U32::new(LE, kind),
        sh_flags: U64::new(LE, flags.into()),
        sh_addr: U64::new(LE, output.address),
        sh_offset: U64::new(LE, output.offset),
        sh_size: U64::new(LE, output.size),
        sh_addralign: U64::new(LE, output.align),
        ..null_section()
    }
}
