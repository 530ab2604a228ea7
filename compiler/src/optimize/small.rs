//! Finds the functions whose bodies take the place of calls.
//!
//! The compiler that made a module inlines what it has in one piece; this finds what it kept apart:
//! functions of other source files and crates, of other modules, and adapters of components. A
//! recursive function may be one of them: then each of its calls does the work of two.

use super::bodies;
use crate::program::*;
use crate::wasm::Module;
use cranelift_entity::{PrimaryMap, SecondaryMap};

/// The size in bytes of a body that is about as large as what a call of it takes.
const CALL: usize = 32;

/// The maximum size in bytes of any other body.
const BODY: usize = 64;

/// The maximum size in bytes of all copies of such a body, if each function that calls it had one.
const COPIES: usize = 500;

/// The maximum size in bytes of the body of an adapter's function. Calls between adapters never
/// form a cycle, and each has few callers.
const ADAPTER: usize = 512;

/// Sets `small` of all functions. It runs after it is known which functions throw: the handlers of
/// an inlined function's caller would have to become its own.
pub fn find(program: &mut Program<'_>, modules: &PrimaryMap<ModuleId, Module<'_>>) {
    let mut callers = SecondaryMap::<FuncId, usize>::new();
    for (_, instance, body) in bodies(program, modules) {
        for callee in &body.uses.calls {
            callers[instance.functions[*callee]] += 1;
        }
    }
    let small = bodies(program, modules).filter_map(|(id, instance, body)| {
        let bytes = body.bytes.len();
        let is_small = match modules[instance.module].adapter {
            true => bytes <= ADAPTER,
            false if program.functions[id].throws => false,
            false => bytes <= CALL || bytes <= BODY && bytes * callers[id] <= COPIES,
        };
        is_small.then_some(id)
    });
    for id in small.collect::<Vec<_>>() {
        program.functions[id].small = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Builder, Extern};

    /// Whether a function whose body has this size is small, if this number of functions call it.
    /// `last` is the last instruction of the body.
    fn is_small(bytes: usize, callers: usize, is_adapter: bool, last: &str) -> bool {
        // The number of locals, the `nop`s, what comes last, and the end.
        let nops = "(nop)".repeat(bytes - 2 - if last.is_empty() { 0 } else { 2 });
        let calls = "(func (call $callee))".repeat(callers - 1);
        let more: String = (1..callers)
            .map(|index| format!("(call {index})"))
            .collect();
        let text = format!(
            r#"(module (tag $e) (func $callee {nops} {last}) {calls}
                (func (export "run") (call $callee) {more}))"#
        );
        let bytes_of = wat::parse_str(text).expect("it parses");
        let target = &wasi_aot_targets::TARGETS[0];
        let mut builder = Builder::new(target, &Default::default());
        builder.driver();
        let mut module = crate::wasm::parse(&bytes_of, "test").expect("it is valid");
        assert_eq!(module.bodies[0].bytes.len(), bytes);
        module.adapter = is_adapter;
        let module = builder.module(module);
        let instance = builder.link(module).expect("it links");
        let Some(Extern::Func(run)) = builder.export(instance, "run") else {
            panic!("run is exported");
        };
        builder.call(run, Vec::new());
        let program = builder.finish().expect("it is a program");
        program.functions[FuncId::from_u32(0)].small
    }

    #[test]
    fn what_is_as_large_as_a_call_is_small_whoever_calls_it() {
        assert!(is_small(CALL, 40, false, ""));
    }

    #[test]
    fn larger_bodies_are_small_if_few_functions_call_them() {
        let few = COPIES / BODY;
        assert!(is_small(BODY, few, false, ""));
        assert!(!is_small(BODY, few + 1, false, ""));
        assert!(!is_small(BODY + 1, 1, false, ""));
    }

    #[test]
    fn what_throws_is_not_small() {
        assert!(!is_small(CALL, 1, false, "(throw $e)"));
    }

    #[test]
    fn functions_of_adapters_are_small_for_longer() {
        assert!(is_small(ADAPTER, 9, true, ""));
        assert!(!is_small(ADAPTER + 1, 1, true, ""));
        assert!(is_small(CALL, 1, true, "(throw $e)"));
    }
}
