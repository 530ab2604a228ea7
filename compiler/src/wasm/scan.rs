//! Function bodies: one parallel pass validates each and records its references and effects.

use super::explain::Failure;
use super::features;
use super::operators::{self, Class};
use super::{Body, Effects, FuncIndex, Module, TableIndex, TypeIndex, Uses};
use crate::optimize::Loops;
use cranelift_entity::EntityRef;
use rayon::prelude::*;
use wasmparser::{
    BlockType, FrameKind, FrameStack, FuncToValidate, FuncValidatorAllocations, FunctionBody,
    MemArg, MemArgTarget, Operator, ValidatorResources, VisitOperator, VisitSimdOperator,
    WasmFeatures,
};

/// A body and its validator.
pub type ToValidate<'a> = (FuncToValidate<ValidatorResources>, FunctionBody<'a>);

/// The least number of bodies that justifies a thread.
const CHUNK: usize = 32;

/// Validates all bodies; fills in the module's bodies, effects, and the features that they use. The
/// error is the one at the lowest offset, whatever the number of threads.
pub fn validate<'a>(module: &mut Module<'a>, bodies: Vec<ToValidate<'a>>) -> Result<(), Failure> {
    let chunks = chunks(bodies, |scan, body| Body {
        bytes: body.as_bytes(),
        offset: body.range().start,
        uses: scan.take_uses(),
        loops: scan.loops.take(),
    })?;
    let mut used = WasmFeatures::empty();
    for (bodies, scan) in chunks {
        module.bodies.extend(bodies);
        module.effects.add(scan.effects);
        used |= scan.features;
    }
    let mut names = features::names(used);
    names.retain(|name| !module.features.contains(name));
    module.features.extend(names);
    Ok(())
}

/// Validates all bodies and returns the proposals whose instructions they use.
pub fn validate_only(bodies: Vec<ToValidate<'_>>) -> Result<WasmFeatures, Failure> {
    let chunks = chunks(bodies, |_, _| ())?;
    Ok(chunks
        .iter()
        .fold(WasmFeatures::empty(), |used, (_, scan)| {
            used | scan.features
        }))
}

fn chunks<'a, T: Send>(
    mut bodies: Vec<ToValidate<'a>>,
    finish: impl Fn(&mut Scan, &FunctionBody<'a>) -> T + Sync,
) -> Result<Vec<(Vec<T>, Scan)>, Failure> {
    let results: Vec<_> = bodies
        .par_drain(..)
        .chunks(CHUNK)
        .map_init(FuncValidatorAllocations::default, |allocations, chunk| {
            let mut scan = Scan::new();
            let mut items = Vec::with_capacity(chunk.len());
            for (to_validate, body) in chunk {
                one(to_validate, &body, &mut scan, allocations)?;
                items.push(finish(&mut scan, &body));
            }
            Ok((items, scan))
        })
        .collect();
    // Chunks are in the order of the bodies, so the first error is the one at the lowest offset.
    results
        .into_iter()
        .map(|r| r.map_err(Failure::Refused))
        .collect()
}

fn one(
    to_validate: FuncToValidate<ValidatorResources>,
    body: &FunctionBody<'_>,
    scan: &mut Scan,
    allocations: &mut FuncValidatorAllocations,
) -> wasmparser::Result<()> {
    let mut validator = to_validate.into_validator(std::mem::take(allocations));
    let mut reader = body.get_binary_reader();
    validator.read_locals(&mut reader)?;
    while !reader.eof() {
        let validator = validator.visitor(reader.original_position());
        reader.visit_operator(&mut Visitor { validator, scan })??;
    }
    reader.finish_expression(&validator.visitor(reader.original_position()))?;
    *allocations = validator.into_allocations();
    Ok(())
}

/// Results over all bodies so far; the lists belong to the current body.
struct Scan {
    calls: Vec<FuncIndex>,
    refs: Vec<FuncIndex>,
    indirect: Vec<(TableIndex, TypeIndex)>,
    by_reference: Vec<TypeIndex>,
    allocates: bool,
    throws: bool,
    loops: Loops,
    effects: Effects,
    features: WasmFeatures,
}

impl Scan {
    fn new() -> Self {
        Scan {
            calls: Vec::new(),
            refs: Vec::new(),
            indirect: Vec::new(),
            by_reference: Vec::new(),
            allocates: false,
            throws: false,
            loops: Loops::default(),
            effects: Effects::default(),
            features: WasmFeatures::empty(),
        }
    }

    fn take_uses(&mut self) -> Uses {
        Uses {
            calls: take_set(&mut self.calls),
            refs: take_set(&mut self.refs),
            indirect: take_set(&mut self.indirect),
            by_reference: take_set(&mut self.by_reference),
            allocates: std::mem::take(&mut self.allocates),
            throws: std::mem::take(&mut self.throws),
        }
    }

