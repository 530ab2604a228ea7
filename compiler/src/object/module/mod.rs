//! Writes the object for any linker, through `cranelift-object`: ELF, COFF or Mach-O, depending on
//! the target's triple.
//!
//! Each unit is a function of an [`ObjectModule`], calls are relocations, and the sections of data
//! are data objects. All functions are in one section and in the order of the layout, because the
//! runtime's tables contain distances from the start of the text; [`product`] checks this, and adds
//! the parts that `cranelift-object` does not support.

mod format;
mod product;
#[cfg(test)]
mod tests;

use super::blob::{Blob, Relocation, Target};
use super::embed;
use super::embed::Placed;
use super::text::{Calls, Layout};
use super::writer::{self, FixedNote, Notes, Writer, import};
use super::{Configuration, config};
use crate::codegen::cranelift::of_module;
use crate::cpu::{self, Cpu};
use crate::program::{Program, RegionId};
use crate::{Code, Error, Result, codegen};
use cranelift_module::{
    DataDescription, DataId, FuncId, Linkage, Module as _, ModuleError, ModuleReloc,
    ModuleRelocTarget,
};
use cranelift_object::{ObjectBuilder, ObjectModule};
use format::Format;
use product::Product;
use std::collections::{BTreeMap, HashMap};
use target_lexicon::Triple;
use wasi_aot_abi::symbols::sections;
use wasi_aot_targets::Target as Machine;

/// An object under construction.
pub struct Module<'a> {
    program: &'a Program<'a>,
    cpu: &'static Cpu,
    layout: &'a Layout,
    triple: Triple,
    format: &'static Format,
    module: ObjectModule,
    units: Vec<FuncId>,
    names: Vec<(u32, String)>,
    rodata: DataId,
    names_of_reports: DataId,
    config: DataId,
    embed: Option<DataId>,
    imports: HashMap<&'a str, FuncId>,
    regions: BTreeMap<RegionId, DataId>,
    /// All data objects, and whether the program writes to them.
    sections: Vec<(DataId, bool)>,
    zeros: Vec<Zeros>,
    late: Vec<Late>,
    frames: Vec<u8>,
    program_at: u64,
    names_len: u64,
    fixed: FixedNote,
}

/// A symbol of the module.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Symbol {
    Function(FuncId),
    Data(DataId),
}

impl From<Symbol> for ModuleRelocTarget {
    fn from(symbol: Symbol) -> Self {
        match symbol {
            Symbol::Function(id) => id.into(),
            Symbol::Data(id) => id.into(),
        }
    }
}

/// A section of zeros at a fixed address.
struct Zeros {
    name: String,
    bytes: u64,
    alignment: u64,
}

/// The item that contains a relocation.
#[derive(Clone, Copy)]
enum Holder {
    Text,
    Data(DataId),
    Frames,
}

/// A relocation that `cranelift-object` does not support for the format.
struct Late {
    holder: Holder,
    offset: u64,
    kind: cpu::Relocation,
    symbol: Symbol,
    addend: i64,
}

impl<'a> Module<'a> {
    /// An object for this target whose functions are declared.
    ///
    /// # Errors
    /// [`Code::Target`] for a target without an object format.
    pub fn new(
        program: &'a Program<'a>,
        cpu: &'static Cpu,
        target: &Machine,
        layout: &'a Layout,
    ) -> Result<Self> {
        let triple = cpu::triple(target)?;
        let format = format::of(&triple)?;
        let isa = codegen::isa(target, codegen::Choices::default())?;
        let builder = ObjectBuilder::new(isa, "program", cranelift_module::default_libcall_names());
        let mut module = ObjectModule::new(builder.map_err(bug)?);
        // The signature is not used, because the functions' bytes are given.
        let signature = module.make_signature();
        let mut units = Vec::with_capacity(layout.starts.len());
        for unit in 0..layout.starts.len() {
            // Names in the program need not be unique, or differ from the runtime's.
            let name = format!("wasi_aot_unit[{unit}]");
            let id = module.declare_function(&name, Linkage::Local, &signature);
            units.push(id.map_err(bug)?);
        }
        let rodata = data(&mut module, sections::RODATA, false)?;
        let names_of_reports = data(&mut module, sections::NAMES, false)?;
        let config = data(&mut module, sections::CONFIG, false)?;
        Ok(Module {
            program,
            cpu,
            layout,
            triple,
            format,
            module,
            units,
            names: Vec::new(),
            rodata,
            names_of_reports,
            config,
            embed: None,
            imports: HashMap::new(),
            regions: BTreeMap::new(),
            sections: Vec::new(),
            zeros: Vec::new(),
            late: Vec::new(),
            frames: Vec::new(),
            program_at: 0,
            names_len: 0,
            fixed: FixedNote::default(),
        })
    }

