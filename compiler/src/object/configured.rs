//! The ELF object of a configuration for the in-process linker: an executable is a program's object, this
//! one and the runtime's. Another configuration of the same program is another object of this kind.

use super::blob::{Blob, Target};
use super::elf::{self, Elf, unexpected};
use super::embed::{self, Placed};
use super::writer::{self, Notes};
use super::{Configuration, config};
use crate::Result;
use crate::cpu::Cpu;
use object::write::{SectionId, SymbolId};
use object::{SectionKind, SymbolFlags};
use wasi_aot_abi::symbols::{self, sections};

/// An object under construction.
struct Configured {
    elf: Elf<'static>,
    config: SectionId,
    embed: Option<SectionId>,
}

impl AsMut<Elf<'static>> for Configured {
    fn as_mut(&mut self) -> &mut Elf<'static> {
        &mut self.elf
    }
}

/// The object's bytes.
///
/// # Errors
/// Those of [`config::write`] and [`Placed::read`]; [`crate::Code::Target`] for a CPU that has no
/// object format.
pub fn write(cpu: &'static Cpu, configuration: &Configuration) -> Result<Vec<u8>> {
    let mut elf = Elf::new(cpu)?;
    let mut object = Configured {
        config: elf.section(sections::CONFIG, SectionKind::ReadOnlyData),
        elf,
        embed: None,
    };
    let embeds = &configuration.carried.embeds;
    let placed = Placed::new(embeds);
    let blob = config::write(configuration, &placed)?;
    if !embeds.is_empty() {
        object.embed(placed.read()?);
    }
    object.config(blob)?;
    for (name, kind, description) in Notes::new(configuration).all() {
        object.elf.note(name, kind, description);
    }
    object.elf.write()
}

impl Configured {
    fn embed(&mut self, bytes: Vec<u8>) {
        let section = self.elf.section(sections::EMBED, SectionKind::ReadOnlyData);
        self.elf.set(section, bytes, embed::ALIGN);
        self.embed = Some(section);
    }

    fn config(&mut self, blob: Blob) -> Result<()> {
        let symbol = writer::config(self.config, SymbolFlags::None);
        self.elf.symbol(symbol);
        elf::fill(
            self,
            self.config,
            blob,
            writer::CONFIG_ALIGN,
            Configured::symbol,
        )
    }

    /// The symbol that stands for a target, and how far from it the target is.
    fn symbol(&mut self, target: Target) -> Result<(SymbolId, i64)> {
        let symbol = match target {
            Target::Config => self.elf.start(self.config),
            Target::Embed => {
                let section = self.embed.ok_or_else(|| unexpected(target))?;
                self.elf.start(section)
            }
            Target::Names => self.elf.undefined(symbols::NAMES),
            Target::Runtime(runtime) => self.elf.undefined(runtime.name()),
            Target::Text
            | Target::Unit(_)
            | Target::Rodata
            | Target::Host(_)
            | Target::Region(_) => return Err(unexpected(target)),
        };
        Ok((symbol, 0))
    }
}
