//! Analyses the modules of fused adapters: which imports are `post-return` functions, and which
//! calls the adapters refuse.

use crate::error::{Code, Error, Result};
use wasmparser::{FunctionBody, Operator, Parser, Payload, TypeRef};

/// The module name of an adapter's imports of `post-return` functions.
const POST_RETURN: &str = "post_return";
/// The module name of an adapter's imports of the functions that it adapts.
const CALLEE: &str = "callee";

/// For each import of an adapter, whether it is a `post-return` function and nothing else: a
/// function that is also the adapted one has only one import.
///
/// # Errors
///
/// `Bug`: the module is malformed.
pub fn post_returns(bytes: &[u8]) -> Result<Vec<bool>> {
    let (mut found, mut functions) = (Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(bug)? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import.map_err(bug)?;
                    let is_function = matches!(import.ty, TypeRef::Func(_));
                    if is_function {
                        functions.push((found.len(), import.module));
                    }
                    found.push(is_function && import.module == POST_RETURN);
                }
            }
            Payload::CodeSectionEntry(body) => {
                let called = calls(&body, functions.len())?;
                let called: Vec<_> = called.into_iter().map(|index| functions[index]).collect();
                // The adapted function is then also a `post-return` function, and imported as such.
                if called.iter().all(|(_, module)| *module != CALLEE) {
                    called.iter().for_each(|(import, _)| found[*import] = false);
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

/// The imported functions that a function calls. `imported`: the number of imported functions.
fn calls(body: &FunctionBody<'_>, imported: usize) -> Result<Vec<usize>> {
    let mut called = Vec::new();
    for operator in body.get_operators_reader().map_err(bug)? {
        if let Operator::Call { function_index } = operator.map_err(bug)?
            && (function_index as usize) < imported
        {
            called.push(function_index as usize);
        }
    }
    Ok(called)
}

/// Whether a function of an adapter only traps, with this number.
///
/// # Errors
///
/// `Bug`: the module is malformed.
pub fn only_traps(bytes: &[u8], trap: u32) -> Result<bool> {
    for payload in Parser::new(0).parse_all(bytes) {
        let Payload::CodeSectionEntry(body) = payload.map_err(bug)? else {
            continue;
        };
        let operators = body.get_operators_reader().map_err(bug)?;
        let operators: Vec<_> = operators
            .into_iter()
            .take(4)
            .collect::<Result<_, _>>()
            .map_err(bug)?;
        if let [
            Operator::I32Const { value },
            Operator::Call { .. },
            Operator::Unreachable,
            Operator::End,
        ] = operators[..]
            && value.cast_unsigned() == trap
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn bug(error: wasmparser::Error) -> Error {
    Error::new(Code::Bug, format!("an adapter is malformed: {error}"))
}
