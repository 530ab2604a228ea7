//! The directions in which values of each type are passed.

use super::interfaces::Wit;
use std::collections::HashSet;
use wit_parser::{Type, TypeId};

/// The types that parameters and results contain.
#[derive(Debug, Default)]
pub struct Uses {
    lifted: HashSet<TypeId>,
    lowered: HashSet<TypeId>,
}

impl Uses {
    /// Those of all functions.
    pub fn of(wit: &Wit) -> Uses {
        let mut uses = Uses::default();
        for id in wit.packages.iter().flat_map(|package| &package.interfaces) {
            for function in wit.resolve.interfaces[*id].functions.values() {
                for param in &function.params {
                    reach(wit, &param.ty, &mut uses.lifted);
                }
                if let Some(ty) = &function.result {
                    reach(wit, ty, &mut uses.lowered);
                }
            }
        }
        uses
    }

    /// The word for the directions in the runtime's macros.
    pub fn ways(&self, id: TypeId) -> &'static str {
        match (self.lifted.contains(&id), self.lowered.contains(&id)) {
            (true, true) => "both",
            (true, false) => "lift",
            _ => "lower",
        }
    }
}

fn reach(wit: &Wit, ty: &Type, reached: &mut HashSet<TypeId>) {
    if let Type::Id(id) = ty
        && reached.insert(*id)
    {
        for part in wit.parts(*id) {
            reach(wit, &part, reached);
        }
    }
}
