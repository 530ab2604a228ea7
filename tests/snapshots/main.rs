//! Compares the CLIF of `clif/*.wat` and the machine code of `asm/*.wat` with the expectation at
//! the end of each file. Dropping a file into the folder adds a test; `WASI_AOT_BLESS=1` rewrites
//! the expectations.
//!
//! A driver calls all exports of a module with arguments that cannot be constant-folded, so exactly
//! the exported code is compiled. A file can choose options with lines before its module:
//! `;;! bounds-checks = explicit`, `;;! state = pointer`, `;;! spectre-mitigation`,
//! `;;! nan-canonicalization`.

use libtest_mimic::{Arguments, Failed, Trial};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use wasi_aot::codegen::{self, Choices, Emit};
use wasi_aot::program::{
    BoundsChecks, Builder, Extern, Operand, Options, Program, StateForm, Value,
};
use wasi_aot::wasm::{self, Import, Item, Module};
use wasi_aot_targets::{TARGETS, Target};
use wasmparser::ValType;

/// The line that starts the expectation for a target.
const MARK: &str = ";;; ";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for kind in [Kind::Clif, Kind::Asm] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
        let folder = folder.join(kind.folder());
        for path in files(&folder) {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let name = format!("{}::{stem}", kind.folder());
            trials.push(Trial::test(name, move || check(kind, &path)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The kind of output to compare.
#[derive(Clone, Copy)]
enum Kind {
    Clif,
    Asm,
}

impl Kind {
    fn folder(self) -> &'static str {
        match self {
            Kind::Clif => "clif",
            Kind::Asm => "asm",
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("it can be listed").path())
        .filter(|path| path.extension().is_some_and(|e| e == "wat"))
        .collect();
    assert!(!paths.is_empty(), "{} has no tests", folder.display());
    paths.sort();
    paths
}

fn check(kind: Kind, path: &Path) -> Result<(), Failed> {
    let text = std::fs::read_to_string(path)?;
    let source = text
        .find(&format!("\n{MARK}"))
        .map_or(&*text, |end| &text[..=end]);
    let mut actual = source.trim_end().to_owned();
    actual.push('\n');
    for target in TARGETS {
        let listing = listing(kind, source, target).map_err(|error| format!("{error:?}"))?;
        let _ = writeln!(actual, "\n{MARK}{}", target.name);
        for line in listing.lines() {
            let _ = writeln!(actual, "{}", format!(";; {line}").trim_end());
        }
    }
    if actual == text {
        Ok(())
    } else if std::env::var_os("WASI_AOT_BLESS").is_some() {
        Ok(std::fs::write(path, actual)?)
    } else {
        Err(difference(&text, &actual).into())
    }
}

/// The first lines that differ.
fn difference(expected: &str, actual: &str) -> String {
    let (mut old, mut new) = (expected.lines(), actual.lines());
    for number in 1.. {
        let (old, new) = (old.next(), new.next());
        if old != new || old.is_none() {
            let (old, new) = (old.unwrap_or("(end)"), new.unwrap_or("(end)"));
            return format!("line {number}:\n- {old}\n+ {new}\nWASI_AOT_BLESS=1 rewrites the file");
        }
    }
    unreachable!("numbers never end")
}

fn listing(kind: Kind, source: &str, target: &Target) -> wasi_aot::Result<String> {
    let bytes = wat::parse_str(source).expect("the text is a module");
    let module = wasm::parse(&bytes, "snapshot.wat")?;
    let (options, code) = options(source);
    let program = program(module, target, &options)?;
    let options = codegen::Options {
        code,
        emit: match kind {
            Kind::Clif => Emit {
                clif: true,
                asm: false,
            },
            Kind::Asm => Emit {
                clif: false,
                asm: true,
            },
        },
        ..codegen::Options::default()
    };
    let code = codegen::compile(&program, target, &options)?;
    let listing = match kind {
        Kind::Clif => code.clif,
        Kind::Asm => code.asm,
    };
    Ok(without_steps(kind, &listing.expect("it was asked for")))
}

/// Parses the lines before the module that choose how it is compiled.
fn options(source: &str) -> (Options, Choices) {
    let (mut options, mut code) = (Options::default(), Choices::default());
    for line in source.lines().filter_map(|line| line.strip_prefix(";;!")) {
        match line.trim() {
            "bounds-checks = explicit" => options.bounds_checks = BoundsChecks::Explicit,
            "state = pointer" => options.form = StateForm::Pointer,
            "spectre-mitigation" => code.spectre_mitigation = true,
            "nan-canonicalization" => code.nan_canonicalization = true,
            other => panic!("unknown choice `{other}`"),
        }
    }
    (options, code)
}

/// A driver that instantiates the module and calls all its exports.
fn program<'a>(
    module: Module<'a>,
    target: &Target,
    options: &Options,
) -> wasi_aot::Result<Program<'a>> {
    let mut builder = Builder::new(target, options);
    builder.driver();
    let id = builder.module(module);
    let imports = imports(&mut builder, id);
    let exports: Vec<&str> = builder
        .get(id)
        .exports
        .iter()
        .map(|export| export.name)
        .collect();
    let instance = builder.instantiate(id, &imports)?;
    for name in exports {
        if let Some(Extern::Func(function)) = builder.export(instance, name) {
            let params = builder.function_type(function).params().to_vec();
            builder.call(function, params.iter().map(opaque).collect());
        }
    }
    builder.finish()
}

fn imports(builder: &mut Builder<'_>, id: wasi_aot::program::ModuleId) -> Vec<Extern> {
    let imports: Vec<_> = builder.get(id).imports.iter().map(symbol).collect();
    let functions = imports.into_iter().map(|(symbol, index)| {
        let module = builder.get(id);
        let ty = module.function_type(index).clone();
        Extern::Func(builder.host_function(&symbol, &ty))
    });
    functions.collect()
}

fn symbol(import: &Import<'_>) -> (String, wasm::FuncIndex) {
    let Item::Func(index) = import.item else {
        panic!("only functions can be imported here");
    };
    (format!("{}.{}", import.module, import.name), index)
}

fn opaque(ty: &ValType) -> Operand {
    Operand::Opaque(match ty {
        ValType::I32 => Value::I32(0),
        ValType::I64 => Value::I64(0),
        ValType::F32 => Value::F32(0),
        ValType::F64 => Value::F64(0),
        ValType::V128 => Value::V128([0; 16]),
        _ => Value::Null,
    })
}

/// Removes the driver's own code.
fn without_steps(kind: Kind, listing: &str) -> String {
    let lines: Vec<_> = listing.lines().collect();
    let mut kept = String::new();
    let mut keep = true;
    for (number, line) in lines.iter().enumerate() {
        let title = match kind {
            Kind::Clif => {
                let next = lines.get(number + 1);
                let function = next.is_some_and(|next| next.starts_with("function "));
                line.strip_prefix(";; ").filter(|_| function)
            }
            Kind::Asm => line.strip_suffix(':').filter(|line| !line.starts_with(' ')),
        };
        if let Some(title) = title {
            keep = !title.starts_with("wasi_aot_step[");
        }
        if keep {
            let _ = writeln!(kept, "{line}");
        }
    }
    kept.truncate(kept.trim_end().len());
    kept
}
