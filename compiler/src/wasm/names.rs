//! The name section and the producers section. They are hints: malformed parts are ignored.

use super::{FuncIndex, Module};
use cranelift_entity::EntityRef;
use wasmparser::{Name, NameSectionReader, ProducersSectionReader};

/// Takes the names of the module and its functions, up to the first malformed part of the section.
pub fn read<'a>(module: &mut Module<'a>, section: NameSectionReader<'a>) {
    for subsection in section {
        match subsection {
            Ok(Name::Module { name, .. }) => module.name = name.to_owned(),
            Ok(Name::Function(names)) => {
                module.function_names = names
                    .into_iter()
                    .map_while(|naming| naming.ok())
                    .map(|naming| (FuncIndex::new(naming.index as usize), naming.name))
                    .collect();
            }
            Ok(_) => {}
            Err(_) => return,
        }
    }
}

/// Whether the producers section names a language.
pub fn has_language(section: ProducersSectionReader<'_>, language: &str) -> bool {
    let mut fields = section.into_iter().map_while(|field| field.ok());
    fields.any(|field| {
        let mut values = field.values.into_iter().map_while(|value| value.ok());
        field.name == "language" && values.any(|value| value.name == language)
    })
}

/// Drops names of functions that do not exist, and all but the first name of each function.
pub fn clean(module: &mut Module<'_>) {
    let functions = module.functions.len();
    let names = &mut module.function_names;
    names.retain(|(index, _)| index.index() < functions);
    names.sort_by_key(|(index, _)| *index);
    names.dedup_by_key(|(index, _)| *index);
}

impl Module<'_> {
    /// The name of a function: from the name section, else from its first export.
    pub fn function_name(&self, index: FuncIndex) -> Option<&str> {
        let names = &self.function_names;
        if let Ok(at) = names.binary_search_by_key(&index, |(index, _)| *index) {
            return Some(names[at].1);
        }
        let item = super::Item::Func(index);
        let export = self.exports.iter().find(|export| export.item == item)?;
        Some(export.name)
    }
}
