//! Tags at run time: the numbers that exceptions have in their header, and the layout of their payload.

use super::{ObjectLayout, Program, TagId};
use std::mem::size_of;
use wasi_aot_abi::heap::{OBJECT_ALIGN, Object};
use wasmparser::ValType;

impl Program<'_> {
    /// The types of what an exception with this tag carries.
    pub fn payload(&self, tag: TagId) -> &[ValType] {
        self.types[self.tags[tag]].params()
    }

    /// The number that exceptions with this tag have in [`Object::ty`]: tags follow the types.
    pub fn tag_number(&self, tag: TagId) -> u32 {
        self.types.len() as u32 + tag.as_u32()
    }

    /// Where the payload stands in an exception, and the exception's layout.
    pub fn exception(&self, tag: TagId) -> (Vec<u32>, ObjectLayout) {
        let mut end = size_of::<Object>() as u32;
        let (mut offsets, mut references) = (Vec::new(), Vec::new());
        for ty in self.payload(tag) {
            let bytes = width(*ty);
            let offset = end.next_multiple_of(bytes.min(OBJECT_ALIGN as u32));
            offsets.push(offset);
            if self.refers_to_objects(*ty) {
                references.push(offset);
            }
            end = offset + bytes;
        }
        let layout = ObjectLayout {
            bytes: end.next_multiple_of(OBJECT_ALIGN as u32),
            stride: 0,
            references,
        };
        (offsets, layout)
    }

    /// Tells the collector of the exceptions. Afterwards there are no new types.
    pub(super) fn lay_out_exceptions(&mut self) {
        self.objects
            .resize_with(self.types.len(), ObjectLayout::default);
        for tag in self.tags.keys() {
            let (_, layout) = self.exception(tag);
            self.objects.push(layout);
        }
    }
}

/// Bytes of a field.
fn width(ty: ValType) -> u32 {
    match ty {
        ValType::I32 | ValType::F32 | ValType::Ref(_) => 4,
        ValType::I64 | ValType::F64 => 8,
        ValType::V128 => 16,
    }
}
