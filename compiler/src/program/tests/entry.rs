//! Where products start.

use super::*;

fn invoke(name: &str) -> Options {
    Options {
        entry: Entry::Invoke(name.to_owned()),
        ..Options::default()
    }
}

fn calls(program: &Program<'_>) -> Vec<FuncId> {
    let actions = program.steps.iter().flat_map(|step| &step.actions);
    let calls = actions.filter_map(|action| match action {
        Action::Call(function, arguments) => {
            assert!(arguments.is_empty());
            Some(*function)
        }
        _ => None,
    });
    calls.collect()
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
    let text = r#"(module (func (export "_initialize")) (func (export "f") (result i32) i32.const 1) (func (export "g") (param i32)))"#;
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
fn the_export_without_a_name_is_the_entry_where_there_is_no_start() {
    let reactor = r#"(module (func (export "_initialize")) (func (export "")))"#;
    let program = product(reactor);
    let expected = ["_initialize", ""].map(|name| exported(&program, 0, name));
    assert_eq!(calls(&program), expected);
    let command = product(r#"(module (func (export "_start")) (func (export "")))"#);
    assert_eq!(calls(&command), [exported(&command, 0, "_start")]);
}

#[test]
fn a_reactor_is_told_of_invoke() {
    let error = refused(r#"(module (func (export "_initialize")) (func (export "run")))"#);
    assert_eq!(error.code, Code::Entry);
    assert!(error.message.contains("reactor"), "{error}");
    let help = error.help.unwrap();
    assert!(
        help.contains("--invoke") && help.contains("`run`"),
        "{help}"
    );
}

#[test]
fn an_entry_has_no_parameters() {
    for text in [
        r#"(module (func (export "_start") (param i32)))"#,
        r#"(module (func (export "_start") (result i32) i32.const 0))"#,
        r#"(module (memory (export "_start") 1))"#,
        "(module)",
    ] {
        assert_eq!(refused(text).code, Code::Entry, "{text}");
    }
}