    /// Adds the configuration and writes the object.
    ///
    /// # Errors
    /// Those of [`config::write`] and [`Placed::read`].
    pub fn finish(mut self, configuration: &Configuration) -> Result<Vec<u8>> {
        let embeds = &configuration.carried.embeds;
        let placed = Placed::new(embeds);
        let blob = config::write(configuration, &placed)?;
        if !embeds.is_empty() {
            self.embed(placed.read()?)?;
        }
        self.sections.push((self.config, false));
        let alignment = writer::CONFIG_ALIGN;
        self.define(self.config, sections::CONFIG, blob, alignment, false)?;
        Product::finish(self, &Notes::new(configuration))
    }

    /// Adds the contents of embedded files; before what refers to them.
    fn embed(&mut self, bytes: Vec<u8>) -> Result<()> {
        let id = data(&mut self.module, sections::EMBED, false)?;
        self.embed = Some(id);
        self.sections.push((id, false));
        let blob = Blob {
            bytes,
            relocations: Vec::new(),
        };
        self.define(id, sections::EMBED, blob, embed::ALIGN, false)
    }

    /// A relocation of a unit that begins at `begin`, if `cranelift-object` has it.
    fn reloc(&mut self, relocation: &Relocation, begin: u32) -> Result<Option<ModuleReloc>> {
        let kind = match relocation.kind {
            cpu::Relocation::Page | cpu::Relocation::PageOffset if self.format.places => None,
            kind => of_module(self.cpu, kind),
        };
        let Some(kind) = kind else { return Ok(None) };
        let (symbol, from) = self.symbol(relocation.target)?;
        Ok(Some(ModuleReloc {
            offset: offset(relocation.offset)? - begin,
            kind,
            name: symbol.into(),
            addend: relocation.addend + from,
        }))
    }

    /// The symbol for a target, and the target's distance from it.
    fn symbol(&mut self, target: Target) -> Result<(Symbol, i64)> {
        Ok(match target {
            Target::Text => {
                let first = self.layout.starts.first().zip(self.units.first());
                let (&start, &first) = first.ok_or_else(|| bug("the text is empty"))?;
                (Symbol::Function(first), -i64::from(start))
            }
            Target::Unit(unit) => (Symbol::Function(self.units[unit as usize]), 0),
            Target::Rodata => (Symbol::Data(self.rodata), 0),
            Target::Names => (Symbol::Data(self.names_of_reports), 0),
            Target::Config => (Symbol::Data(self.config), 0),
            Target::Embed => {
                let embed = self.embed.ok_or_else(|| bug("nothing is embedded"))?;
                (Symbol::Data(embed), 0)
            }
            Target::Runtime(runtime) => (Symbol::Function(self.import(runtime.name())?), 0),
            Target::Host(id) => {
                let name = import(self.program, id);
                (Symbol::Function(self.import(name)?), 0)
            }
            Target::Region(id) => (Symbol::Data(self.region(id)?), 0),
        })
    }

    fn import(&mut self, name: &'a str) -> Result<FuncId> {
        if let Some(&id) = self.imports.get(name) {
            return Ok(id);
        }
        let signature = self.module.make_signature();
        let id = self
            .module
            .declare_function(name, Linkage::Import, &signature)
            .map_err(bug)?;
        self.imports.insert(name, id);
        Ok(id)
    }

    /// A region, whose symbol gets its final address in the product.
    fn region(&mut self, id: RegionId) -> Result<DataId> {
        if let Some(&region) = self.regions.get(&id) {
            return Ok(region);
        }
        let name = format!("wasi_aot_region[{}]", id.as_u32());
        let region = self
            .module
            .declare_data(&name, Linkage::Import, true, false)
            .map_err(bug)?;
        self.regions.insert(id, region);
        Ok(region)
    }

    fn late(&mut self, holder: Holder, relocation: &Relocation) -> Result<()> {
        let (symbol, from) = self.symbol(relocation.target)?;
        self.late.push(Late {
            holder,
            offset: relocation.offset,
            kind: relocation.kind,
            symbol,
            addend: relocation.addend + from,
        });
        Ok(())
    }

