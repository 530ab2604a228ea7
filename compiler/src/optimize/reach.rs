//! Finds the reachable functions: it walks the closed world from the program's steps.
//!
//! An indirect call reaches the functions of its type and of subtypes: those in its table, if the
//! table is constant, else all functions whose address is available. A table may hold functions
//! that nothing can call. One stand-in replaces them all, so they are not compiled. No call has the
//! stand-in's type, so a call that meets it traps as it would on the original function.

use crate::program::*;
use crate::wasm::{Module, Uses};
use cranelift_entity::{EntityRef, EntitySet, PrimaryMap};
use std::collections::{HashMap, HashSet};
use wasmparser::{FuncType, SubType};

/// Sets `reachable`, `has_code` and `address_taken` of all functions, and the use of the heap.
/// Removes unreachable functions from tables, segments, globals and operands.
pub fn reach(graph: &mut Graph<'_>, modules: &PrimaryMap<ModuleId, Module<'_>>) {
    let constant = constant_tables(graph);
    let mut walk = Walk {
        program: &graph.program,
        modules,
        constant: &constant,
        reached: EntitySet::new(),
        coded: EntitySet::new(),
        taken: EntitySet::new(),
        work: Vec::new(),
        loose: ByType::new(),
        elements: HashMap::new(),
        called: HashSet::new(),
        sites: HashSet::new(),
        allocates: false,
    };
    walk.roots(&graph.tables_read);
    walk.run();
    if walk.allocates {
        graph.heap = HeapUse::Objects;
    }
    let (reached, coded) = (walk.reached, walk.coded);
    let taken = walk.taken;
    let called: HashSet<TableId> = walk.sites.iter().map(|(table, _)| *table).collect();
    let used = |table| {
        !constant.contains(table) || graph.tables_read.contains(&table) || called.contains(&table)
    };
    for (id, table) in graph.program.tables.iter_mut() {
        if !used(id) {
            table.contents = Vec::new();
        }
    }
    for (id, function) in graph.program.functions.iter_mut() {
        function.reachable = reached.contains(id);
        function.has_code = coded.contains(id);
        function.address_taken = function.reachable && taken.contains(id);
    }
    take_addresses(&mut graph.program);
}

/// The tables that are constant after compilation.
fn constant_tables(graph: &Graph<'_>) -> EntitySet<TableId> {
    let mut constant = EntitySet::new();
    for id in graph.program.tables.keys() {
        if !graph.tables_written.contains(&id) && !graph.tables_late.contains(&id) {
            constant.insert(id);
        }
    }
    constant
}

/// Functions by their type and its supertypes.
type ByType = HashMap<TypeId, Vec<FuncId>>;

struct Walk<'w, 'a> {
    program: &'w Program<'a>,
    modules: &'w PrimaryMap<ModuleId, Module<'a>>,
    constant: &'w EntitySet<TableId>,
    reached: EntitySet<FuncId>,
    /// Functions that need code.
    coded: EntitySet<FuncId>,
    /// Functions whose address reachable code takes directly.
    taken: EntitySet<FuncId>,
    work: Vec<FuncId>,
    /// Functions that any indirect call can get from changing tables, segments, globals or code.
    loose: ByType,
    /// Functions of constant tables that have not been called yet, for each table with calls.
    elements: HashMap<TableId, ByType>,
    /// Types of calls through changing tables or references.
    called: HashSet<TypeId>,
    /// Tables with calls, and the types of these calls.
    sites: HashSet<(TableId, TypeId)>,
    /// Whether anything allocates objects.
    allocates: bool,
}

