//! Links modules into a program, one instance at a time. All programs are made this way.

use super::canonical::{Canonical, Groups};
use super::image::Image;
use super::*;
use crate::cpu::Base;
use crate::error::{Code, Error, Whose};
use crate::optimize::{self, Linked, Passed, State};
use crate::wasm::{FuncIndex, Item};
use cranelift_entity::packed_option::ReservedValue;
use cranelift_entity::{PrimaryMap, SecondaryMap};
use std::collections::{HashMap, HashSet};
use wasi_aot_targets::AddressPlan;
use wasmparser::{FuncType, MemoryType};

/// Something that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extern {
    /// A function.
    Func(FuncId),
    /// A table.
    Table(TableId),
    /// A memory.
    Memory(MemoryId),
    /// A global.
    Global(GlobalId),
    /// A tag.
    Tag(TagId),
}

/// Makes a program: modules are added and instantiated in order, and everything that runs is
/// appended as steps. Each instantiation is one step. Parts of it whose effects no code can observe
/// too early are folded into the initial state; the rest are the step's actions.
///
/// Import matching compares the current size of a memory or table (core specification §4.5.4). It
/// is known until code has run. After that, a memory or table that some module grows is assumed to
/// be as large as an import requires, within its maximum.
#[derive(Debug)]
pub struct Builder<'a> {
    modules: PrimaryMap<ModuleId, Module<'a>>,
    pub(super) graph: Graph<'a>,
    registered: HashMap<String, InstanceId>,
}

/// The part of the program that is linked so far, and data that only linking needs.
#[derive(Debug)]
pub struct Graph<'a> {
    /// The program. Its modules are added last.
    pub program: Program<'a>,
    /// The target's address plan.
    pub addresses: AddressPlan,
    /// Options.
    pub options: Options,
    /// Whether the program starts threads, each of which makes its own instance.
    pub threads: bool,
    /// The use of the heap by the modules so far.
    pub heap: HeapUse,
    /// Whether a step has called any function.
    pub code_has_run: bool,
    /// The initial contents of memories.
    pub images: SecondaryMap<MemoryId, Image<'a>>,
    /// The number of instructions, in the code of all instances, that access a memory, table or
    /// global.
    pub uses: HashMap<Location, u64>,
    /// Memories that some module grows.
    pub memories_grown: HashSet<MemoryId>,
    /// Tables that some module grows.
    pub tables_grown: HashSet<TableId>,
    /// Tables that some module writes.
    pub tables_written: HashSet<TableId>,
    /// Tables whose elements some module reads as values.
    pub tables_read: HashSet<TableId>,
    /// Globals that an action initialises.
    pub globals_late: HashSet<GlobalId>,
    /// Globals that some module writes.
    pub globals_written: HashSet<GlobalId>,
    /// Memories that an action writes: no later write can be folded into them.
    pub memories_late: HashSet<MemoryId>,
    /// Tables that an action writes.
    pub tables_late: HashSet<TableId>,
    /// The instance whose state block a global is in.
    pub global_owner: PrimaryMap<GlobalId, InstanceId>,
    /// The instance whose state block a table is in.
    pub table_owner: PrimaryMap<TableId, InstanceId>,
    /// Number of elements in the contents of all tables.
    pub contents: usize,
    /// All recursion groups.
    pub groups: Groups,
    /// The program's types for each module's types.
    pub canonical: PrimaryMap<ModuleId, Canonical>,
}

impl Graph<'_> {
    /// Adds a function.
    pub fn function(&mut self, ty: TypeId, kind: FunctionKind) -> FuncId {
        self.program.functions.push(Function {
            ty,
            kind,
            reachable: false,
            has_code: false,
            throws: false,
            address_taken: false,
            small: false,
            generator: Generator::default(),
        })
    }

    /// Whether a memory may be larger than its initial size.
    pub fn memory_may_have_grown(&self, id: MemoryId) -> bool {
        self.code_has_run && self.memories_grown.contains(&id)
    }

    /// Whether a table may be larger than its initial size.
    pub fn table_may_have_grown(&self, id: TableId) -> bool {
        self.code_has_run && self.tables_grown.contains(&id)
    }
}

impl<'a> Builder<'a> {
    /// A builder without modules.
    pub fn new(target: &Target, options: &Options) -> Self {
        Builder {
            modules: PrimaryMap::new(),
            registered: HashMap::new(),
            graph: Graph {
                program: Program {
                    relaxed_simd: options.relaxed_simd,
                    base: options.base,
                    ..Program::default()
                },
                addresses: target.addresses,
                options: options.clone(),
                threads: false,
                heap: HeapUse::None,
                code_has_run: false,
                images: SecondaryMap::new(),
                uses: HashMap::new(),
                memories_grown: HashSet::new(),
                tables_grown: HashSet::new(),
                tables_written: HashSet::new(),
                tables_read: HashSet::new(),
                globals_late: HashSet::new(),
                globals_written: HashSet::new(),
                memories_late: HashSet::new(),
                tables_late: HashSet::new(),
                global_owner: PrimaryMap::new(),
                table_owner: PrimaryMap::new(),
                contents: 0,
                groups: Groups::default(),
                canonical: PrimaryMap::new(),
            },
        }
    }

