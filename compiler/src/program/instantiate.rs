//! One instantiation (core specification §4.5.4): makes the instance, and folds parts of its
//! initialisation into the initial state.

use super::builder::{Extern, Graph};
use super::evaluate::Scope;
use super::*;
use crate::wasm::{ConstExpr, DataIndex, ElemIndex, Elements, Item, SegmentMode};
use cranelift_entity::PrimaryMap;
use cranelift_entity::packed_option::ReservedValue;
use wasmparser::{GlobalType, TableType};

/// The largest table that is folded. Larger tables are filled when the program runs.
const MAX_FOLDED_TABLE: u64 = 1 << 17;

/// The maximum of elements folded into all tables together. Further segments are copied when the
/// program runs, so a small module never takes much memory to compile.
const MAX_CONTENTS: usize = 1 << 22;

/// Adds an instance with matching imports, and its step.
pub fn instantiate<'a>(
    graph: &mut Graph<'a>,
    id: ModuleId,
    module: &Module<'a>,
    imports: &[Extern],
) -> InstanceId {
    let instance = Instance {
        module: id,
        form: graph.options.form,
        state: 0,
        state_size: 0,
        types: graph.canonical[id].types.clone(),
        functions: PrimaryMap::new(),
        tables: PrimaryMap::new(),
        memories: PrimaryMap::new(),
        globals: PrimaryMap::new(),
        tags: PrimaryMap::new(),
        data: module.data.keys().map(|_| None).collect(),
        elements: module.elements.keys().map(|_| None).collect(),
    };
    let mut this = Instantiation {
        id: graph.program.instances.next_key(),
        graph,
        module,
        instance,
        late: false,
        actions: Vec::new(),
    };
    this.imports(imports);
    this.define();
    this.effects();
    this.elements();
    this.data();
    this.finish()
}

struct Instantiation<'g, 'a> {
    graph: &'g mut Graph<'a>,
    module: &'g Module<'a>,
    id: InstanceId,
    instance: Instance,
    /// Whether an action so far may trap: no later action can be folded.
    late: bool,
    actions: Vec<Action>,
}

