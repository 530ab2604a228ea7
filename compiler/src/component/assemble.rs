//! Converts a plan to a program: reads modules, instantiates them in order, and enters the
//! component.

use super::plan::*;
use super::worlds::{Kind, WORLDS, World};
use super::{imports, invoke, values};
use crate::error::{Code, Error, Result};
use crate::program::{
    self, Action, Builder, CanonicalOptions, Entry, Extern, FuncId, FunctionKind, GlobalId,
    InstanceId, Invocation, Leading, MemoryId, ModuleId, OptionsId, Program,
};
use crate::wasm;
use std::collections::HashMap;
use wasi_aot_abi::component::{RESOURCES, symbols};
use wasi_aot_targets::Target;
use wasmparser::{FuncType, ValType};

/// The name in reports of a module without one; wasmtime uses the same.
const UNNAMED: &str = "<unknown>";

/// The program for a component. `name` is the user's name for it.
///
/// # Errors
///
/// Those of reading and linking modules, with offsets in the component. `UnknownImport`,
/// `ImportType`: a function is not provided, or not with this type. `Entry`: the component does not
/// export the requested entry.
pub fn assemble<'a>(
    plan: &'a Plan<'a>,
    name: &str,
    target: &Target,
    options: &program::Options,
    provided: &dyn Fn(&str) -> bool,
) -> Result<Program<'a>> {
    imports::check(plan, options.unknown_imports, provided)?;
    let entry = match &options.entry {
        Entry::Start => Some(entry(plan, options.serves)?),
        Entry::Invoke(_) => None,
    };
    let mut builder = Builder::new(target, options);
    let may_leave = (0..plan.component_instances).map(|_| builder.may_leave());
    let may_leave = may_leave.collect();
    let mut assembly = Assembly {
        plan,
        provided,
        may_leave,
        builder,
        modules: vec![None; plan.modules.len()],
        instances: Vec::new(),
        trampolines: vec![None; plan.trampolines.len()],
        options: HashMap::new(),
        entered: HashMap::new(),
    };
    assembly.component();
    for instance in &plan.instances {
        assembly.instantiate(instance, name)?;
    }
    for module in 0..plan.modules.len() {
        // A module that is never instantiated must be valid, too.
        assembly.module(module, name)?;
    }
    match entry {
        Some((Kind::Command, run)) => assembly.enter(run)?,
        Some((Kind::Server, handler)) => assembly.serve(handler)?,
        None => {}
    }
    if let Entry::Invoke(calls) = &options.entry {
        for call in calls {
            assembly.invoke(call)?;
        }
    }
    assembly.builder.finish()
}

/// The worlds whose entries the component exports, with these.
pub fn worlds<'p>(plan: &'p Plan<'_>) -> impl Iterator<Item = (&'static World, &'p Export)> {
    WORLDS.iter().filter_map(|world| {
        let mut exports = plan.exports.iter();
        let is_entry = |export: &&Export| {
            imports::symbol(&export.interface, &export.name).as_deref() == Some(world.symbol)
        };
        Some((world, exports.find(is_entry)?))
    })
}

/// The export that the program enters. `serves`: whether it is that of a server if there are
/// several.
///
/// # Errors
///
/// `Entry`: there is none, or it has another type.
pub fn entry<'p>(plan: &'p Plan<'_>, serves: bool) -> Result<(Kind, &'p Export)> {
    let server = worlds(plan).find(|(world, _)| serves && world.kind == Kind::Server);
    if let Some((world, export)) = server.or_else(|| worlds(plan).next()) {
        if world.fits(export) {
            return Ok((world.kind, export));
        }
        let (shown, ty) = (invoke::shown(export), world.shown_type);
        let message = format!(
            "the entry {shown} has another type than {ty}: {}",
            export.ty
        );
        return Err(Error::new(Code::Entry, message));
    }
    let entries: Vec<_> = WORLDS.iter().map(|world| world.shown).collect();
    let entries = entries.join("`, nor `");
    let message = format!("the component does not export `{entries}`: it is no program");
    let names: Vec<_> = plan.exports.iter().map(invoke::shown).collect();
    let error = Error::new(Code::Entry, message);
    Err(match names.len() {
        0 => error,
        _ => error.help(format!(
            "`--invoke 'NAME(…)'` calls another export: {}",
            names.join(", ")
        )),
    })
}

/// A program under construction.
struct Assembly<'p, 'a> {
    plan: &'a Plan<'a>,
    provided: &'p dyn Fn(&str) -> bool,
    builder: Builder<'a>,
    /// For each component instance.
    may_leave: Vec<GlobalId>,
    modules: Vec<Option<ModuleId>>,
    instances: Vec<InstanceId>,
    trampolines: Vec<Option<FuncId>>,
    options: HashMap<usize, OptionsId>,
    /// Entries for the runtime, by function and component instance.
    entered: HashMap<(FuncId, u32), FuncId>,
}

