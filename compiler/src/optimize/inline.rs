//! Inlines calls of small functions: fused adapters of components and their callees cost no more
//! than the same code within one module, and so do functions that the compiler of a module could
//! not inline, because it saw one source file at a time.
//!
//! What is inlined keeps the source locations of its own body, so that reports show its function.

use super::Change;
use crate::Result;
use crate::codegen::cranelift::codegen_error;
use crate::lower::symbol::Symbol;
use crate::lower::{Inlined, Lowered, Lowering, Unit};
use crate::program::{FuncId, FunctionKind, Program};
use crate::wasm::Body;
use cranelift_codegen::Context;
use cranelift_codegen::inline::{Inline, InlineCommand};
use cranelift_codegen::ir::{ExternalName, FuncRef, Function, Inst, Opcode, SourceLoc, Value};
use cranelift_codegen::isa::TargetIsa;
use cranelift_entity::EntityRef;
use std::borrow::Cow;
use std::sync::OnceLock;

/// The maximum of bytes of bodies that one function inlines, of adapters and of others.
const MOST: usize = 16 << 10;

/// The bytes of other bodies than adapters' that any function may inline. A larger function may
/// inline as much as its own body has, so that code stays proportional to the module.
const LEAST: usize = 64;

/// The small functions. The thread that first needs one lowers it.
pub struct Bodies<'a> {
    program: &'a Program<'a>,
    isa: &'a dyn TargetIsa,
    /// By function. `None`: it cannot be lowered.
    lowered: Vec<OnceLock<Option<Box<Small>>>>,
}

/// The code of a small function.
struct Small {
    func: Function,
    /// Size of its body.
    bytes: usize,
    /// Offset of its body in its module.
    offset: u32,
    /// Whether calls in it are inlined, too.
    is_adapter: bool,
}

/// Inlines calls in one function after the other, on one thread.
pub struct Inliner<'a> {
    context: Context,
    bodies: &'a Bodies<'a>,
}

impl<'a> Inliner<'a> {
    /// An inliner with the bodies of a program.
    pub fn new(bodies: &'a Bodies<'a>) -> Self {
        Inliner {
            context: Context::new(),
            bodies,
        }
    }

    /// Inlines calls in the code of a function, and adds the inlined functions to `changes`.
    ///
    /// # Errors
    /// [`crate::Code::Limit`] for a function that becomes too large.
    pub fn replace(
        &mut self,
        lowering: &mut Lowering,
        lowered: &mut Lowered,
        changes: &mut Vec<Change>,
    ) -> Result<()> {
        let Unit::Func(id) = lowered.unit else {
            return Ok(());
        };
        let program = self.bodies.program;
        let Some(body) = program.body(id) else {
            return Ok(());
        };
        let context = &mut self.context;
        std::mem::swap(&mut context.func, &mut lowered.func);
        let calls = Calls {
            bodies: self.bodies,
            lowering,
            adapters: MOST,
            others: body.bytes.len().clamp(LEAST, MOST),
            next: body.bytes.len() as u32,
            changes,
            asked: &mut lowered.asked,
            inlined: &mut lowered.inlined,
        };
        let inlined = context.inline(calls);
        std::mem::swap(&mut context.func, &mut lowered.func);
        lowered.asked.sort_unstable();
        lowered.asked.dedup();
        if inlined.map_err(|error| codegen_error(program, lowered.unit, &error))? {
            place(&mut lowered.func);
        }
        Ok(())
    }
}

impl<'a> Bodies<'a> {
    /// The bodies of the functions of `program`.
    pub fn new(program: &'a Program<'a>, isa: &'a dyn TargetIsa) -> Self {
        let mut lowered = Vec::new();
        lowered.resize_with(program.functions.len(), OnceLock::new);
        Bodies {
            program,
            isa,
            lowered,
        }
    }