    fn access(&mut self, memarg: &MemArg) {
        let MemArgTarget::Memory(memory) = memarg.target else {
            return;
        };
        let accesses = &mut self.effects.accesses;
        if accesses.len() <= memory as usize {
            accesses.resize(memory as usize + 1, 0);
        }
        accesses[memory as usize] += 1;
    }

    fn block_type(&mut self, ty: BlockType) {
        if let BlockType::FuncType(_) = ty {
            self.features |= WasmFeatures::MULTI_VALUE;
        }
    }

    /// Records the effect of an instruction of [`Class::Noted`]. It is inlined into each visit,
    /// where only the arm of that instruction remains.
    #[inline(always)]
    fn operator(&mut self, operator: &Operator<'_>) {
        let effects = &mut self.effects;
        match *operator {
            Operator::LocalGet { local_index } => self.loops.read(local_index),
            Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                self.loops.write(local_index);
            }
            Operator::End | Operator::Delegate { .. } => self.loops.end(),
            Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                self.loops.resize();
                self.calls.push(index(function_index));
            }
            Operator::RefFunc { function_index } => self.refs.push(index(function_index)),
            Operator::CallIndirect {
                type_index,
                table_index,
            }
            | Operator::ReturnCallIndirect {
                type_index,
                table_index,
            } => {
                self.loops.resize();
                *effects.table_uses.entry(index(table_index)).or_default() += 1;
                self.indirect.push((index(table_index), index(type_index)));
            }
            Operator::CallRef { type_index } | Operator::ReturnCallRef { type_index } => {
                self.loops.resize();
                self.by_reference.push(index(type_index));
            }
            Operator::Block { blockty }
            | Operator::Loop { blockty }
            | Operator::If { blockty }
            | Operator::Try { blockty } => {
                self.loops.begin(matches!(operator, Operator::Loop { .. }));
                self.block_type(blockty);
            }
            Operator::TryTable { ref try_table } => {
                self.loops.begin(false);
                self.block_type(try_table.ty);
            }
            Operator::Throw { .. } | Operator::ThrowRef | Operator::Rethrow { .. } => {
                self.throws = true;
            }
            // Other code runs in between, and may end with an exception.
            Operator::Suspend { .. }
            | Operator::Resume { .. }
            | Operator::ResumeThrow { .. }
            | Operator::ResumeThrowRef { .. }
            | Operator::Switch { .. } => {
                self.loops.resize();
                self.throws = true;
            }
            Operator::GlobalGet { global_index }
            | Operator::GlobalAtomicGet { global_index, .. } => {
                *effects.global_uses.entry(index(global_index)).or_default() += 1;
            }
            Operator::GlobalSet { global_index }
            | Operator::GlobalAtomicSet { global_index, .. }
            | Operator::GlobalAtomicRmwAdd { global_index, .. }
            | Operator::GlobalAtomicRmwSub { global_index, .. }
            | Operator::GlobalAtomicRmwAnd { global_index, .. }
            | Operator::GlobalAtomicRmwOr { global_index, .. }
            | Operator::GlobalAtomicRmwXor { global_index, .. }
            | Operator::GlobalAtomicRmwXchg { global_index, .. }
            | Operator::GlobalAtomicRmwCmpxchg { global_index, .. } => {
                *effects.global_uses.entry(index(global_index)).or_default() += 1;
                effects.globals_written.insert(index(global_index));
            }
            Operator::MemoryGrow { mem } => {
                self.loops.resize();
                effects.memories_grown.insert(index(mem));
            }
            Operator::MemoryInit { data_index, .. }
            | Operator::ArrayInitData {
                array_data_index: data_index,
                ..
            }
            | Operator::DataDrop { data_index } => {
                effects.data_used.insert(index(data_index));
            }
            Operator::ArrayNewData {
                array_data_index, ..
            } => {
                effects.data_used.insert(index(array_data_index));
                self.allocates = true;
            }
            Operator::ArrayNewElem {
                array_elem_index, ..
            } => {
                effects.elements_used.insert(index(array_elem_index));
                self.allocates = true;
            }
            Operator::StructNew { .. }
            | Operator::StructNewDefault { .. }
            | Operator::StructNewDesc { .. }
            | Operator::StructNewDefaultDesc { .. }
            | Operator::ContNew { .. }
            | Operator::ContBind { .. }
            | Operator::ArrayNew { .. }
            | Operator::ArrayNewDefault { .. }
            | Operator::ArrayNewFixed { .. } => self.allocates = true,
            Operator::ArrayInitElem {
                array_elem_index: elem_index,
                ..
            }
            | Operator::ElemDrop { elem_index } => {
                effects.elements_used.insert(index(elem_index));
            }
            Operator::TableInit { elem_index, table } => {
                effects.elements_used.insert(index(elem_index));
                effects.tables_written.insert(index(table));
            }
            Operator::TableGet { table }
            | Operator::TableAtomicGet {
                table_index: table, ..
            } => {
                *effects.table_uses.entry(index(table)).or_default() += 1;
                effects.tables_read.insert(index(table));
            }
            Operator::TableAtomicRmwXchg { table_index, .. }
            | Operator::TableAtomicRmwCmpxchg { table_index, .. } => {
                *effects.table_uses.entry(index(table_index)).or_default() += 1;
                effects.tables_read.insert(index(table_index));
                effects.tables_written.insert(index(table_index));
            }
            Operator::TableSet { table }
            | Operator::TableAtomicSet {
                table_index: table, ..
            } => {
                *effects.table_uses.entry(index(table)).or_default() += 1;
                effects.tables_written.insert(index(table));
            }
            Operator::TableFill { table } => {
                effects.tables_written.insert(index(table));
            }
            Operator::TableGrow { table } => {
                effects.tables_written.insert(index(table));
                effects.tables_grown.insert(index(table));
            }
            Operator::TableCopy {
                dst_table,
                src_table,
            } => {
                effects.tables_written.insert(index(dst_table));
                effects.tables_read.insert(index(src_table));
            }
            // `Operator` is non-exhaustive, so the compiler cannot check this match. The table in
            // `operators` is exhaustive, and a test runs this match on every instruction.
            ref other => unreachable!("nothing is noted of {other:?}"),
        }
    }
}

