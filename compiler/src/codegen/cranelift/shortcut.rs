//! Code that an earlier build made. It is found by a function's CLIF, or without it, by a shortcut
//! from all that the CLIF is made from ([`Sources`]) to the code.

use super::key::Keys;
use super::pieces::Made;
use crate::codegen::kept::{Kept, Key};
use crate::codegen::piece::Piece;
use crate::codegen::sources::Sources;
use crate::lower::symbol::Symbol;
use crate::lower::{Inlined, Lowered, Unit};
use crate::names;
use crate::program::{FuncId, Program};
use crate::{Code, Error, Result};
use cranelift_codegen::ir::{SourceLoc, UserExternalName};
use cranelift_entity::EntityRef;
use serde::{Deserialize, Serialize};
use std::cell::Cell;

/// What is known of a unit's CLIF, and the key of the code that it became. The names in it are
/// those of the program, which the sources say is the same.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Shortcut {
    code: Key,
    /// The functions whose bodies the passes asked for.
    asked: Vec<u32>,
    /// What they learned.
    learned: Option<Key>,
    /// The base of source locations, from the start of the unit's body.
    base: Option<u32>,
    /// Namespace and index of the names in the function's table.
    names: Vec<(u32, u32)>,
    /// Replaced calls: callee, location of its body, and of the call ([`Inlined`]).
    inlined: Vec<(u32, u32, u32)>,
}

/// The code of other builds.
pub struct Earlier<'w> {
    /// All that is kept.
    pub kept: &'w Kept,
    sources: &'w Sources<'w>,
    keys: Keys,
    /// The unit whose shortcut was sought last, and its key.
    sought: Cell<Option<(Unit, Key)>>,
}

impl<'w> Earlier<'w> {
    /// What is kept, under these keys.
    pub fn new(kept: &'w Kept, sources: &'w Sources<'w>, keys: Keys) -> Earlier<'w> {
        Earlier {
            kept,
            sources,
            keys,
            sought: Cell::default(),
        }
    }

    /// The code of a lowered function, and its key.
    pub fn code(&self, lowered: &Lowered) -> (Key, Option<Made>) {
        let key = self.keys.code(&lowered.func);
        (key, self.kept.find(&key).and_then(Made::from_bytes))
    }

    /// The piece of a unit, if its shortcut leads to it.
    ///
    /// # Errors
    /// As [`Made::piece`].
    pub fn piece(&self, program: &Program, unit: Unit) -> Result<Option<Piece>> {
        let Some(shortcut) = self.shortcut(&self.key(unit)) else {
            return Ok(None);
        };
        let Some(made) = self.kept.find(&shortcut.code).and_then(Made::from_bytes) else {
            return Ok(None);
        };
        let base = shortcut.base.map_or(SourceLoc::default(), |base| {
            SourceLoc::new(base.wrapping_add(start(program, unit)))
        });
        let name = |name: u32| {
            let (namespace, index) = *shortcut.names.get(name as usize)?;
            Some(Symbol::from_external(&UserExternalName {
                namespace,
                index,
            }))
        };
        let inlined = shortcut
            .inlined
            .iter()
            .map(|&(callee, start, call)| Inlined {
                callee: FuncId::from_u32(callee),
                start,
                call,
            });
        made.piece(unit, base, inlined, name).map(Some)
    }

    /// Keeps the shortcut to the code of a function.
    ///
    /// # Errors
    /// [`Code::Bug`] if the shortcuts are checked, and there is one that leads elsewhere.
    pub fn keep(&self, program: &Program, lowered: &Lowered, code: Key) -> Result<()> {
        let unit = lowered.unit;
        let asked = &lowered.asked;
        let params = &lowered.func.params;
        let base = params.base_srcloc();
        let names = params.user_named_funcs().values();
        let inlined = lowered.inlined.iter();
        let new = Shortcut {
            code,
            asked: asked.iter().map(|id| id.as_u32()).collect(),
            learned: (!asked.is_empty()).then(|| self.sources.inlined(asked)),
            base: (!base.is_default()).then(|| base.bits().wrapping_sub(start(program, unit))),
            names: names.map(|name| (name.namespace, name.index)).collect(),
            inlined: inlined
                .map(|at| (at.callee.as_u32(), at.start, at.call))
                .collect(),
        };
        let key = self.key(unit);
        if self.kept.checks() && self.shortcut(&key).is_some_and(|old| old != new) {
            let message = format!("the shortcut of {unit:?} leads to other code");
            return Err(Error::new(Code::Bug, message));
        }
        let bytes = postcard::to_allocvec(&new).expect("plain data has a binary form");
        self.kept.add_shortcut(key, bytes);
        Ok(())
    }

    /// The key of a unit's shortcut. It is sought, then kept, and computed once.
    fn key(&self, unit: Unit) -> Key {
        match self.sought.get() {
            Some((last, key)) if last == unit => key,
            _ => {
                let key = self.keys.shortcut(self.sources, unit);
                self.sought.set(Some((unit, key)));
                key
            }
        }
    }

    /// A shortcut, if what passes learn of other functions is still the same.
    fn shortcut(&self, key: &Key) -> Option<Shortcut> {
        let found = self.kept.find_shortcut(key)?;
        let shortcut: Shortcut = postcard::from_bytes(found).ok()?;
        let ids = shortcut.asked.iter();
        let asked: Vec<_> = ids.map(|id| FuncId::new(*id as usize)).collect();
        let is_known = |learned| self.sources.inlined(&asked) == learned;
        shortcut.learned.is_none_or(is_known).then_some(shortcut)
    }
}

/// The offset of a unit's body in its module.
fn start(program: &Program, unit: Unit) -> u32 {
    names::offset(program, unit).unwrap_or_default() as u32
}
