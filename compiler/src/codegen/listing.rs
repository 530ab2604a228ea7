//! CLIF as text, for `--emit clif`, and the names of symbols in listings.

use crate::lower::Unit;
use crate::lower::symbol::Symbol;
use crate::names::Names;
use crate::shown;
use cranelift_codegen::ir::Function;
use std::fmt::Write;

/// The CLIF of a function, under its name. A table of external names follows it.
pub fn clif(names: &Names, func: &Function, name: &str) -> String {
    let mut text = format!(";; {}\n{}", shown::line(name), func.display());
    for external in func.params.user_named_funcs().values() {
        let symbol = symbol(names, Symbol::from_external(external));
        let symbol = shown::line(&symbol);
        let _ = writeln!(
            text,
            ";; u{}:{} = {symbol}",
            external.namespace, external.index
        );
    }
    text.push('\n');
    text
}

/// The name of a symbol for listings.
pub fn symbol(names: &Names, symbol: Symbol) -> String {
    match symbol {
        Symbol::Func(id) => names.label(Unit::Func(id)),
        Symbol::Step(index) => names.label(Unit::Step(index)),
        Symbol::Runtime(runtime) => runtime.name().to_owned(),
        Symbol::Host(id) => match names.program().functions[id].kind.symbol() {
            Some(symbol) => symbol.to_owned(),
            None => id.to_string(),
        },
        Symbol::Data(id) => format!("data segment {}", id.as_u32()),
        Symbol::Elem(id) => format!("element segment {}", id.as_u32()),
        Symbol::Opaque => "operands".to_owned(),
        Symbol::Options(id) => id.to_string(),
        Symbol::Region(id) => format!("region {}", id.as_u32()),
        Symbol::Invocation(index) => format!("invocation {index}"),
    }
}
