//! Writes the constants of code generators to the read-only data, with their references.

use super::blob::{Blob, Relocation, Target};
use super::state::Segments;
use super::text::{Layout, resolve};
use crate::Result;
use crate::codegen::function::Compiled;

/// Offsets in the read-only data of the data to which code refers.
pub struct Data<'a> {
    /// The program's data.
    pub segments: &'a Segments,
    /// The constants of each unit, in the order of the units.
    pub constants: Vec<Box<[u64]>>,
}

impl<'a> Data<'a> {
    /// Appends the constants of all units to `rodata`.
    ///
    /// # Errors
    /// [`crate::Code::Bug`] for a reference to data that does not exist.
    pub fn write(
        segments: &'a Segments,
        layout: &Layout,
        compiled: &[Compiled],
        rodata: &mut Blob,
    ) -> Result<Self> {
        let mut constants = Vec::with_capacity(compiled.len());
        for compiled in compiled {
            let places = compiled.constants.iter().map(|constant| {
                rodata.align(constant.alignment as usize);
                rodata.append(&constant.bytes)
            });
            let places: Box<[u64]> = places.collect();
            for (constant, &at) in compiled.constants.iter().zip(&places) {
                for reference in &constant.references {
                    let (target, addend) = resolve(
                        layout,
                        segments,
                        &places,
                        (Target::Rodata, at as i64),
                        reference,
                    )?;
                    rodata.relocations.push(Relocation {
                        offset: at + u64::from(reference.offset),
                        kind: reference.kind,
                        target,
                        addend,
                    });
                }
            }
            constants.push(places);
        }
        Ok(Data {
            segments,
            constants,
        })
    }
}
