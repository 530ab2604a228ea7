//! The variants in which every script is built and run.

use super::execute;
use super::plan::{Form, plan, spectest};
use super::report::Outcome;
use super::script::Script;
use super::suite::Entry;
use crate::tool::Runner;
use wasi_aot::codegen::{self, Choices, OptLevel};
use wasi_aot::cpu::Base;
use wasi_aot::link;
use wasi_aot::object::{self, Configuration, Facts};
use wasi_aot::policy::Carried;
use wasi_aot::program::{BoundsChecks, Generator, Options, Program, RelaxedSimd, StateForm};
use wasi_aot_abi::symbols;
use wasi_aot_targets::Target;

/// A way to build and run scripts.
#[derive(Debug)]
pub struct Variant {
    /// The last part of the test's name.
    pub name: &'static str,
    /// Whether the optimiser sees the arguments of invocations.
    visible: bool,
    /// Whether accesses are compared with the memory's size instead of guarded.
    explicit: bool,
    /// Whether the state is accessed by a pointer: only for scripts with a single instance.
    pointer: bool,
    /// Whether relaxed instructions have the deterministic result: only for scripts about these.
    deterministic: bool,
    /// Whether the code may use all features of this machine's CPU: only for scripts about vectors,
    /// and for this machine.
    native: bool,
    /// Whether every allocation moves all objects and scans all references: only for scripts that
    /// allocate objects.
    stress: bool,
    /// Whether every other function uses the generator that does not optimise.
    mixed: bool,
    /// The form of base addresses of memories; `None`: the CPU's best one.
    base: Option<Base>,
    /// The choices about code.
    code: Choices,
}

/// The way in which products are built.
const PLAIN: Variant = Variant {
    name: "opaque",
    visible: false,
    explicit: false,
    pointer: false,
    deterministic: false,
    native: false,
    stress: false,
    mixed: false,
    base: None,
    code: Choices {
        opt_level: OptLevel::Speed,
        spectre_mitigation: false,
        nan_canonicalization: false,
        features: 0,
    },
};

/// All variants.
pub const VARIANTS: &[Variant] = &[
    Variant {
        name: "visible",
        visible: true,
        ..PLAIN
    },
    PLAIN,
    Variant {
        name: "checked",
        explicit: true,
        ..PLAIN
    },
    Variant {
        name: "pointer",
        pointer: true,
        ..PLAIN
    },
    Variant {
        name: "deterministic",
        deterministic: true,
        ..PLAIN
    },
    Variant {
        name: "stress",
        stress: true,
        ..PLAIN
    },
    Variant {
        name: "unoptimised",
        code: Choices {
            opt_level: OptLevel::None,
            ..PLAIN.code
        },
        ..PLAIN
    },
    Variant {
        name: "register",
        base: Some(Base::Register),
        ..PLAIN
    },
    Variant {
        name: "held",
        base: Some(Base::Held),
        ..PLAIN
    },
    Variant {
        name: "relative",
        base: Some(Base::Code),
        ..PLAIN
    },
    // One text with the code of two generators.
    Variant {
        name: "mixed",
        mixed: true,
        ..PLAIN
    },
    Variant {
        name: "canonical",
        code: Choices {
            nan_canonicalization: true,
            ..PLAIN.code
        },
        ..PLAIN
    },
    Variant {
        name: "native",
        native: true,
        ..PLAIN
    },
    // It changes the code after comparisons.
    Variant {
        name: "spectre",
        explicit: true,
        code: Choices {
            spectre_mitigation: true,
            ..PLAIN.code
        },
        ..PLAIN
    },
    // Casts make new values, of which the collector must know.
    Variant {
        name: "spectre_stress",
        stress: true,
        code: Choices {
            spectre_mitigation: true,
            ..PLAIN.code
        },
        ..PLAIN
    },
];