impl<'a> Instantiation<'_, 'a> {
    fn imports(&mut self, imports: &[Extern]) {
        for import in imports {
            match *import {
                Extern::Func(id) => _ = self.instance.functions.push(id),
                Extern::Table(id) => _ = self.instance.tables.push(id),
                Extern::Memory(id) => _ = self.instance.memories.push(id),
                Extern::Global(id) => _ = self.instance.globals.push(id),
                Extern::Tag(id) => _ = self.instance.tags.push(id),
            }
        }
    }

    /// Adds the items that the module defines.
    fn define(&mut self) {
        let (module, graph) = (self.module, &mut *self.graph);
        for (index, ty) in module.functions.iter().skip(module.imported_functions) {
            let instance = self.id;
            let ty = self.instance.types[*ty];
            let function = graph.function(ty, FunctionKind::Wasm { instance, index });
            self.instance.functions.push(function);
        }
        for ty in module.memories.values().skip(module.imported_memories) {
            let memory = graph.program.memories.push(Memory {
                ty: *ty,
                region: RegionId::reserved_value(),
                bounds: Bounds::Checked { guard: 0 },
            });
            self.instance.memories.push(memory);
        }
        for ty in module.tags.values().skip(module.imported_tags) {
            let tag = graph.program.tags.push(self.instance.types[*ty]);
            self.instance.tags.push(tag);
        }
        let memory = self.host_memory();
        for id in self
            .instance
            .functions
            .values()
            .take(module.imported_functions)
        {
            if let FunctionKind::Host { memory: own, .. } =
                &mut self.graph.program.functions[*id].kind
            {
                *own = own.or(memory);
            }
        }
        let globals = module.globals.iter().skip(module.imported_globals);
        for ((index, ty), init) in globals.zip(&module.global_inits) {
            let init = self.operand(init);
            let known = match init {
                Operand::Known(value) => value,
                _ => Value::Null,
            };
            let content_type = self.graph.canonical[self.instance.module].globals[index];
            let ty = GlobalType {
                content_type,
                ..*ty
            };
            let place = GlobalPlace::Constant(known);
            let global = self.graph.program.globals.push(Global { ty, place });
            if !matches!(init, Operand::Known(_)) {
                self.graph.globals_late.insert(global);
                self.actions.push(Action::InitGlobal(global, init));
            }
            self.graph.global_owner.push(self.id);
            self.instance.globals.push(global);
        }
        self.tables();
    }

    /// The memory for functions of the runtime. Preview 1 requires the one exported as `memory`;
    /// for modules without that export it is memory 0.
    fn host_memory(&self) -> Option<MemoryId> {
        let exported = self.module.exports.iter().find_map(|export| {
            let Item::Memory(index) = export.item else {
                return None;
            };
            (export.name == "memory").then_some(self.instance.memories[index])
        });
        exported.or_else(|| self.instance.memories.values().next().copied())
    }

    fn tables(&mut self) {
        let module = self.module;
        let tables = module.tables.iter().skip(module.imported_tables);
        for ((index, ty), init) in tables.zip(&module.table_inits) {
            let element_type = self.graph.canonical[self.instance.module].tables[index];
            let ty = TableType {
                element_type,
                ..*ty
            };
            let table = self.graph.program.tables.push(Table {
                ty,
                place: TablePlace::Constant { address: 0 },
                contents: Vec::new(),
            });
            self.graph.table_owner.push(self.id);
            self.instance.tables.push(table);
            let init = init.as_ref().map(|init| self.operand(init));
            let count = ty.initial as usize;
            let folds =
                ty.initial <= MAX_FOLDED_TABLE && self.graph.contents + count <= MAX_CONTENTS;
            match init {
                None | Some(Operand::Known(Value::Null)) => {}
                Some(Operand::Known(value)) if folds => {
                    self.graph.program.tables[table].contents = vec![value; count];
                    self.graph.contents += count;
                }
                Some(init) => {
                    self.actions.push(Action::FillTable(table, init));
                    self.graph.tables_late.insert(table);
                }
            }
        }
    }

    /// Records the effects of the module's code on the items of this instance.
    fn effects(&mut self) {
        let effects = &self.module.effects;
        let instance = &self.instance;
        let graph = &mut *self.graph;
        let tables = |indices: &std::collections::BTreeSet<_>| -> Vec<TableId> {
            indices
                .iter()
                .map(|index| instance.tables[*index])
                .collect()
        };
        graph.tables_read.extend(tables(&effects.tables_read));
        graph.tables_written.extend(tables(&effects.tables_written));
        graph.tables_grown.extend(tables(&effects.tables_grown));
        let memories = effects.memories_grown.iter();
        graph
            .memories_grown
            .extend(memories.map(|index| instance.memories[*index]));
        let memories = instance.memories.values().zip(&effects.accesses);
        let memories = memories.map(|(id, count)| (Location::Memory(*id), count));
        let tables = effects.table_uses.iter();
        let tables = tables.map(|(index, count)| (Location::Table(instance.tables[*index]), count));
        let globals = effects.global_uses.iter();
        let globals =
            globals.map(|(index, count)| (Location::Global(instance.globals[*index]), count));
        for (location, count) in memories.chain(tables).chain(globals) {
            *graph.uses.entry(location).or_default() += count;
        }
        let globals = effects.globals_written.iter();
        graph
            .globals_written
            .extend(globals.map(|index| instance.globals[*index]));
    }

    fn elements(&mut self) {
        for (index, segment) in &self.module.elements {
            match &segment.mode {
                SegmentMode::Active { target, offset } => {
                    let table = self.instance.tables[*target];
                    let offset = self.value(offset);
                    self.active_elements(index, segment, table, offset);
                }
                SegmentMode::Passive if self.module.effects.elements_used.contains(&index) => {
                    self.keep_elements(index, segment);
                }
                SegmentMode::Passive | SegmentMode::Declared => {}
            }
        }
    }

    fn active_elements(
        &mut self,
        index: ElemIndex,
        segment: &Elements,
        table: TableId,
        offset: Value,
    ) {
        let (start, count) = (unsigned(offset), segment.items.len());
        let size = self.graph.program.tables[table].ty.initial;
        let end = start.checked_add(count as u64);
        let fits = end.is_some_and(|end| end <= size);
        if fits && count == 0 {
            return;
        }
        let end = end.unwrap_or(u64::MAX) as usize;
        let contents = self.graph.program.tables[table].contents.len();
        let more = end.saturating_sub(contents);
        let small = size <= MAX_FOLDED_TABLE && self.graph.contents + more <= MAX_CONTENTS;
        let own = self.graph.table_owner[table] == self.id;
        let free = !self.graph.tables_late.contains(&table);
        if fits
            && small
            && free
            && self.unobserved(own)
            && let Some(values) = self.known_items(segment)
        {
            self.graph.contents += more;
            let contents = &mut self.graph.program.tables[table].contents;
            contents.resize(contents.len() + more, Value::Null);
            contents[end - count..end].copy_from_slice(&values);
            return;
        }
        let elements = self.keep_elements(index, segment);
        self.graph.tables_late.insert(table);
        self.late |= !fits;
        self.actions.push(Action::CopyElements {
            table,
            elements,
            offset: Operand::Known(offset),
        });
    }

    /// The elements of a segment, if all are known.
    fn known_items(&self, segment: &Elements) -> Option<Vec<Value>> {
        let items = segment.items.iter();
        let items = items.map(|item| match self.operand(item) {
            Operand::Known(value) => Some(value),
            _ => None,
        });
        items.collect()
    }

    /// Adds a segment that exists at run time. Unknown elements become actions of this step.
    fn keep_elements(&mut self, index: ElemIndex, segment: &Elements) -> ElemId {
        let id = self.graph.program.elements.next_key();
        let mut items = Vec::with_capacity(segment.items.len());
        let mut place = None;
        for (position, item) in (0..).zip(&segment.items) {
            let item = self.operand(item);
            if let Operand::Known(value) = item {
                items.push(value);
            } else {
                place = Some(self.place());
                items.push(Value::Null);
                self.actions.push(Action::InitElement(id, position, item));
            }
        }
        let length = self.place();
        self.graph.program.elements.push(ElemSegment {
            instance: self.id,
            ty: self.graph.canonical[self.instance.module].elements[index],
            items,
            place,
            length,
        });
        self.instance.elements[index] = Some(id);
        id
    }

    fn data(&mut self) {
        for (index, segment) in &self.module.data {
            match &segment.mode {
                SegmentMode::Active { target, offset } => {
                    let memory = self.instance.memories[*target];
                    let offset = self.value(offset);
                    self.active_data(index, segment.bytes, memory, offset);
                }
                SegmentMode::Passive if self.module.effects.data_used.contains(&index) => {
                    self.keep_data(index);
                }
                SegmentMode::Passive | SegmentMode::Declared => {}
            }
        }
    }

    fn active_data(&mut self, index: DataIndex, bytes: &'a [u8], memory: MemoryId, offset: Value) {
        let start = unsigned(offset);
        let ty = &self.graph.program.memories[memory].ty;
        let size = u128::from(ty.initial) << ty.page_size_log2.unwrap_or(16);
        let fits = u128::from(start) + bytes.len() as u128 <= size;
        let defined = self
            .instance
            .memories
            .values()
            .skip(self.module.imported_memories);
        let own = defined.into_iter().any(|own| *own == memory);
        // Each thread copies its module's segments again.
        let free = !self.graph.memories_late.contains(&memory) && !self.graph.threads;
        if fits && free && self.unobserved(own) && self.graph.images[memory].write(start, bytes) {
            return;
        }
        let data = self.keep_data(index);
        self.graph.memories_late.insert(memory);
        self.late |= !fits;
        self.actions.push(Action::CopyData {
            memory,
            data,
            offset: Operand::Known(offset),
        });
    }

    fn keep_data(&mut self, index: DataIndex) -> DataId {
        let length = self.place();
        let id = self.graph.program.data.push(DataSegment {
            instance: self.id,
            index,
            length,
        });
        self.instance.data[index] = Some(id);
        id
    }

    /// Whether the program cannot observe that a write to an item of this instance, its own or
    /// imported, happens before the program starts: no code that could see it runs in between, and
    /// no trap of this instantiation can precede it.
    fn unobserved(&self, own: bool) -> bool {
        !self.late && (own || !self.graph.code_has_run)
    }

    /// A location in this instance's state; the layout sets the offset.
    fn place(&self) -> Place {
        Place {
            instance: self.id,
            offset: 0,
        }
    }

    fn value(&self, expr: &ConstExpr) -> Value {
        self.scope().value(expr)
    }

    fn operand(&self, expr: &ConstExpr) -> Operand {
        self.scope().operand(expr)
    }

    fn scope(&self) -> Scope<'_> {
        Scope {
            types: &self.instance.types,
            functions: &self.instance.functions,
            indices: &self.instance.globals,
            globals: &self.graph.program.globals,
            late: &self.graph.globals_late,
        }
    }

    fn finish(mut self) -> InstanceId {
        if let Some(start) = self.module.start {
            let start = self.instance.functions[start];
            self.actions.push(Action::Call(start, Vec::new()));
            self.graph.code_has_run = true;
        }
        let actions = self.actions;
        self.graph.program.steps.push(Step { actions });
        self.graph.program.instances.push(self.instance)
    }
}

/// The value of an offset expression as an index.
fn unsigned(offset: Value) -> u64 {
    match offset {
        Value::I32(offset) => u64::from(offset as u32),
        Value::I64(offset) => offset as u64,
        _ => unreachable!("validation makes offsets integers"),
    }
}
