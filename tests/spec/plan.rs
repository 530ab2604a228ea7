//! Makes one program from a script's commands: each module becomes an instance, each command a
//! step. It also decides the commands that need no run: modules that must be refused.

use super::expect::Expected;
use super::report::{Kind, Outcome};
use super::script::{Action, Command, Name, Refusal, Script, Source, What};
use std::collections::HashMap;
use wasi_aot::program::{
    Builder, Extern, FuncId, InstanceId, ModuleId, Operand, Options, Program, Value,
};
use wasi_aot::{Code, Error, wasm};
use wasi_aot_targets::Target;
use wasmparser::ValType;

/// The form in which a script is built.
#[derive(Clone, Debug)]
pub struct Form {
    /// Whether the optimiser sees the arguments of invocations.
    pub visible: bool,
    /// The options of the program stage.
    pub options: Options,
    /// Whether the program has the `spectest` instance; without it there is one instance only.
    pub spectest: bool,
}

/// A program and the expected answers of its steps.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The program.
    pub program: Program<'a>,
    /// The expectations of its steps, in order.
    pub checks: Vec<Check>,
    /// The outcomes of commands that need no run.
    pub outcomes: Vec<Outcome>,
}

/// The expectation of a step.
#[derive(Debug)]
pub struct Check {
    /// Line of the command.
    pub line: usize,
    /// Kind of the command.
    pub kind: Kind,
    /// The expected outcome.
    pub expected: Expected,
}

/// The module that scripts import as `spectest`.
const SPECTEST: &str = include_str!("spectest.wat");

/// The bytes of `SPECTEST`.
pub fn spectest() -> Vec<u8> {
    wat::parse_str(SPECTEST).expect("spectest.wat is a module")
}

/// Builds the program of a script. The bytes of `spectest` must live as long as the script.
///
/// # Errors
///
/// Those of the layout. Failures of a single module or command are outcomes.
pub fn plan<'a>(
    script: &'a Script,
    spectest: &'a [u8],
    target: &Target,
    form: &Form,
) -> Result<Plan<'a>, Error> {
    let mut planner = Planner {
        builder: Builder::new(target, &form.options),
        visible: form.visible,
        definitions: HashMap::new(),
        instances: HashMap::new(),
        checks: Vec::new(),
        outcomes: Vec::new(),
    };
    planner.builder.driver();
    if form.spectest {
        let module = wasm::parse(spectest, "spectest")?;
        let module = planner.builder.module(module);
        let instance = planner.builder.link(module)?;
        planner.builder.register("spectest", instance);
        planner.check(0, Kind::Module, Expected::Return(None));
    }
    for command in &script.commands {
        planner.command(command);
    }
    Ok(Plan {
        program: planner.builder.finish()?,
        checks: planner.checks,
        outcomes: planner.outcomes,
    })
}

struct Planner<'a> {
    builder: Builder<'a>,
    visible: bool,
    /// By identifier; the latest one under `None`. Modules that failed to link or parse are absent.
    definitions: HashMap<Name, ModuleId>,
    instances: HashMap<Name, InstanceId>,
    checks: Vec<Check>,
    outcomes: Vec<Outcome>,
}

impl<'a> Planner<'a> {
    /// Sets the expectation of the step that was just appended.
    fn check(&mut self, line: usize, kind: Kind, expected: Expected) {
        self.checks.push(Check {
            line,
            kind,
            expected,
        });
    }

    /// Records the outcome of a command without a step.
    fn decide(&mut self, line: usize, kind: Kind, result: Result<(), String>) {
        self.outcomes.push(Outcome { line, kind, result });
    }

    fn command(&mut self, command: &'a Command) {
        let line = command.line;
        match &command.what {
            What::Define {
                name,
                module,
                instantiate,
            } => match self.define(name, module) {
                Ok(module) if *instantiate => self.instantiate(line, name, module),
                result => self.decide(line, Kind::Module, result.map(|_| ())),
            },
            What::Instantiate { instance, module } => match self.definitions.get(module) {
                Some(module) => self.instantiate(line, instance, *module),
                None => self.decide(line, Kind::Module, Err("no such definition".to_owned())),
            },
            What::Register { name, instance } => {
                let result = self
                    .instance(instance)
                    .map(|instance| self.builder.register(name, instance));
                self.decide(line, Kind::Register, result);
            }
            What::Run { action, expected } => {
                let kind = kind(action, expected);
                match self.run(action) {
                    Ok(()) => self.check(line, kind, expected.clone()),
                    Err(error) => self.decide(line, kind, Err(error)),
                }
            }
            What::Accept(module) => {
                let result = module.as_ref().map_err(Clone::clone);
                let result =
                    result.and_then(|bytes| wasm::parse(bytes, "script").map_err(describe));
                self.decide(line, Kind::Overturned, result.map(|_| ()));
            }
            What::Refuse {
                module,
                stage,
                message,
            } => {
                let result = self.refuse(module, *stage, message);
                self.decide(line, refused(*stage), result);
            }
        }
    }

    fn define(&mut self, name: &Name, module: &'a Source) -> Result<ModuleId, String> {
        self.definitions.remove(name);
        self.definitions.remove(&None);
        let bytes = module.as_ref().map_err(Clone::clone)?;
        let module = wasm::parse(bytes, "script").map_err(describe)?;
        let id = self.builder.module(module);
        self.definitions.insert(name.clone(), id);
        self.definitions.insert(None, id);
        Ok(id)
    }