impl Variant {
    /// Whether a script can be built in this variant.
    pub fn serves(&self, entry: &Entry, target: &Target) -> bool {
        let here = || target.features_here() != 0 && entry.is_about_vectors();
        (!self.native || here())
            && (!self.pointer || entry.is_closed())
            && (!self.stress || entry.makes_objects())
            && (!self.deterministic || entry.is_relaxed())
            && (self.deterministic || !entry.is_deterministic())
            && (self.code.nan_canonicalization || !entry.is_canonical())
    }

    fn code(&self, target: &Target) -> Choices {
        let features = match self.native {
            true => target.features_here(),
            false => 0,
        };
        Choices {
            features,
            ..self.code
        }
    }

    fn form(&self) -> Form {
        let bounds_checks = if self.explicit {
            BoundsChecks::Explicit
        } else {
            BoundsChecks::Guard
        };
        let form = if self.pointer {
            StateForm::Pointer
        } else {
            StateForm::Static
        };
        Form {
            visible: self.visible,
            spectest: !self.pointer,
            options: Options {
                bounds_checks,
                form,
                relaxed_simd: if self.deterministic {
                    RelaxedSimd::Deterministic
                } else {
                    RelaxedSimd::Native
                },
                base: self.base,
                ..Options::default()
            },
        }
    }

    /// Builds a script for a target and runs it; returns the outcomes of all its commands.
    ///
    /// # Errors
    ///
    /// The script does not compile, or its program did not answer all steps.
    pub fn run(
        &self,
        script: &Script,
        target: &Target,
        runner: &Runner,
    ) -> Result<Vec<Outcome>, String> {
        let target = &within_reach(target, runner);
        let spectest = spectest();
        let mut plan = plan(script, &spectest, target, &self.form()).map_err(coded)?;
        if self.mixed {
            let functions = plan.program.functions.iter_mut();
            for (_, function) in functions.filter(|(id, _)| id.as_u32() % 2 == 1) {
                function.generator = Generator::Plain;
            }
        }
        let executable = compile(&plan.program, target, self.code(target)).map_err(coded)?;
        let run = execute::run(&executable, runner, self.stress)
            .map_err(|error| format!("the program could not be run: {error}"))?;
        let mut outcomes = plan.outcomes;
        let commands = script.commands.len() + usize::from(!self.pointer);
        if outcomes.len() + plan.checks.len() != commands {
            return Err(format!(
                "{commands} commands have another number of outcomes"
            ));
        }
        let mut answers = run.answers.into_iter();
        let mut end = run.failure;
        for check in plan.checks {
            let result = match answers.next() {
                Some(answer) => check.expected.check(&answer),
                None => Err(format!("no answer; {}", end.take().unwrap_or_default())),
            };
            outcomes.push(Outcome {
                line: check.line,
                kind: check.kind,
                result,
            });
        }
        outcomes.sort_by_key(|outcome| outcome.line);
        match (end, answers.next()) {
            (Some(end), _) => Err(format!("all steps answered, but the program ended: {end}")),
            (None, Some(answer)) => Err(format!("an answer more than there are steps: {answer}")),
            (None, None) => Ok(outcomes),
        }
    }
}

/// The target, with memories close enough together that all of a script's are below the address of
/// the emulator's own stack, 340 GiB.
fn within_reach(target: &Target, runner: &Runner) -> Target {
    let mut target = *target;
    if let Runner::Emulator(_) = runner {
        target.addresses.stride = 7 << 30;
    }
    target
}

/// The later stages: compiles a program to an executable.
fn compile(program: &Program, target: &Target, code: Choices) -> wasi_aot::Result<Vec<u8>> {
    let options = codegen::Options {
        code,
        ..codegen::Options::default()
    };
    let code = codegen::compile(program, target, &options)?;
    let carried = Carried::default();
    let facts = Facts::new(program, &code);
    let object = object::write(program, target, code)?;
    let configuration = object::configure(target, &Configuration::of(&carried, &facts))?;
    let runtime = link::runtime(target, link::Variant::Recovery)?;
    link::link(
        link::Linker::Internal,
        &[&object.bytes, &configuration],
        runtime,
        target,
        symbols::RECOVERY_START,
        false,
    )
}

fn coded(error: wasi_aot::Error) -> String {
    format!("{}: {error}", error.code.as_str())
}
