//! Tags at run time: the numbers that exceptions have in their header, and the layout of their payload.

use super::{ObjectLayout, Program, TagId, objects};
use wasmparser::{StorageType, ValType};

impl Program<'_> {
    /// The types of what an exception with this tag carries.
    pub fn payload(&self, tag: TagId) -> &[ValType] {
        self.signature(self.tags[tag]).params()
    }

    /// The number that exceptions with this tag have in [`wasi_aot_abi::heap::Object::ty`]: tags follow the types.
    pub fn tag_number(&self, tag: TagId) -> u32 {
        self.types.len() as u32 + tag.as_u32()
    }

    /// How exceptions with this tag are laid out, in a program that throws any: the fields are the payload.
    pub fn exception(&self, tag: TagId) -> &ObjectLayout {
        &self.objects[self.tag_number(tag) as usize]
    }

    /// The layouts of exceptions, in the order of their tags.
    pub(super) fn exceptions(&self) -> Vec<ObjectLayout> {
        let layout = |tag| {
            let payload = self.payload(tag).iter();
            objects::structure(&self.types, payload.map(|ty| StorageType::Val(*ty)))
        };
        self.tags.keys().map(layout).collect()
    }
}
