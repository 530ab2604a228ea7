//! The places of the instructions that reports may show.

use super::{Location, Scope, ScopeRange, Source, Texts};
use crate::codegen::function::Compiled;
use crate::lower::Unit;
use crate::program::{FuncId, FunctionKind, ModuleId, Program};
use crate::shown;
use std::collections::BTreeMap;
use std::iter::successors;
use wasi_aot_abi::sites::{INLINED, Reader};

/// How many ranges of scopes are looked at around an instruction.
const RANGES: usize = 128;

/// The places of the records of all units.
#[derive(Debug, Default)]
pub struct Places {
    /// For each unit those of its records, in their order.
    pub units: Vec<Vec<Known>>,
    /// The scopes of all modules. A name that a report knows of the function is left out.
    pub scopes: Vec<Scope>,
}

/// What is known of a record's instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Known {
    /// The innermost scope: an index of [`Places::scopes`].
    pub scope: Option<u32>,
    /// Its location.
    pub location: Option<Location>,
}

impl Known {
    /// The same with at most `depth` scopes: the location is then that of the call to the first
    /// scope that is left out.
    pub fn within(self, depth: usize, scopes: &[Scope]) -> Known {
        let around = successors(self.scope, |&scope| scopes[scope as usize].outer);
        let left_out = around.clone().count().saturating_sub(depth);
        around.take(left_out).fold(self, |_, scope| Known {
            scope: scopes[scope as usize].outer,
            location: scopes[scope as usize].call,
        })
    }
}

/// A record: its instruction's offset in the module, its unit, its index there, and the unit of the
/// function that the instruction is of.
type Record = (u32, u32, u32, u32);

impl Places {
    /// Finds them; `None` if no module has debug information. `warn` is called with what is wrong
    /// with a module's.
    pub fn find(
        program: &Program,
        units: &[Unit],
        compiled: &[Compiled],
        texts: &mut Texts,
        warn: &dyn Fn(&str),
    ) -> Option<Places> {
        let mut sources = Vec::new();
        for (id, module) in &program.modules {
            match super::read(&module.debug, texts) {
                Ok(source) => sources.extend(source.map(|source| (id, source))),
                Err(error) => warn(&match &*module.name {
                    "" => format!("the debug information is left out: {error}"),
                    name => format!(
                        "the debug information of `{}` is left out: {error}",
                        shown::line(name)
                    ),
                }),
            }
        }
        if sources.is_empty() {
            return None;
        }
        let mut places = Places::default();
        let mut records = records(program, units, compiled, &mut places.units);
        for (module, source) in &sources {
            let mut records = records.remove(module).unwrap_or_default();
            records.sort_unstable();
            places.of_module(&records, source, compiled, texts);
        }
        Some(places)
    }

    fn of_module(
        &mut self,
        records: &[Record],
        source: &Source,
        compiled: &[Compiled],
        texts: &Texts,
    ) {
        let base = self.scopes.len() as u32;
        self.scopes.extend(source.scopes.iter().map(|&scope| Scope {
            outer: scope.outer.map(|outer| base + outer),
            ..scope
        }));
        let mut lookup = Lookup {
            source,
            row: 0,
            range: 0,
            around: Vec::new(),
        };
        let mut last = None;
        for &(wasm, unit, index, function) in records {
            lookup.advance(wasm);
            let scope = lookup.around.last().map(|range| base + range.scope);
            if last != Some((scope, function)) {
                last = Some((scope, function));
                self.shorten(scope, compiled[function as usize].name.as_deref(), texts);
            }
            self.units[unit as usize][index as usize] = Known {
                scope,
                location: lookup.location(),
            };
        }
    }

    /// Leaves out the name of the function that a scope is in, if the function has this name, too.
    fn shorten(&mut self, mut scope: Option<u32>, own: Option<&str>, texts: &Texts) {
        while let Some(of) = scope.map(|scope| &mut self.scopes[scope as usize]) {
            scope = of.outer;
            if scope.is_none() {
                of.name = of.name.filter(|&name| own != Some(texts.get(name)));
            }
        }
    }
}

/// The records of all modules. `known` gets an element for each record of each unit.
fn records(
    program: &Program,
    units: &[Unit],
    compiled: &[Compiled],
    known: &mut Vec<Vec<Known>>,
) -> BTreeMap<ModuleId, Vec<Record>> {
    let mut all = BTreeMap::<_, Vec<Record>>::new();
    let module = |id: FuncId| match program.functions[id].kind {
        FunctionKind::Wasm { instance, .. } => Some(program.instances[instance].module),
        _ => None,
    };
    for (unit, compiled) in (0..).zip(compiled) {
        let mut sites = Reader::new(&compiled.sites, 0).peekable();
        let mut index = 0;
        while let Some(site) = sites.next() {
            // The function is told by the record after it.
            let function = match sites.peek() {
                Some(next) if u64::from(next.kind) == INLINED => next.function,
                _ => unit,
            };
            if let Some(&Unit::Func(id)) = units.get(function as usize)
                && let Some(module) = module(id)
            {
                let records = all.entry(module).or_default();
                records.push((site.wasm, unit, index, function));
            }
            index += 1;
        }
        known.push(vec![Known::default(); index as usize]);
    }
    all
}

/// Looks instructions up, in ascending order.
struct Lookup<'a> {
    source: &'a Source,
    row: usize,
    range: usize,
    /// The scopes around the last instruction, outer ones first.
    around: Vec<&'a ScopeRange>,
}

impl Lookup<'_> {
    fn advance(&mut self, wasm: u32) {
        let rows = &self.source.rows;
        while rows.get(self.row).is_some_and(|row| row.start <= wasm) {
            self.row += 1;
        }
        self.around.retain(|range| range.end > wasm);
        while let Some(range) = self.source.ranges.get(self.range)
            && range.start <= wasm
        {
            self.range += 1;
            if range.end > wasm && self.around.len() < RANGES {
                let at = self
                    .around
                    .partition_point(|other| other.depth <= range.depth);
                self.around.insert(at, range);
            }
        }
    }

    fn location(&self) -> Option<Location> {
        self.source.rows[..self.row].last()?.location
    }
}