impl<'a> Assembly<'_, 'a> {
    /// Adds component instances and resource types to the program.
    fn component(&mut self) {
        let plan = self.plan;
        let type_uses = plan.type_uses.iter().map(|type_use| {
            let defined_by = match plan.resources.get(type_use.resource) {
                Some(ResourceType::Defined { instance, .. }) => Some(*instance),
                _ => None,
            };
            program::TypeUse {
                resource: number(plan, type_use.resource),
                instance: type_use.instance,
                own: defined_by == Some(type_use.instance),
            }
        });
        let type_uses = type_uses.collect();
        let component = self.builder.component();
        component.type_uses = type_uses;
        component.instances = plan.component_instances;
    }

    fn instantiate(&mut self, instance: &'a CoreInstance, name: &str) -> Result<()> {
        let module = self.module(instance.module, name)?;
        let mut imports = Vec::with_capacity(instance.imports.len());
        for def in &instance.imports {
            imports.push(self.def(def)?);
        }
        if imports.len() != self.builder.get(module).imports.len() {
            return Err(bug(
                "an instantiation has another number of imports than its module",
            ));
        }
        let instance = self.builder.instantiate(module, &imports)?;
        self.instances.push(instance);
        Ok(())
    }

    fn module(&mut self, index: usize, name: &str) -> Result<ModuleId> {
        if let Some(id) = self.modules[index] {
            return Ok(id);
        }
        let core = &self.plan.modules[index];
        let start = core.offset.unwrap_or_default();
        let mut module = wasm::parse(&core.bytes, UNNAMED).map_err(|mut error| {
            error.place.offset = error.place.offset.map(|offset| offset + start);
            error.place.file = Some(name.to_owned());
            error
        })?;
        if module.name.is_empty() {
            module.name = UNNAMED.to_owned();
        }
        module.adapter = core.offset.is_none();
        for body in &mut module.bodies {
            body.offset += start;
        }
        let id = self.builder.module(module);
        self.modules[index] = Some(id);
        Ok(id)
    }

    fn def(&mut self, def: &Def) -> Result<Extern> {
        match *def {
            Def::Item { instance, item } => {
                let instance = self.instances.get(instance).ok_or_else(too_early)?;
                Ok(self.builder.item(*instance, item))
            }
            Def::Trampoline(index) => self.trampoline(index).map(Extern::Func),
            Def::PostReturn {
                instance,
                item,
                owner,
            } => {
                let callee = self.function(&Def::Item { instance, item })?;
                let ty = self.builder.function_type(callee).clone();
                let may_leave = self.may_leave[owner as usize];
                let kind = FunctionKind::Closed { callee, may_leave };
                Ok(Extern::Func(self.builder.function(&ty, kind)))
            }
            Def::MayLeave(instance) => Ok(Extern::Global(self.may_leave[instance as usize])),
        }
    }

    fn function(&mut self, def: &Def) -> Result<FuncId> {
        match self.def(def)? {
            Extern::Func(id) => Ok(id),
            other => Err(bug(&format!("{other:?} is no function"))),
        }
    }

    fn memory(&self, index: usize) -> Result<MemoryId> {
        let memory = self.plan.memories.get(index).copied().flatten();
        let memory = memory.ok_or_else(too_early)?;
        let instance = self.instances.get(memory.instance).ok_or_else(too_early)?;
        match self
            .builder
            .item(*instance, wasm::Item::Memory(memory.index))
        {
            Extern::Memory(id) => Ok(id),
            other => Err(bug(&format!("{other:?} is no memory"))),
        }
    }

    fn trampoline(&mut self, index: usize) -> Result<FuncId> {
        if let Some(id) = self.trampolines[index] {
            return Ok(id);
        }
        let trampoline = &self.plan.trampolines[index];
        let kind = self.kind(trampoline)?;
        let id = self.builder.function(&trampoline.ty, kind);
        self.trampolines[index] = Some(id);
        Ok(id)
    }

    fn kind(&mut self, trampoline: &Trampoline) -> Result<FunctionKind> {
        let builtin = |symbol: &str, leading: Vec<Leading>, may_leave| FunctionKind::Thunk {
            symbol: symbol.to_owned(),
            leading,
            may_leave,
        };
        Ok(match &trampoline.kind {
            TrampolineKind::Lower {
                import, options, ..
            } => return self.lower(import, *options),
            TrampolineKind::Transcode { way, from, to } => {
                let regions = vec![
                    Leading::Region(self.memory(*from)?),
                    Leading::Region(self.memory(*to)?),
                ];
                builtin(&format!("{}{way}", symbols::TRANSCODE), regions, None)
            }
            TrampolineKind::ResourceNew(ty) => {
                let may_leave = Some(self.may_leave_of(*ty));
                builtin(symbols::RESOURCE_NEW, vec![Leading::Int(*ty)], may_leave)
            }
            TrampolineKind::ResourceRep(ty) => {
                builtin(symbols::RESOURCE_REP, vec![Leading::Int(*ty)], None)
            }
            TrampolineKind::ResourceDrop(ty) => FunctionKind::ResourceDrop {
                type_use: *ty,
                destructor: self.destructor(*ty)?,
                may_leave: self.may_leave_of(*ty),
            },
            TrampolineKind::TransferOwn => builtin(symbols::TRANSFER_OWN, Vec::new(), None),
            TrampolineKind::TransferBorrow => builtin(symbols::TRANSFER_BORROW, Vec::new(), None),
            TrampolineKind::EnterCall => builtin(symbols::ENTER_CALL, Vec::new(), None),
            TrampolineKind::ExitCall => builtin(symbols::EXIT_CALL, Vec::new(), None),
            TrampolineKind::Trap(traps) => FunctionKind::TrapWith(traps),
        })
    }

    fn may_leave_of(&self, type_use: u32) -> GlobalId {
        let instance = self.plan.type_uses[type_use as usize].instance;
        self.may_leave[instance as usize]
    }

    fn lower(&mut self, import: &Import, options: usize) -> Result<FunctionKind> {
        if !imports::is_provided(import, self.provided) {
            return Ok(FunctionKind::Unknown {
                module: import.interface.clone(),
                name: import.function.clone(),
            });
        }
        let instance = self.plan.options[options].instance;
        let leading = vec![Leading::Options(self.options(options)?)];
        Ok(FunctionKind::Thunk {
            symbol: imports::symbol(&import.interface, &import.function).unwrap_or_default(),
            leading,
            may_leave: Some(self.may_leave[instance as usize]),
        })
    }

    fn options(&mut self, index: usize) -> Result<OptionsId> {
        if let Some(id) = self.options.get(&index) {
            return Ok(*id);
        }
        let options = self.plan.options[index];
        let memory = options.memory.map(|memory| self.memory(memory));
        let memory = memory.transpose()?;
        let realloc = match options.realloc {
            Some(realloc) => {
                let def = self.plan.reallocs.get(realloc).and_then(Option::as_ref);
                let function = self.function(def.ok_or_else(too_early)?)?;
                Some(self.entered(function, options.instance))
            }
            None => None,
        };
        let id = self.builder.component().options.push(CanonicalOptions {
            memory,
            realloc,
            instance: options.instance,
            encoding: options.encoding,
        });
        self.options.insert(index, id);
        Ok(id)
    }

    /// The runtime's entry to a function.
    fn entered(&mut self, callee: FuncId, instance: u32) -> FuncId {
        if let Some(id) = self.entered.get(&(callee, instance)) {
            return *id;
        }
        let ty = self.builder.function_type(callee).clone();
        let may_leave = self.may_leave[instance as usize];
        let kind = FunctionKind::Entered { callee, may_leave };
        let id = self.builder.function(&ty, kind);
        self.entered.insert((callee, instance), id);
        id
    }

    /// The destructor of a resource type.
    fn destructor(&mut self, type_use: u32) -> Result<Option<FuncId>> {
        let resource = self.plan.type_uses[type_use as usize].resource;
        match self.plan.resources.get(resource) {
            Some(ResourceType::Defined { destructor, .. }) => {
                let function = destructor.as_ref().map(|def| self.function(def));
                function.transpose()
            }
            Some(ResourceType::Host { interface, name }) => {
                let ty = FuncType::new([ValType::I32], []);
                let kind = match imports::resource(interface, name) {
                    Some((_, symbol)) if (self.provided)(&symbol) => FunctionKind::Thunk {
                        symbol,
                        leading: Vec::new(),
                        may_leave: None,
                    },
                    _ => FunctionKind::Unknown {
                        module: interface.clone(),
                        name: format!("[resource-drop]{name}"),
                    },
                };
                Ok(Some(self.builder.function(&ty, kind)))
            }
            None => Err(bug("a resource type that is none is dropped")),
        }
    }

    /// Calls the entry, and ends the program with its result. The result is lifted before the call
    /// of `post-return` (Canonical ABI, `canon_lift`).
    fn enter(&mut self, entry: &Export) -> Result<()> {
        let run = self.function(&entry.function)?;
        let mut actions = vec![Action::Call(run, Vec::new())];
        if let Some((callee, may_leave)) = self.post_return(entry)? {
            actions.push(Action::Show(self.with_result(symbols::CHECK)));
            let ty = self.builder.function_type(callee).clone();
            let kind = FunctionKind::Closed { callee, may_leave };
            actions.push(Action::Show(self.builder.function(&ty, kind)));
        }
        actions.push(Action::Pass(self.with_result(symbols::END)));
        self.builder.then(actions);
        Ok(())
    }

    /// A function of the runtime that takes the flat result of the entry.
    fn with_result(&mut self, symbol: &str) -> FuncId {
        let kind = FunctionKind::Thunk {
            symbol: symbol.to_owned(),
            leading: Vec::new(),
            may_leave: None,
        };
        let ty = FuncType::new([ValType::I32], []);
        self.builder.function(&ty, kind)
    }

    /// The `post-return` function of an export, and the global that says whether its component
    /// instance may be left.
    fn post_return(&mut self, export: &Export) -> Result<Option<(FuncId, GlobalId)>> {
        let options = self.plan.options[export.options];
        let Some(index) = options.post_return else {
            return Ok(None);
        };
        let def = self.plan.post_returns.get(index).and_then(Option::as_ref);
        let function = self.function(def.ok_or_else(too_early)?)?;
        Ok(Some((function, self.may_leave[options.instance as usize])))
    }

    /// Appends a call of an export to the program.
    fn invoke(&mut self, call: &str) -> Result<()> {
        let export = invoke::find(self.plan, call)?;
        let options = self.plan.options[export.options];
        let lowered = values::lower(call, &export.ty, options.encoding)?;
        let mut types = Vec::new();
        let result = export.ty.result.as_ref();
        result.map(values::check).transpose()?;
        let flat = result.is_some_and(invoke::is_flat);
        let result = result.map(|ty| invoke::describe(ty, &mut types));
        let invocation = Invocation {
            values: lowered.flat,
            rooms: lowered.rooms,
            types,
            result,
            flat,
            ..self.invocation(export)?
        };
        let thunk = self.runtime_call(symbols::INVOKE, invocation);
        self.builder.then([Action::Call(thunk, Vec::new())]);
        Ok(())
    }

    /// Passes the handler to the runtime, which calls it for each request and does not return.
    fn serve(&mut self, handler: &Export) -> Result<()> {
        let invocation = self.invocation(handler)?;
        let thunk = self.runtime_call(symbols::SERVE, invocation);
        self.builder.component().serves = Some(thunk);
        self.builder.then([Action::Call(thunk, Vec::new())]);
        Ok(())
    }

    /// A call of an export without values and without a result.
    fn invocation(&mut self, export: &Export) -> Result<Invocation> {
        let post_return = self.post_return(export)?;
        let post_return = post_return.map(|(function, flag)| self.by_array(function, Some(flag)));
        let function = self.function(&export.function)?;
        Ok(Invocation {
            options: self.options(export.options)?,
            call: self.by_array(function, None),
            post_return,
            values: Vec::new(),
            rooms: Vec::new(),
            types: Vec::new(),
            result: None,
            flat: false,
        })
    }

    /// A function of the runtime that takes this call.
    fn runtime_call(&mut self, symbol: &str, invocation: Invocation) -> FuncId {
        let invocations = &mut self.builder.component().invocations;
        invocations.push(invocation);
        let index = invocations.len() as u32 - 1;
        let thunk = FunctionKind::Thunk {
            symbol: symbol.to_owned(),
            leading: vec![Leading::Invocation(index)],
            may_leave: None,
        };
        self.builder.function(&FuncType::new([], []), thunk)
    }

    fn by_array(&mut self, callee: FuncId, may_leave: Option<GlobalId>) -> FuncId {
        let ty = FuncType::new([ValType::I64], []);
        let kind = FunctionKind::ByArray { callee, may_leave };
        self.builder.function(&ty, kind)
    }
}

/// The number of a resource type in the program: first the host's types, then those of the
/// component.
fn number(plan: &Plan<'_>, resource: usize) -> u32 {
    let own = (RESOURCES.len() + resource.min(plan.resources.len())) as u32;
    match plan.resources.get(resource) {
        Some(ResourceType::Host { interface, name }) => {
            imports::resource(interface, name).map_or(own, |(number, _)| number)
        }
        _ => own,
    }
}

fn bug(message: &str) -> Error {
    Error::new(Code::Bug, message)
}

/// The translator's order of definitions excludes this.
fn too_early() -> Error {
    bug("the component uses something before it is made")
}
