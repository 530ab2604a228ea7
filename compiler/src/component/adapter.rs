//! What the modules of fused adapters tell: which of their imports are functions for after the return, and which calls they refuse.

use crate::error::{Code, Error, Result};
use wasmparser::{Operator, Parser, Payload, TypeRef};

/// The module that an adapter imports `post-return` functions from.
const POST_RETURN: &str = "post_return";

/// For each import of an adapter, whether it is a `post-return` function.
///
/// # Errors
///
/// `Bug`: the module is malformed.
pub fn post_returns(bytes: &[u8]) -> Result<Vec<bool>> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        if let Payload::ImportSection(imports) = payload.map_err(bug)? {
            for import in imports.into_imports() {
                let import = import.map_err(bug)?;
                found.push(import.module == POST_RETURN && matches!(import.ty, TypeRef::Func(_)));
            }
        }
    }
    Ok(found)
}

/// Whether a function of an adapter does nothing but trap with this number.
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