    /// Adds a module.
    pub fn module(&mut self, module: Module<'a>) -> ModuleId {
        let graph = &mut self.graph;
        let types = &mut graph.program.types;
        graph.canonical.push(graph.groups.module(types, &module));
        self.modules.push(module)
    }

    /// A module that has been added.
    pub fn get(&self, module: ModuleId) -> &Module<'a> {
        &self.modules[module]
    }

    /// Adds a function that the runtime defines as `symbol`. It works on the memory of the first
    /// instance that imports it, so each importing instance needs its own.
    pub fn host_function(&mut self, symbol: &str, ty: &FuncType) -> FuncId {
        let graph = &mut self.graph;
        let ty = graph.groups.plain(&mut graph.program.types, ty);
        let kind = FunctionKind::Host {
            symbol: symbol.to_owned(),
            memory: None,
        };
        self.graph.function(ty, kind)
    }

    /// Adds a function that traps when called, for an imported function that nothing provides.
    ///
    /// # Panics
    ///
    /// If the module has no import with this index, or the import is no function.
    pub fn unknown_function(&mut self, module: ModuleId, import: usize) -> FuncId {
        let canonical = &self.graph.canonical[module];
        let module = &self.modules[module];
        let import = &module.imports[import];
        let Item::Func(index) = import.item else {
            panic!("the import is no function");
        };
        let ty = canonical.types[module.functions[index]];
        let kind = FunctionKind::Unknown {
            module: import.module.to_owned(),
            name: import.name.to_owned(),
        };
        self.graph.function(ty, kind)
    }

    /// Adds a tag that only functions of the importing module throw, for an imported tag that
    /// nothing provides.
    ///
    /// # Panics
    ///
    /// If the module has no import with this index, or the import is no tag.
    pub fn unknown_tag(&mut self, module: ModuleId, import: usize) -> TagId {
        let canonical = &self.graph.canonical[module];
        let module = &self.modules[module];
        let Item::Tag(index) = module.imports[import].item else {
            panic!("the import is no tag");
        };
        self.graph
            .program
            .tags
            .push(canonical.types[module.tags[index]])
    }

    /// Makes the exports of `instance` available for import by later modules under this module
    /// name.
    pub fn register(&mut self, name: &str, instance: InstanceId) {
        self.registered.insert(name.to_owned(), instance);
    }

    /// The export of an instance with this name.
    pub fn export(&self, instance: InstanceId, name: &str) -> Option<Extern> {
        let instance = &self.graph.program.instances[instance];
        let module = &self.modules[instance.module];
        let export = module.exports.iter().find(|export| export.name == name)?;
        Some(match export.item {
            Item::Func(index) => Extern::Func(instance.functions[index]),
            Item::Table(index) => Extern::Table(instance.tables[index]),
            Item::Memory(index) => Extern::Memory(instance.memories[index]),
            Item::Global(index) => Extern::Global(instance.globals[index]),
            Item::Tag(index) => Extern::Tag(instance.tags[index]),
        })
    }

    /// Instantiates a module with imports from the registered instances. Appends one step.
    ///
    /// # Errors
    ///
    /// `UnknownImport`, `ImportType`: it does not link; then nothing has changed.
    pub fn link(&mut self, module: ModuleId) -> Result<InstanceId> {
        let mut imports = Vec::new();
        for import in &self.modules[module].imports {
            let instance = self.registered.get(import.module);
            let found = instance.and_then(|instance| self.export(*instance, import.name));
            imports.push(found.ok_or_else(|| {
                let name = format!("`{}.{}`", import.module, import.name);
                Error::new(Code::UnknownImport, format!("unknown import: {name}"))
            })?);
        }
        self.instantiate(module, &imports)
    }

    /// Instantiates a module with these imports, in their order in the module. Appends one step.
    ///
    /// # Errors
    ///
    /// `ImportType`: an import does not have the required type; then nothing has changed.
    ///
    /// # Panics
    ///
    /// If the number of `imports` differs from the module's.
    pub fn instantiate(&mut self, module: ModuleId, imports: &[Extern]) -> Result<InstanceId> {
        let id = module;
        let module = &self.modules[module];
        assert_eq!(imports.len(), module.imports.len(), "one for each import");
        for (import, given) in module.imports.iter().zip(imports) {
            link::check(&self.graph, id, module, import, *given)?;
        }
        Ok(instantiate::instantiate(
            &mut self.graph,
            id,
            module,
            imports,
        ))
    }

    /// Appends a step that calls a function.
    pub fn call(&mut self, function: FuncId, arguments: Vec<Operand>) {
        self.graph.code_has_run = true;
        self.step(Action::Call(function, arguments));
    }

    /// Appends a step whose result is the value of a global.
    pub fn read_global(&mut self, global: GlobalId) {
        self.step(Action::ReadGlobal(global));
    }

    fn step(&mut self, action: Action) {
        let actions = vec![action];
        self.graph.program.steps.push(Step { actions });
    }

    /// Appends calls to the last step: a product has one step, which instantiates and then calls
    /// its entry.
    pub(super) fn enter(&mut self, instance: InstanceId, calls: Vec<entry::Call>) {
        let program = &mut self.graph.program;
        let functions = &program.instances[instance].functions;
        let Some(step) = program.steps.last_mut() else {
            return;
        };
        for call in calls {
            let function = functions[call.function];
            if call.counted {
                let count = call.operands.len() as u32;
                step.actions.push(Action::CountArguments(count));
            }
            step.actions.push(Action::Call(function, call.operands));
            if call.printed {
                step.actions.push(Action::Print(function));
            }
        }
    }

    /// Declares that the program starts threads. Must precede any instantiation.
    pub(super) fn with_threads(&mut self) {
        self.graph.threads = true;
        self.graph.options.form = StateForm::Pointer;
    }

    /// Sets the `function` that each thread calls, in its own instance. All actions of the step so
    /// far are the instantiation.
    pub(super) fn start_threads(&mut self, instance: InstanceId, function: FuncIndex) {
        let program = &mut self.graph.program;
        let instantiation = program.steps.last().map_or(0, |step| step.actions.len());
        program.threads = Some(ThreadStart {
            function: program.instances[instance].functions[function],
            instantiation,
        });
    }

    /// Adds a memory for the module's import; nothing else uses it.
    pub(super) fn memory(&mut self, ty: MemoryType) -> MemoryId {
        self.graph.program.memories.push(Memory {
            ty,
            region: RegionId::reserved_value(),
            bounds: Bounds::Checked { guard: 0 },
        })
    }

    /// The type of a function of the program.
    pub fn function_type(&self, function: FuncId) -> &FuncType {
        self.graph.program.function_type(function)
    }

    /// Makes the program a driver: its steps run one by one, and a trap ends only its step.
    pub fn driver(&mut self) {
        self.graph.program.driver = true;
    }

    /// Decides reachability, constants and addresses.
    ///
    /// # Errors
    ///
    /// `Layout`: it does not fit the target's address plan. `Option`: a memory starts larger than
    /// the options allow. `Limit`: there are too many types.
    pub fn finish(self) -> Result<Program<'a>> {
        let after = self.graph.options.after.clone();
        let mut states = Vec::new();
        let mut program = self.finish_and_tell(&mut |passed| {
            if after.iter().any(|after| after.in_program() == passed.after) {
                states.push(State::new(passed));
            }
        })?;
        program.states = states;
        Ok(program)
    }

    /// As [`Builder::finish`]; reports each pass over the program to `passed`.
    ///
    /// # Errors
    /// As [`Builder::finish`].
    pub fn finish_and_tell(mut self, passed: &mut dyn FnMut(&Passed)) -> Result<Program<'a>> {
        if self.graph.groups.overflow {
            let message = "the modules of the program have more than 1048576 types";
            return Err(Error::limit(message, Whose::Validator));
        }
        let mut linked = Linked {
            graph: &mut self.graph,
            modules: &self.modules,
        };
        optimize::program(&mut linked, passed);
        let program = &mut self.graph.program;
        (program.structures, program.arrays) = subtyping::number(&mut program.types);
        program.objects = objects::layouts(&program.types);
        if self.graph.program.functions.values().any(|f| f.throws) {
            self.graph.heap = self.graph.heap.max(HeapUse::Exceptions);
            let exceptions = self.graph.program.exceptions();
            self.graph.program.objects.extend(exceptions);
        }
        layout::layout(&mut self.graph)?;
        let segment = segment(&self.graph);
        let mut program = self.graph.program;
        program.alias_regions = AliasRegions::choose(&program, &self.graph.uses);
        program.modules = self.modules;
        program.segment = segment;
        program.lookups = lookups::find(&program);
        Ok(program)
    }
}

/// The base of region 0, if it is a segment and code may have its address as a constant.
fn segment(graph: &Graph<'_>) -> Option<u64> {
    let (plan, program) = (graph.addresses, &graph.program);
    let is_constant = matches!(program.base, None | Some(Base::Constant));
    let base = program.regions.values().next()?.base;
    let is_used = plan.segment && !graph.options.keep_gs && is_constant;
    (is_used && base == plan.region).then_some(base)
}