impl<'w> Walk<'w, '_> {
    fn roots(&mut self, read: &HashSet<TableId>) {
        let program = self.program;
        for (id, table) in &program.tables {
            if !self.constant.contains(id) || read.contains(&id) {
                self.loosen_all(&table.contents);
            }
        }
        for segment in program.elements.values() {
            self.loosen_all(&segment.items);
        }
        for global in program.globals.values() {
            self.loosen_all(&[global.initial()]);
        }
        if let Some(threads) = program.threads {
            self.mark(threads.function);
        }
        for action in program.steps.iter().flat_map(|step| &step.actions) {
            self.action(action);
        }
    }

    fn action(&mut self, action: &Action) {
        if let Action::Call(function, _) | Action::Pass(function) | Action::Show(function) = action
        {
            self.call(*function);
        }
        for operand in action.operands() {
            self.allocates |= operand.allocates();
            operand.leaves(&mut |leaf| match (action, leaf) {
                // A function that is passed as an argument is compiled, whether or not something
                // calls it.
                (Action::Call(..), Operand::Known(value) | Operand::Opaque(value)) => {
                    if let Value::Func(function) = value {
                        self.take(*function);
                    }
                }
                (_, Operand::Known(value) | Operand::Opaque(value)) => self.loosen_all(&[*value]),
                _ => {}
            });
        }
    }

    fn take(&mut self, function: FuncId) {
        self.taken.insert(function);
        self.mark(function);
        self.loosen_all(&[Value::Func(function)]);
    }

    fn loosen_all(&mut self, values: &[Value]) {
        for value in values {
            if let Value::Func(function) = value {
                let ty = self.program.functions[*function].ty;
                for ty in supertypes(&self.program.types, ty) {
                    self.loose.entry(ty).or_default().push(*function);
                    if self.called.contains(&ty) {
                        self.mark(*function);
                    }
                }
            }
        }
    }

    /// A direct call.
    fn call(&mut self, function: FuncId) {
        if self.program.functions[function].is_host() {
            self.reached.insert(function);
        } else {
            self.mark(function);
        }
    }

    fn mark(&mut self, function: FuncId) {
        self.coded.insert(function);
        if self.reached.insert(function) {
            self.work.push(function);
        }
    }

    fn run(&mut self) {
        while let Some(function) = self.work.pop() {
            match &self.program.functions[function].kind {
                FunctionKind::Wasm { instance, index } => {
                    let instance = &self.program.instances[*instance];
                    let module = &self.modules[instance.module];
                    let body = &module.bodies[index.index() - module.imported_functions];
                    self.uses(instance, &body.uses);
                }
                FunctionKind::Thunk { leading, .. } => {
                    for leading in leading {
                        self.leading(*leading);
                    }
                }
                FunctionKind::ResourceDrop { destructor, .. } => {
                    if let Some(destructor) = destructor {
                        self.mark(*destructor);
                    }
                }
                FunctionKind::Entered { callee, .. }
                | FunctionKind::Closed { callee, .. }
                | FunctionKind::ByArray { callee, .. } => {
                    self.mark(*callee);
                }
                FunctionKind::Host { .. }
                | FunctionKind::TrapWith(_)
                | FunctionKind::Unknown { .. } => {}
            }
        }
    }

    /// The runtime may call these if it gets this argument.
    fn leading(&mut self, leading: Leading) {
        let component = &self.program.component;
        match leading {
            Leading::Options(id) => {
                if let Some(realloc) = component.options[id].realloc {
                    self.mark(realloc);
                }
            }
            Leading::Invocation(index) => {
                let invocation = &component.invocations[index as usize];
                self.mark(invocation.call);
                if let Some(post_return) = invocation.post_return {
                    self.mark(post_return);
                }
                self.leading(Leading::Options(invocation.options));
            }
            _ => {}
        }
    }

    fn uses(&mut self, instance: &'w Instance, uses: &Uses) {
        self.allocates |= uses.allocates;
        for index in &uses.calls {
            self.call(instance.functions[*index]);
        }
        for index in &uses.refs {
            self.take(instance.functions[*index]);
        }
        for (table, ty) in &uses.indirect {
            self.site(instance.tables[*table], instance.types[*ty]);
        }
        for ty in &uses.by_reference {
            self.loose_call(instance.types[*ty]);
        }
    }

    /// A call of this type through a changing table or a reference.
    fn loose_call(&mut self, ty: TypeId) {
        if self.called.insert(ty) {
            for function in self.loose.get(&ty).cloned().unwrap_or_default() {
                self.mark(function);
            }
        }
    }

    fn site(&mut self, table: TableId, ty: TypeId) {
        if !self.sites.insert((table, ty)) {
            return;
        }
        let program = self.program;
        if self.constant.contains(table) {
            let elements = self.elements.entry(table);
            let elements = elements.or_insert_with(|| by_type(program, table));
            for function in elements.remove(&ty).unwrap_or_default() {
                self.mark(function);
            }
        } else {
            self.loose_call(ty);
        }
    }
}

/// The functions of a constant table by type, so that a new type of call does not search the whole
/// table.
fn by_type(program: &Program<'_>, table: TableId) -> ByType {
    let mut functions = ByType::new();
    for value in &program.tables[table].contents {
        if let Value::Func(function) = value {
            for ty in supertypes(&program.types, program.functions[*function].ty) {
                functions.entry(ty).or_default().push(*function);
            }
        }
    }
    functions
}

/// Marks the functions to which data of the program refers, and replaces the unreachable ones by
/// the stand-in.
fn take_addresses(program: &mut Program<'_>) {
    let mut stand_in = None;
    let Program {
        functions,
        types,
        tables,
        elements,
        globals,
        steps,
        ..
    } = program;
    let mut take = |value: &mut Value| {
        let Value::Func(function) = value else { return };
        if !functions[*function].reachable {
            *function = *stand_in.get_or_insert_with(|| add_stand_in(functions, types));
        }
        functions[*function].has_code = true;
        functions[*function].address_taken = true;
    };
    for table in tables.values_mut() {
        table.contents.iter_mut().for_each(&mut take);
    }
    for segment in elements.values_mut() {
        segment.items.iter_mut().for_each(&mut take);
    }
    let actions = steps.iter_mut().flat_map(|step| &mut step.actions);
    for operand in actions.flat_map(Action::operands_mut) {
        operand.leaves_mut(&mut |leaf| {
            if let Operand::Known(value) | Operand::Opaque(value) = leaf {
                take(value);
            }
        });
    }
    for global in globals.values_mut() {
        match &mut global.place {
            GlobalPlace::Constant(value) | GlobalPlace::State(_, value) => take(value),
        }
    }
}

fn add_stand_in(
    functions: &mut PrimaryMap<FuncId, Function>,
    types: &mut PrimaryMap<TypeId, Type>,
) -> FuncId {
    functions.push(Function {
        ty: types.push(Type::new(SubType::func(FuncType::new([], []), false))),
        kind: FunctionKind::Unknown {
            module: String::new(),
            name: String::new(),
        },
        reachable: true,
        has_code: true,
        throws: false,
        address_taken: true,
        small: false,
        generator: Generator::default(),
    })
}
