//! scratch
use wasi_aot::{Code, wasm};
use wasi_aot_tests::spec::script::*;
use wasi_aot_tests::spec::suite;
#[test]
fn scratch() {
    let mut codes = std::collections::BTreeMap::<String, usize>::new();
    for e in suite::scripts().unwrap() {
        if e.cut.is_some() {
            continue;
        }
        let s = match Script::parse(e.text) {
            Ok(s) => s,
            Err(err) => {
                println!("{}: parse {err}", e.name);
                continue;
            }
        };
        for c in &s.commands {
            match &c.what {
                What::Define { module, .. }
                | What::Refuse {
                    module,
                    stage: Refusal::Unlinkable,
                    ..
                }
                | What::Run {
                    action: Action::Instantiate(module),
                    ..
                } => match module {
                    Err(err) => println!("{}:{} text {err}", e.name, c.line),
                    Ok(b) => {
                        if let Err(err) = wasm::parse(b, "x") {
                            println!("{}:{} {} {err}", e.name, c.line, err.code.as_str())
                        }
                    }
                },
                What::Refuse {
                    module,
                    stage,
                    message,
                } => match module {
                    Err(_) => *codes.entry(format!("{stage:?} text")).or_default() += 1,
                    Ok(b) => match wasm::parse(b, "x") {
                        Ok(_) => println!(
                            "{}:{} accepted; expected {stage:?} {message}",
                            e.name, c.line
                        ),
                        Err(err) => {
                            *codes
                                .entry(format!("{stage:?} {}", err.code.as_str()))
                                .or_default() += 1;
                            if err.code != Code::Invalid {
                                println!(
                                    "{}:{} {} {err}; expected {stage:?} {message}",
                                    e.name,
                                    c.line,
                                    err.code.as_str()
                                )
                            }
                        }
                    },
                },
                _ => {}
            }
        }
    }
    println!("{codes:#?}");
}