    /// Defines the data object for a section.
    fn define(
        &mut self,
        id: DataId,
        name: &str,
        blob: Blob,
        alignment: u64,
        fixed: bool,
    ) -> Result<()> {
        let mut description = DataDescription::new();
        description.set_custom_section(&(self.format.section)(name));
        description.set_align(alignment);
        // No symbol refers to a section whose address is built in.
        description.set_used(fixed);
        description.define(blob.bytes.into());
        for relocation in &blob.relocations {
            // Data objects support no other kinds.
            if relocation.kind != cpu::Relocation::Address {
                self.late(Holder::Data(id), relocation)?;
                continue;
            }
            let (symbol, from) = self.symbol(relocation.target)?;
            let place = description.import_global_value(symbol.into());
            let offset = offset(relocation.offset)?;
            description.write_data_addr(offset, place, relocation.addend + from);
        }
        self.module.define_data(id, &description).map_err(bug)
    }
}

impl Writer for Module<'_> {
    fn calls(&self) -> Calls {
        Calls::Open
    }

    fn name(&mut self, unit: u32, name: &str) {
        self.names.push((unit, name.into()));
    }

    fn text(&mut self, blob: Blob) -> Result<()> {
        let mut relocations = blob.relocations.iter().peekable();
        let ends = self.layout.begins.iter().skip(1);
        let ends = ends.chain([&self.layout.size]);
        let mut alignment = self.layout.alignment;
        for (unit, (&begin, &end)) in self.layout.begins.iter().zip(ends).enumerate() {
            let mut own = Vec::new();
            while let Some(relocation) = relocations.next_if(|r| r.offset < u64::from(end)) {
                match self.reloc(relocation, begin)? {
                    Some(reloc) => own.push(reloc),
                    None => self.late(Holder::Text, relocation)?,
                }
            }
            let code = &blob.bytes[begin as usize..end as usize];
            self.module
                .define_function_bytes(self.units[unit], alignment, code, &own)
                .map_err(bug)?;
            // The padding and the type before the next unit's code are part of the bytes.
            alignment = 1;
        }
        match relocations.next() {
            None => Ok(()),
            Some(_) => Err(bug("the relocations of the text are not in its order")),
        }
    }

    fn eh_frame(&mut self, blob: Blob) -> Result<()> {
        if self.format.frames.is_none() && !blob.bytes.is_empty() {
            let message = format!(
                "no object for {}: it would need .pdata and .xdata, which are not written yet",
                self.triple
            );
            return Err(Error::new(Code::Target, message));
        }
        for relocation in &blob.relocations {
            self.late(Holder::Frames, relocation)?;
        }
        self.frames = blob.bytes;
        Ok(())
    }

    fn fixed(
        &mut self,
        name: &str,
        address: u64,
        blob: Blob,
        writable: bool,
        alignment: u64,
    ) -> Result<()> {
        let id = data(&mut self.module, name, writable)?;
        self.fixed.add(&(self.format.section)(name), address);
        self.sections.push((id, writable));
        // Its fixed address already has the required alignment.
        let alignment = alignment.min(self.format.alignment);
        self.define(id, name, blob, alignment, true)
    }

    fn fixed_zeros(&mut self, name: &str, address: u64, bytes: u64, alignment: u64) {
        self.fixed.add(&(self.format.section)(name), address);
        self.zeros.push(Zeros {
            name: name.into(),
            bytes,
            alignment: alignment.min(self.format.alignment),
        });
    }

    fn names(&mut self, bytes: Vec<u8>) -> Result<()> {
        self.names_len = bytes.len() as u64;
        let blob = Blob {
            bytes,
            relocations: Vec::new(),
        };
        self.sections.push((self.names_of_reports, false));
        self.define(self.names_of_reports, sections::NAMES, blob, 1, false)
    }

    fn rodata(&mut self, blob: Blob, program: u64) -> Result<()> {
        self.program_at = program;
        self.sections.push((self.rodata, false));
        self.define(self.rodata, sections::RODATA, blob, 16, false)
    }
}

/// Declares the data object for a section.
fn data(module: &mut ObjectModule, section: &str, writable: bool) -> Result<DataId> {
    let name = format!("wasi_aot_section[{section}]");
    module
        .declare_data(&name, Linkage::Local, writable, false)
        .map_err(bug)
}

fn offset(offset: u64) -> Result<u32> {
    u32::try_from(offset)
        .map_err(|_| Error::new(Code::Layout, "the constants are larger than 4 GiB"))
}

fn bug(error: impl Into<Failure>) -> Error {
    Error::new(Code::Bug, format!("object: {}", error.into().0))
}

/// An error of one of the crates.
struct Failure(String);

impl From<ModuleError> for Failure {
    fn from(error: ModuleError) -> Self {
        Failure(error.to_string())
    }
}

impl From<object::write::Error> for Failure {
    fn from(error: object::write::Error) -> Self {
        Failure(error.to_string())
    }
}

impl From<&str> for Failure {
    fn from(error: &str) -> Self {
        Failure(error.into())
    }
}
