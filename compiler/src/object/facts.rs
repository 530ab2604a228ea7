//! The facts about a program that its configuration depends on: with them a compiled program can be
//! configured again without its module.

use crate::codegen::Output;
use crate::codegen::piece::Referent;
use crate::lower::symbol::Symbol;
use crate::policy::Limits;
use crate::program::{FunctionKind, Program, lookups, preview1, snapshot};
use crate::{Code, Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Facts about a compiled program.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The module's name, from its name section; empty: it has none.
    pub name: String,
    /// Whether any function has a name.
    pub named: bool,
    /// Whether source locations follow the names.
    pub lines: bool,
    /// Bytes of all memories at start.
    pub memory: u64,
    /// The symbols of the runtime that the code refers to.
    pub symbols: BTreeSet<String>,
    /// Whether the program calls a function that fails for want of a grant.
    pub misses_grants: bool,
    /// Whether the program calls the function that looks up names of hosts.
    pub looks_up_hosts: bool,
    /// Whether the program asks for its directories when it first looks for a file.
    pub asks_late: bool,
    /// Whether the program starts threads.
    pub threads: bool,
    /// What is known of an HTTP server; `None`: the program is none.
    pub server: Option<Server>,
}

/// Facts about an HTTP server.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// A function of the host that instantiation may call, and whose results may differ:
    /// `INTERFACE#FUNCTION`. Without one, instances are a snapshot.
    pub instantiation_calls: Option<String>,
}

impl Server {
    fn of(program: &Program) -> Option<Server> {
        program.component.serves?;
        let symbol = snapshot::differs(program);
        Some(Server {
            instantiation_calls: symbol.map(without_version),
        })
    }
}

/// A symbol of a WASI function without its version.
fn without_version(symbol: &str) -> String {
    let parts = symbol.split_once('@').and_then(|(interface, rest)| {
        let (_, function) = rest.split_once('#')?;
        Some(format!("{interface}#{function}"))
    });
    parts.unwrap_or_else(|| symbol.to_owned())
}

impl Facts {
    /// The facts about `program`, whose code is `output`.
    pub fn new(program: &Program, output: &Output) -> Facts {
        let imports = || imports(program);
        let module = program.modules.values().next();
        Facts {
            name: module.map_or_else(String::new, |module| module.name.clone()),
            named: output.compiled.iter().any(|unit| unit.name.is_some()),
            lines: output.lines.is_some(),
            memory: program.memory_at_start,
            symbols: symbols(program, output),
            misses_grants: imports().any(needs_grant),
            looks_up_hosts: imports().any(|symbol| symbol.ends_with(LOOKUP)),
            asks_late: lookups::asks_late(program),
            threads: program.threads.is_some(),
            server: Server::of(program),
        }
    }
}

/// Bytes that memories and tables may grow by, all together, where memories start with `memory` bytes;
/// `u64::MAX`: only their own limits count.
///
/// # Errors
/// [`Code::Option`] when the memories start larger than `--max-memory`.
pub fn growth(memory: u64, limits: &Limits) -> Result<u64> {
    let Some(max) = limits.max_memory else {
        return Ok(u64::MAX);
    };
    max.checked_sub(memory).ok_or_else(|| {
        let message = format!("the memory starts with {memory} bytes, but may not exceed {max}");
        Error::new(Code::Option, message).help("give `--max-memory` a larger value")
    })
}

/// The functions of a component that fail for want of a grant, as their symbols end.
const NEED_GRANTS: &[&str] = &[
    "tcp-socket.start-bind",
    "tcp-socket.start-connect",
    "udp-socket.start-bind",
    "udp-socket.stream",
    "outgoing-datagram-stream.send",
    "wasi:filesystem/preopens@0.2#get-directories",
    LOOKUP,
];

/// The function that looks names up, as its symbol ends.
const LOOKUP: &str = "#resolve-addresses";

fn needs_grant(symbol: &str) -> bool {
    preview1::needs_grant(symbol) || NEED_GRANTS.iter().any(|end| symbol.ends_with(end))
}

/// The functions of the runtime that the program imports, and calls.
fn imports<'p>(program: &'p Program<'_>) -> impl Iterator<Item = &'p str> {
    let functions = program.functions.values();
    functions.filter_map(|function| match &function.kind {
        FunctionKind::Host { symbol, .. } | FunctionKind::Thunk { symbol, .. }
            if function.reachable =>
        {
            Some(&**symbol)
        }
        _ => None,
    })
}

/// The symbols of the runtime that the code refers to.
fn symbols(program: &Program, output: &Output) -> BTreeSet<String> {
    let references = output.compiled.iter().flat_map(|compiled| {
        let constants = compiled.constants.iter();
        let references = constants.flat_map(|constant| &constant.references);
        compiled.references.iter().chain(references)
    });
    let symbols = references.filter_map(|reference| match reference.target {
        Referent::Symbol(Symbol::Runtime(runtime)) => Some(runtime.name()),
        Referent::Symbol(Symbol::Host(id)) => program.functions[id].kind.symbol(),
        Referent::Symbol(
            Symbol::Func(_)
            | Symbol::Step(_)
            | Symbol::Data(_)
            | Symbol::Elem(_)
            | Symbol::Opaque
            | Symbol::Options(_)
            | Symbol::Invocation(_)
            | Symbol::Region(_),
        )
        | Referent::Constant(_)
        | Referent::Own => None,
    });
    symbols
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_memories_start_with_is_part_of_the_limit() {
        let limits = |max_memory| Limits {
            max_memory,
            ..Limits::default()
        };
        assert_eq!(growth(1 << 16, &limits(None)), Ok(u64::MAX));
        assert_eq!(growth(1 << 16, &limits(Some(200_000))), Ok(134_464));
        assert_eq!(growth(1 << 16, &limits(Some(1 << 16))), Ok(0));
        let error = growth(2 << 16, &limits(Some(100_000))).unwrap_err();
        assert_eq!(error.code, Code::Option);
    }
}
