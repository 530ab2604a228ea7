//! `wasi-aot explain`: the meaning of an error code, its causes and the remedy.

use super::print_line;
use crate::{Code, Error, Result};

/// Runs the verb. `typed`: an error code in upper or lower case.
pub fn run(typed: &str) -> Result<()> {
    let is_typed = |code: &&Code| code.as_str().eq_ignore_ascii_case(typed);
    match Code::ALL.iter().find(is_typed) {
        Some(code) => print_line(code.explanation().trim_end()),
        None => {
            let codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
            let error = Error::new(Code::Option, format!("there is no error code `{typed}`"));
            Err(error.help(format!("the codes are {}", codes.join(", "))))
        }
    }
}