fn index<T: EntityRef>(index: u32) -> T {
    T::new(index as usize)
}

/// The members of the list, sorted and without duplicates.
fn take_set<T: Ord + Copy>(list: &mut Vec<T>) -> Box<[T]> {
    list.sort_unstable();
    list.dedup();
    let set = list.as_slice().into();
    list.clear();
    set
}

impl Effects {
    /// Adds the effects of a chunk of bodies. `BTreeSet::append` would take time in proportion to
    /// everything found before.
    fn add(&mut self, other: Effects) {
        self.globals_written.extend(other.globals_written);
        self.tables_read.extend(other.tables_read);
        self.tables_written.extend(other.tables_written);
        self.tables_grown.extend(other.tables_grown);
        self.memories_grown.extend(other.memories_grown);
        self.data_used.extend(other.data_used);
        self.elements_used.extend(other.elements_used);
        for (table, count) in other.table_uses {
            *self.table_uses.entry(table).or_default() += count;
        }
        for (global, count) in other.global_uses {
            *self.global_uses.entry(global).or_default() += count;
        }
        let memories = self.accesses.len().max(other.accesses.len());
        self.accesses.resize(memories, 0);
        for (sum, count) in self.accesses.iter_mut().zip(other.accesses) {
            *sum += count;
        }
    }
}

/// Passes each operator to the validator, then to the scan: only then are its indices known to
/// exist.
struct Visitor<'s, V> {
    validator: V,
    scan: &'s mut Scan,
}

/// Counts an access if this immediate is a `memarg`.
macro_rules! access {
    ($scan:expr, memarg $value:ident) => {
        $scan.access(&$value)
    };
    ($scan:expr, $name:ident $value:ident) => {};
}

macro_rules! visit {
    ($(@$group:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {$(
        fn $visit(&mut self $($(, $arg: $argty)*)?) -> Self::Output {
            self.scan.features |= const { features::of_group(stringify!($group)) };
            match const { operators::of::$op } {
                Class::Noted => {
                    let operator = Operator::$op $({ $($arg: $arg.clone()),* })?;
                    self.validator.$visit($($($arg),*)?)?;
                    self.scan.operator(&operator);
                }
                Class::Plain => self.validator.$visit($($($arg.clone()),*)?)?,
            }
            $($(access!(self.scan, $arg $arg);)*)?
            Ok(())
        }
    )*};
}

impl<'a, V: VisitOperator<'a, Output = wasmparser::Result<()>>> VisitOperator<'a>
    for Visitor<'_, V>
{
    type Output = wasmparser::Result<()>;

    fn simd_visitor(&mut self) -> Option<&mut dyn VisitSimdOperator<'a, Output = Self::Output>> {
        Some(self)
    }

    wasmparser::for_each_visit_operator!(visit);
}

macro_rules! visit_simd {
    ($(@$group:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {$(
        fn $visit(&mut self $($(, $arg: $argty)*)?) -> Self::Output {
            self.scan.features |= const { features::of_group(stringify!($group)) };
            const { assert!(matches!(operators::of::$op, Class::Plain)) };
            match self.validator.simd_visitor() {
                Some(validator) => validator.$visit($($($arg),*)?)?,
                None => unreachable!("the validator knows vectors"),
            }
            $($(access!(self.scan, $arg $arg);)*)?
            Ok(())
        }
    )*};
}

impl<'a, V: VisitOperator<'a, Output = wasmparser::Result<()>>> VisitSimdOperator<'a>
    for Visitor<'_, V>
{
    wasmparser::for_each_visit_simd_operator!(visit_simd);
}

impl<V: FrameStack> FrameStack for Visitor<'_, V> {
    fn current_frame(&self) -> Option<FrameKind> {
        self.validator.current_frame()
    }
}

#[cfg(test)]
mod tests;