    /// The code of a function, if it is small. Adds to `asked` whose body decides about the code.
    fn small(
        &self,
        lowering: &mut Lowering,
        callee: FuncId,
        asked: &mut Vec<FuncId>,
    ) -> Option<&Small> {
        let body = inlined(self.program, callee)?;
        asked.push(callee);
        let small = self.lowered.get(callee.index())?.get_or_init(|| {
            let mut func = Function::new();
            // A function that cannot be lowered is reported when it is compiled itself.
            let lowered = lowering.lower(self.program, Unit::Func(callee), self.isa, &mut func);
            lowered.is_ok().then(|| {
                Box::new(Small {
                    func,
                    bytes: body.bytes.len(),
                    offset: body.offset as u32,
                    is_adapter: self.is_adapter(callee),
                })
            })
        });
        small.as_deref()
    }

    fn is_adapter(&self, function: FuncId) -> bool {
        match self.program.functions[function].kind {
            FunctionKind::Wasm { instance, .. } => {
                self.program.modules[self.program.instances[instance].module].adapter
            }
            _ => false,
        }
    }
}

/// The body of a function, if it is inlined.
pub fn inlined<'p>(program: &'p Program, id: FuncId) -> Option<&'p Body<'p>> {
    let is_small = program.functions[id].small;
    program.body(id).filter(|_| is_small)
}

/// The calls of one function.
struct Calls<'c, 'a> {
    bodies: &'a Bodies<'a>,
    lowering: &'c mut Lowering,
    /// Bytes of adapters' bodies that may still be inlined.
    adapters: usize,
    /// Bytes of other bodies that may still be inlined.
    others: usize,
    /// The location of the next inlined body.
    next: u32,
    changes: &'c mut Vec<Change>,
    asked: &'c mut Vec<FuncId>,
    inlined: &'c mut Vec<Inlined>,
}

impl Calls<'_, '_> {
    /// Gives the instructions of a body locations in a caller that has this base, and returns the
    /// base of the body's.
    fn place(
        &mut self,
        base: SourceLoc,
        call: SourceLoc,
        callee: FuncId,
        small: &Small,
    ) -> SourceLoc {
        let start = self.next;
        self.next += small.bytes as u32;
        self.inlined.push(Inlined {
            callee,
            start,
            call: call.bits().wrapping_sub(base.bits()),
        });
        let first = small.func.params.base_srcloc();
        match first.is_default() {
            true => first,
            false => SourceLoc::new(base.bits() + start + (first.bits() - small.offset)),
        }
    }
}

impl Inline for Calls<'_, '_> {
    fn inline(
        &mut self,
        caller: &Function,
        call: Inst,
        opcode: Opcode,
        callee: FuncRef,
        _: &[Value],
    ) -> InlineCommand<'_> {
        // A tail call leaves no frame of the caller, but reports would show one.
        if opcode == Opcode::ReturnCall {
            return InlineCommand::KeepCall;
        }
        let ExternalName::User(name) = caller.dfg.ext_funcs[callee].name else {
            return InlineCommand::KeepCall;
        };
        let symbol = Symbol::from_external(&caller.params.user_named_funcs()[name]);
        let Symbol::Func(callee) = symbol else {
            return InlineCommand::KeepCall;
        };
        let bodies = self.bodies;
        let Some(small) = bodies.small(self.lowering, callee, self.asked) else {
            return InlineCommand::KeepCall;
        };
        let room = match small.is_adapter {
            true => &mut self.adapters,
            false => &mut self.others,
        };
        let Some(left) = room.checked_sub(small.bytes) else {
            return InlineCommand::KeepCall;
        };
        *room = left;
        self.changes.push(Change::Inlined(callee));
        let (base, call) = (caller.params.base_srcloc(), caller.srcloc(call));
        InlineCommand::Inline {
            callee: Cow::Borrowed(&small.func),
            visit_callee: small.is_adapter,
            srcloc_base: self.place(base, call, callee, small),
        }
    }
}

