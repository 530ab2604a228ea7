//! Entries of products.

use super::*;
use wasi_aot_abi::invoke::kind;

fn invoke(name: &str) -> Options {
    Options {
        entry: Entry::Invoke(vec![name.to_owned()]),
        ..Options::default()
    }
}

fn calls(program: &Program<'_>) -> Vec<FuncId> {
    let actions = program.steps.iter().flat_map(|step| &step.actions);
    let calls = actions.filter_map(|action| match action {
        Action::Call(function, _) => Some(*function),
        _ => None,
    });
    calls.collect()
}

/// The operands of the last call, and all actions.
fn last<'p>(program: &'p Program<'_>) -> (&'p [Operand], Vec<&'p Action>) {
    let actions: Vec<_> = program.steps[0].actions.iter().collect();
    let call = actions
        .iter()
        .rfind(|action| matches!(action, Action::Call(..)));
    let operands = call.map_or(&[][..], |call| call.operands());
    (operands, actions)
}

#[test]
fn a_product_is_one_step_that_instantiates_and_starts() {
    let program = product(r#"(module (func $s (export "s")) (start $s) (func (export "_start")))"#);
    assert_eq!(program.steps.len(), 1);
    assert!(!program.driver);
    let expected = ["s", "_start"].map(|name| exported(&program, 0, name));
    assert_eq!(calls(&program), expected);
}

#[test]
fn invoke_initialises_first() {
    let text = r#"(module (func (export "_initialize")) (func (export "f") (result i32) i32.const 1) (func (export "g") (param v128)))"#;
    let program = product_with(text, &invoke("f")).unwrap();
    let expected = ["_initialize", "f"].map(|name| exported(&program, 0, name));
    assert_eq!(calls(&program), expected);
    let alone = product_with(text, &invoke("_initialize")).unwrap();
    assert_eq!(calls(&alone), [exported(&alone, 0, "_initialize")]);
    for name in ["g", "h"] {
        let error = product_with(text, &invoke(name)).unwrap_err();
        assert_eq!(error.code, Code::Entry, "{name}: {error}");
    }
}

#[test]
fn values_are_arguments_or_stand_in_the_call() {
    let text = r#"(module (func (export "f") (param i32 f64) (result i64) i64.const 1) (func (export "g")))"#;
    let program = product_with(text, &invoke("f")).unwrap();
    let (operands, actions) = last(&program);
    assert!(
        matches!(
            operands,
            [
                Operand::Argument(0, kind::I32),
                Operand::Argument(1, kind::F64)
            ]
        ),
        "{operands:?}"
    );
    assert!(
        matches!(
            actions[..],
            [
                Action::CountArguments(2),
                Action::Call(..),
                Action::Print(_)
            ]
        ),
        "{actions:?}"
    );
    let program = product_with(text, &invoke("f(-1, 0.5)")).unwrap();
    let (operands, actions) = last(&program);
    let half = Value::F64(0.5f64.to_bits());
    let known = matches!(operands, [Operand::Known(Value::I32(-1)), Operand::Known(value)] if *value == half);
    assert!(known, "{operands:?}");
    assert!(
        matches!(actions[..], [Action::Call(..), Action::Print(_)]),
        "{actions:?}"
    );
    // The arguments belong to the program.
    let program = product_with(text, &invoke("g")).unwrap();
    let (_, actions) = last(&program);
    assert!(matches!(actions[..], [Action::Call(..)]), "{actions:?}");
    for call in ["f()", "f(1)", "f(1, 2, 3)", "f(1, x)", "g(1)"] {
        let error = product_with(text, &invoke(call)).unwrap_err();
        assert_eq!(error.code, Code::Option, "{call}: {error}");
    }
}

#[test]
fn the_export_without_a_name_is_the_entry_where_there_is_no_start() {
    let reactor = r#"(module (func (export "_initialize")) (func (export "")))"#;
    let program = product(reactor);
    let expected = ["_initialize", ""].map(|name| exported(&program, 0, name));
    assert_eq!(calls(&program), expected);
    let command = product(r#"(module (func (export "_start")) (func (export "")))"#);
    assert_eq!(calls(&command), [exported(&command, 0, "_start")]);
}

#[test]
fn initialize_is_called_before_every_entry() {
    let both = product(r#"(module (func (export "_start")) (func (export "_initialize")))"#);
    let expected = ["_initialize", "_start"].map(|name| exported(&both, 0, name));
    assert_eq!(calls(&both), expected);
    let alone = product(r#"(module (func (export "_initialize")) (func (export "run")))"#);
    assert_eq!(calls(&alone), [exported(&alone, 0, "_initialize")]);
}

#[test]
fn a_module_of_both_kinds_and_a_reactor_are_warned_of() {
    let warned = |text: &str, entry: &Entry| {
        let bytes = wat::parse_str(text).unwrap();
        let module = parse(&bytes, "test.wasm").unwrap();
        warning(&module, entry)
    };
    let both = r#"(module (func (export "_start")) (func (export "_initialize")))"#;
    let text = warned(both, &Entry::Start).unwrap();
    assert!(
        text.contains("\"these kinds are mutually exclusive\""),
        "{text}"
    );
    let reactor = r#"(module (func (export "_initialize")) (func (export "_other"))
      (func (export "run") (param i32 f32)) (func (export "malloc") (param i32)))"#;
    let text = warned(reactor, &Entry::Start).unwrap();
    assert!(
        text.ends_with("`--invoke NAME` calls another export: `run` (i32, f32)"),
        "{text}"
    );
    assert_eq!(warned(reactor, &invoke("run").entry), None);
    let alone = r#"(module (func (export "_initialize")) (memory (export "memory") 1))"#;
    assert_eq!(warned(alone, &Entry::Start), None);
    assert_eq!(
        warned(r#"(module (func (export "_start")))"#, &Entry::Start),
        None
    );
}

#[test]
fn an_entry_has_no_parameters() {
    for text in [
        r#"(module (func (export "_start") (param i32)))"#,
        r#"(module (func (export "_start") (result i32) i32.const 0))"#,
        r#"(module (func (export "_initialize") (param i32)))"#,
        r#"(module (func (export "_initialize") (result i32) i32.const 0) (func (export "_start")))"#,
        r#"(module (memory (export "_start") 1))"#,
        "(module)",
    ] {
        assert_eq!(refused(text).code, Code::Entry, "{text}");
    }
}