    fn instantiate(&mut self, line: usize, name: &Name, module: ModuleId) {
        self.instances.remove(name);
        self.instances.remove(&None);
        match self.builder.link(module) {
            Ok(instance) => {
                self.instances.insert(name.clone(), instance);
                self.instances.insert(None, instance);
                self.check(line, Kind::Module, Expected::Return(None));
            }
            Err(error) => self.decide(line, Kind::Module, Err(describe(error))),
        }
    }

    fn instance(&self, name: &Name) -> Result<InstanceId, String> {
        let instance = self.instances.get(name).copied();
        instance.ok_or_else(|| format!("no instance {}", name.as_deref().unwrap_or("before")))
    }

    fn export(&self, instance: &Name, export: &str) -> Result<Extern, String> {
        let instance = self.instance(instance)?;
        let item = self.builder.export(instance, export);
        item.ok_or_else(|| format!("no export `{export}`"))
    }

    /// Appends the step of an action.
    fn run(&mut self, action: &'a Action) -> Result<(), String> {
        match action {
            Action::Invoke {
                instance,
                export,
                arguments,
            } => {
                let Extern::Func(function) = self.export(instance, export)? else {
                    return Err(format!("`{export}` is not a function"));
                };
                self.typed(function, arguments)?;
                let operand = if self.visible {
                    Operand::Known
                } else {
                    Operand::Opaque
                };
                let operands = arguments.iter().copied().map(operand).collect();
                self.builder.call(function, operands);
            }
            Action::Get { instance, export } => {
                let Extern::Global(global) = self.export(instance, export)? else {
                    return Err(format!("`{export}` is not a global"));
                };
                self.builder.read_global(global);
            }
            Action::Instantiate(module) => {
                let bytes = module.as_ref().map_err(Clone::clone)?;
                let module = wasm::parse(bytes, "script").map_err(describe)?;
                let module = self.builder.module(module);
                self.builder.link(module).map_err(describe)?;
            }
        }
        Ok(())
    }

    /// Checks the arguments' types against the function's.
    fn typed(&self, function: FuncId, arguments: &[Value]) -> Result<(), String> {
        let params = self.builder.function_type(function).params();
        let fits = |(param, argument): (&ValType, &Value)| {
            matches!(
                (param, argument),
                (ValType::I32, Value::I32(_))
                    | (ValType::I64, Value::I64(_))
                    | (ValType::F32, Value::F32(_))
                    | (ValType::F64, Value::F64(_))
                    | (ValType::V128, Value::V128(_))
                    | (ValType::Ref(_), Value::Null | Value::Extern(_))
            )
        };
        if params.len() == arguments.len() && params.iter().zip(arguments).all(fits) {
            return Ok(());
        }
        Err(format!("arguments {arguments:?} for parameters {params:?}"))
    }

    /// Checks that a module is refused at the stage that the script names.
    fn refuse(&mut self, module: &'a Source, stage: Refusal, message: &str) -> Result<(), String> {
        let bytes = match (module, stage) {
            (Ok(bytes), _) => bytes,
            (Err(_), Refusal::MalformedText | Refusal::Invalid) => return Ok(()),
            (Err(error), _) => return Err(format!("the script's text is wrong: {error}")),
        };
        let parsed = wasm::parse(bytes, "script");
        let module = match (parsed, stage) {
            (Ok(module), Refusal::Unlinkable) => module,
            (Ok(_), _) => return Err(format!("accepted; expected: {message}")),
            // A later version may accept it, with a feature that is not supported yet.
            (Err(error), Refusal::Unlinkable) => return Err(describe(error)),
            (Err(error), _) => {
                return match error.code {
                    Code::Invalid | Code::Unsupported => Ok(()),
                    Code::Limit if error.message.contains(message) => Ok(()),
                    _ => Err(format!("{}; expected: {message}", describe(error))),
                };
            }
        };
        let module = self.builder.module(module);
        let code = match message {
            "unknown import" => Code::UnknownImport,
            "incompatible import type" => Code::ImportType,
            other => return Err(format!("no code is known for the words `{other}`")),
        };
        match self.builder.link(module) {
            Err(error) if error.code == code => Ok(()),
            Err(error) => Err(format!("{}; expected: {message}", describe(error))),
            // Its step has been appended, so all later answers are shifted.
            Ok(_) => Err(format!(
                "linked; expected: {message}; all that follows is off by a step"
            )),
        }
    }
}

fn kind(action: &Action, expected: &Expected) -> Kind {
    match (action, expected) {
        (Action::Instantiate(_), _) => Kind::Uninstantiable,
        (_, Expected::Return(None)) => Kind::Action,
        (_, Expected::Return(Some(_))) => Kind::Return,
        (_, Expected::Trap(_)) => Kind::Trap,
        (_, Expected::Exhaustion(_)) => Kind::Exhaustion,
        (_, Expected::Exception) => Kind::Exception,
    }
}

fn refused(stage: Refusal) -> Kind {
    match stage {
        Refusal::MalformedBinary => Kind::MalformedBinary,
        Refusal::MalformedText => Kind::MalformedText,
        Refusal::Invalid => Kind::Invalid,
        Refusal::Unlinkable => Kind::Unlinkable,
    }
}

fn describe(error: Error) -> String {
    format!("{}: {error}", error.code.as_str())
}