/// Gives instructions without a source location that of the instruction before: for one, those that
/// begin an inlined body.
fn place(func: &mut Function) {
    let mut before = None;
    let mut block = func.layout.entry_block();
    while let Some(at) = block {
        let mut inst = func.layout.first_inst(at);
        while let Some(at) = inst {
            let location = func.srcloc(at);
            match (location.is_default(), before) {
                (true, Some(before)) => func.set_srcloc(at, before),
                (true, None) => {}
                (false, _) => before = Some(location),
            }
            inst = func.layout.next_inst(at);
        }
        block = func.layout.next_block(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codegen::function::Compiler;
    use crate::codegen::generator::{Generators, Input};
    use crate::codegen::{Choices, Emit, parallel};
    use crate::cpu;
    use crate::names::Names;
    use crate::program::{Builder, Extern};
    use wasi_aot_abi::sites::{self, Site};

    /// A leaf, a function that calls it, one that throws, and one that is too long.
    const LIBRARY: &str = r#"(module
        (memory 1)
        (tag $e)
        (func $leaf (export "leaf") (param i32) (result i32) (i32.load (local.get 0)))
        (func (export "calls") (param i32) (result i32) (call $leaf (local.get 0)))
        (func (export "throws") (param i32) (result i32) (throw $e))
        (func (export "long") (param i32) (result i32)
            (call $leaf (i32.load (i32.load (i32.load (i32.load (i32.load (i32.load (i32.load
                (i32.load (i32.load (i32.load (i32.load (i32.load (i32.load (i32.load (i32.load
                (i32.load (i32.load (i32.load (i32.load (i32.load (i32.load (i32.load (i32.load
                (i32.load (i32.load (i32.load (i32.load (i32.load (i32.load (i32.load (i32.load
                (i32.load (i32.load (local.get 0)))))))))))))))))))))))))))))))))))))"#;

    /// How often one function calls the leaf.
    const MANY: usize = 40;

    /// Functions that call one of them each, one that calls itself, and one that calls the leaf
    /// [`MANY`] times, in place of `CALLS`.
    const PROGRAM: &str = r#"(module
        (import "library" "leaf" (func $leaf (param i32) (result i32)))
        (import "library" "calls" (func $calls (param i32) (result i32)))
        (import "library" "throws" (func $throws (param i32) (result i32)))
        (import "library" "long" (func $long (param i32) (result i32)))
        (memory 1)
        (func (export "leaf") (param i32) (result i32) (call $leaf (local.get 0)))
        (func (export "calls") (param i32) (result i32) (call $calls (local.get 0)))
        (func (export "throws") (param i32) (result i32) (call $throws (local.get 0)))
        (func (export "long") (param i32) (result i32) (call $long (local.get 0)))
        (func (export "self") (param i32) (result i32) (call 8 (i32.load (local.get 0))))
        (func (export "many") (param i32) (result i32) (local.get 0) CALLS))"#;

    /// A compiled export of the program.
    struct Made {
        /// The number of its calls.
        calls: usize,
        sites: Vec<Site>,
        /// The offsets of the library's bodies, and of that of the export.
        library: Vec<u32>,
        own: u32,
        /// The sizes of the leaf's body and of that of the export.
        bytes: [usize; 2],
    }

    fn export(name: &str, is_adapter: bool) -> Made {
        let target = &wasi_aot_targets::TARGETS[0];
        let program = PROGRAM.replace("CALLS", &"(call $leaf)".repeat(MANY));
        let [library, text] =
            [LIBRARY, &program].map(|text| wat::parse_str(text).expect("it parses"));
        let mut builder = Builder::new(target, &Default::default());
        builder.driver();
        let mut module = crate::wasm::parse(&library, "library").expect("it is valid");
        module.adapter = is_adapter;
        let bodies = module.bodies.iter().map(|body| body.offset as u32);
        let bodies = bodies.collect();
        let leaf = module.bodies[0].bytes.len();
        let module = builder.module(module);
        let library = builder.link(module).expect("it links");
        builder.register("library", library);
        let module = crate::wasm::parse(&text, "program").expect("it is valid");
        let module = builder.module(module);
        let instance = builder.link(module).expect("it links");
        let mut wanted = None;
        for other in ["leaf", "calls", "throws", "long", "self", "many"] {
            let Some(Extern::Func(id)) = builder.export(instance, other) else {
                panic!("{other} is exported");
            };
            if name == other {
                wanted = Some(id);
            }
            builder.call(id, Vec::new());
        }
        let wanted = wanted.expect("it is one of them");
        let program = builder.finish().expect("it is a program");
        let names = Names::new(&program);
        let generators = Generators::new(&program, target, Choices::default());
        let generators = generators.expect("they are known");
        let input = Input {
            program: &program,
            names: &names,
            emit: Emit::default(),
            // The number of a function is its position here.
            positions: &parallel::positions(&parallel::units(&program)),
            kept: None,
        };
        let bodies_of = Bodies::new(&program, &**generators.isa());
        let cpu = cpu::of(target).expect("it is known");
        let compiled = Compiler::new(input, &generators, &bodies_of, cpu)
            .compile(Unit::Func(wanted))
            .expect("it compiles");
        let own = program.body(wanted).expect("it has one");
        Made {
            calls: compiled.calls.len(),
            sites: sites::Reader::new(&compiled.sites, 0).collect(),
            library: bodies,
            own: own.offset as u32,
            bytes: [leaf, own.bytes.len()],
        }
    }

    impl Made {
        /// The offset and the function of each record of this kind.
        fn records(&self, kind: u64) -> Vec<(u32, u32)> {
            let sites = self.sites.iter();
            let those = sites.filter(|site| u64::from(site.kind) == kind);
            those.map(|site| (site.wasm, site.function)).collect()
        }
    }

    #[test]
    fn a_small_function_takes_the_place_of_a_call() {
        let made = export("leaf", false);
        assert_eq!(made.calls, 0);
        // After the number of locals and one instruction of two bytes.
        assert_eq!(made.records(sites::ACCESS), [(made.library[0] + 3, 0)]);
        assert_eq!(made.records(sites::INLINED), [(made.own + 3, 0)]);
    }

    #[test]
    fn what_a_small_function_calls_stays_a_call() {
        let made = export("calls", false);
        assert_eq!(made.calls, 1);
        assert_eq!(made.records(sites::CALL), [(made.library[1] + 3, 0)]);
        assert_eq!(made.records(sites::INLINED), [(made.own + 3, 1)]);
    }

    #[test]
    fn of_adapters_what_is_called_takes_the_place_of_its_call_too() {
        let made = export("calls", true);
        assert_eq!(made.calls, 0);
        assert_eq!(made.records(sites::ACCESS), [(made.library[0] + 3, 0)]);
        // The innermost first.
        let outer = (made.own + 3, 1);
        let inner = (made.library[1] + 3, 0);
        assert_eq!(made.records(sites::INLINED), [inner, outer]);
    }

    #[test]
    fn a_function_takes_the_place_of_its_own_call_once() {
        let made = export("self", false);
        assert_eq!(made.calls, 1);
        let (load, call) = (made.own + 3, made.own + 6);
        assert_eq!(made.records(sites::ACCESS), [(load, 0), (load, 0)]);
        assert_eq!(made.records(sites::CALL), [(call, 0)]);
        assert_eq!(made.records(sites::INLINED), [(call, 8), (call, 8)]);
    }

    #[test]
    fn a_function_inlines_no_more_than_it_has_itself() {
        let made = export("many", false);
        let [leaf, own] = made.bytes;
        let inlined = made.records(sites::INLINED).len();
        assert_eq!(inlined, own / leaf);
        assert_eq!(made.calls, MANY - inlined);
    }

    #[test]
    fn what_is_large_or_throws_is_called() {
        for name in ["throws", "long"] {
            let made = export(name, false);
            assert_eq!(made.calls, 1, "{name}");
            assert_eq!(made.records(sites::INLINED), []);
        }
        // Nothing is reached after what is thrown.
        assert_eq!(export("throws", true).calls, 0);
    }
}
