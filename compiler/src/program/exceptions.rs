//! Tags at run time: the numbers in the headers of exceptions, and the layout of their payload.

use super::{ObjectLayout, Program, TagId, objects};
use wasmparser::{StorageType, ValType};

impl Program<'_> {
    /// The types of the values in exceptions with this tag.
    pub fn payload(&self, tag: TagId) -> &[ValType] {
        self.signature(self.tags[tag]).params()
    }

    /// The number in [`wasi_aot_abi::heap::Object::ty`] of exceptions with this tag: tags follow
    /// the types.
    pub fn tag_number(&self, tag: TagId) -> u32 {
        self.types.len() as u32 + tag.as_u32()
    }

    /// The layout of exceptions with this tag: the payload values are the fields. The program must
    /// throw some exception.
    pub fn exception(&self, tag: TagId) -> &ObjectLayout {
        &self.objects[self.tag_number(tag) as usize]
    }

    /// The layouts of exceptions, in the order of tags.
    pub(super) fn exceptions(&self) -> Vec<ObjectLayout> {
        let layout = |tag| {
            let payload = self.payload(tag).iter();
            objects::structure(&self.types, payload.map(|ty| StorageType::Val(*ty)))
        };
        self.tags.keys().map(layout).collect()
    }
}
