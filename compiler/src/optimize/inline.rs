//! Inlines calls from one core module to small functions of another, so that fused adapters of
//! components and their callees cost no more than the same code within one module. Inlining within
//! a module is left to the compiler that made it.

use super::Change;
use crate::Result;
use crate::codegen::cranelift::codegen_error;
use crate::lower::symbol::Symbol;
use crate::lower::{Lowered, Lowering, Unit};
use crate::program::{FuncId, FunctionKind, InstanceId, Program};
use crate::wasm::Body;
use cranelift_codegen::Context;
use cranelift_codegen::inline::{Inline, InlineCommand};
use cranelift_codegen::ir::{ExternalName, FuncRef, Function, Inst, Opcode, Value};
use cranelift_codegen::isa::TargetIsa;
use cranelift_entity::EntityRef;
use std::borrow::Cow;
use std::sync::OnceLock;
use wasmparser::{BinaryReader, FunctionBody, Operator};

/// The maximum size in bytes of the body of a function that calls nothing.
const LEAF: usize = 64;

/// The maximum size in bytes of the body of an adapter's function. Its callees may be inlined in
/// turn: calls between adapters never form a cycle.
const ADAPTER: usize = 512;

/// The maximum of bytes of bodies that one function inlines.
const ROOM: usize = 16 << 10;

/// The small functions that replace calls from other modules. The thread that first needs one
/// lowers it.
pub struct Bodies<'a> {
    program: &'a Program<'a>,
    isa: &'a dyn TargetIsa,
    /// By function; empty in a program of one instance. `None`: not small.
    lowered: Vec<OnceLock<Option<Box<Small>>>>,
}

/// The code of a small function.
struct Small {
    func: Function,
    /// Size of its body.
    bytes: usize,
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
        let FunctionKind::Wasm { instance, .. } = program.functions[id].kind else {
            return Ok(());
        };
        if program.instances.len() < 2 {
            return Ok(());
        }
        let context = &mut self.context;
        std::mem::swap(&mut context.func, &mut lowered.func);
        let calls = Calls {
            bodies: self.bodies,
            lowering,
            caller: instance,
            room: ROOM,
            changes,
            asked: &mut lowered.asked,
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
        if program.instances.len() > 1 {
            lowered.resize_with(program.functions.len(), OnceLock::new);
        }
        Bodies {
            program,
            isa,
            lowered,
        }
    }

    /// The code of a function of a module other than `caller`, if it is small. Adds to `asked`
    /// whose body decides about that.
    fn small(
        &self,
        lowering: &mut Lowering,
        caller: InstanceId,
        callee: FuncId,
        asked: &mut Vec<FuncId>,
    ) -> Option<&Small> {
        match self.program.functions[callee].kind {
            FunctionKind::Wasm { instance, .. } if instance != caller => {}
            _ => return None,
        }
        asked.push(callee);
        let body = self.lowered.get(callee.index())?.get_or_init(|| {
            let bytes = inlined(self.program, callee)?.bytes.len();
            let mut func = Function::new();
            // A function that cannot be lowered is reported when it is compiled itself.
            let lowered = lowering.lower(self.program, Unit::Func(callee), self.isa, &mut func);
            lowered.is_ok().then(|| Box::new(Small { func, bytes }))
        });
        body.as_deref()
    }
}

/// The body of a function, if it is small enough to inline.
pub fn inlined<'p>(program: &'p Program, id: FuncId) -> Option<&'p Body<'p>> {
    let function = &program.functions[id];
    let FunctionKind::Wasm { instance, .. } = function.kind else {
        return None;
    };
    let body = program.body(id)?;
    let bytes = body.bytes.len();
    let is_small = match program.modules[program.instances[instance].module].adapter {
        true => bytes <= ADAPTER,
        false => bytes <= LEAF && !function.throws && calls_nothing(body),
    };
    is_small.then_some(body)
}

fn calls_nothing(body: &Body) -> bool {
    let body = FunctionBody::new(BinaryReader::new(body.bytes, body.offset));
    let Ok(mut operators) = body.get_operators_reader() else {
        return false;
    };
    while !operators.eof() {
        match operators.read() {
            Ok(
                Operator::Call { .. }
                | Operator::CallIndirect { .. }
                | Operator::CallRef { .. }
                | Operator::ReturnCall { .. }
                | Operator::ReturnCallIndirect { .. }
                | Operator::ReturnCallRef { .. },
            )
            | Err(_) => return false,
            Ok(_) => {}
        }
    }
    true
}

/// The calls of one function.
struct Calls<'c, 'a> {
    bodies: &'a Bodies<'a>,
    lowering: &'c mut Lowering,
    caller: InstanceId,
    /// Bytes of bodies that may still be inlined.
    room: usize,
    changes: &'c mut Vec<Change>,
    asked: &'c mut Vec<FuncId>,
}

impl Inline for Calls<'_, '_> {
    fn inline(
        &mut self,
        caller: &Function,
        _: Inst,
        _: Opcode,
        callee: FuncRef,
        _: &[Value],
    ) -> InlineCommand<'_> {
        let ExternalName::User(name) = caller.dfg.ext_funcs[callee].name else {
            return InlineCommand::KeepCall;
        };
        let symbol = Symbol::from_external(&caller.params.user_named_funcs()[name]);
        let Symbol::Func(callee) = symbol else {
            return InlineCommand::KeepCall;
        };
        let small = self
            .bodies
            .small(self.lowering, self.caller, callee, self.asked);
        match small {
            Some(small) if small.bytes <= self.room => {
                self.room -= small.bytes;
                self.changes.push(Change::Inlined(callee));
                InlineCommand::Inline {
                    callee: Cow::Borrowed(&small.func),
                    visit_callee: true,
                }
            }
            _ => InlineCommand::KeepCall,
        }
    }
}

/// Gives inlined code the source location of the call: it has none in this module.
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
    use crate::codegen::{Choices, Emit};
    use crate::cpu;
    use crate::names::Names;
    use crate::program::{Builder, Extern};
    use wasi_aot_abi::Trap;
    use wasi_aot_abi::sites;

    /// Two leaves, one function that calls, one that is too long, one that throws.
    const LIBRARY: &str = r#"(module
        (memory 1)
        (tag $e)
        (func (export "leaf") (param i32) (result i32) (i32.load (local.get 0)))
        (func $callee)
        (func (export "calls") (param i32) (result i32) (call $callee) (local.get 0))
        (func (export "throws") (param i32) (result i32) (throw $e))
        (func (export "long") (param i32) (result i32) (local v128)
            (local.set 1 (v128.const i64x2 1 2)) (local.set 1 (v128.const i64x2 3 4))
            (local.set 1 (v128.const i64x2 5 6)) (local.set 1 (v128.const i64x2 7 8)) (local.get 0)))"#;

    const PROGRAM: &str = r#"(module
        (import "library" "leaf" (func $leaf (param i32) (result i32)))
        (import "library" "calls" (func $calls (param i32) (result i32)))
        (import "library" "throws" (func $throws (param i32) (result i32)))
        (import "library" "long" (func $long (param i32) (result i32)))
        (func $own (result i32) (i32.const 7))
        (func (export "run") (result i32) (nop) (nop)
            (call $leaf (call $calls (call $throws (call $long (call $own)))))))"#;

    /// The number of calls in `run`, and the module offsets of its memory accesses.
    fn run(library: &str, is_adapter: bool) -> (usize, Vec<u32>, u32) {
        let target = &wasi_aot_targets::TARGETS[0];
        let [library, text] =
            [library, PROGRAM].map(|text| wat::parse_str(text).expect("it parses"));
        let mut builder = Builder::new(target, &Default::default());
        builder.driver();
        let mut module = crate::wasm::parse(&library, "library").expect("it is valid");
        module.adapter = is_adapter;
        let module = builder.module(module);
        let library = builder.link(module).expect("it links");
        builder.register("library", library);
        let module = crate::wasm::parse(&text, "program").expect("it is valid");
        let call = module.bodies[1].offset + 3;
        let module = builder.module(module);
        let instance = builder.link(module).expect("it links");
        let Some(Extern::Func(run)) = builder.export(instance, "run") else {
            panic!("run is exported");
        };
        builder.call(run, Vec::new());
        let program = builder.finish().expect("it is a program");
        let names = Names::new(&program);
        let generators = Generators::new(&program, target, Choices::default());
        let generators = generators.expect("they are known");
        let input = Input {
            program: &program,
            names: &names,
            emit: Emit::default(),
            kept: None,
        };
        let bodies = Bodies::new(&program, &**generators.isa());
        let cpu = cpu::of(target).expect("it is known");
        let compiled = Compiler::new(input, &generators, &bodies, cpu)
            .compile(Unit::Func(run))
            .expect("it compiles");
        let accesses = sites::Reader::new(&compiled.sites, 0)
            .filter(|site| site.trap == Trap::MemoryOutOfBounds.code())
            .map(|site| site.wasm)
            .collect();
        (compiled.calls.len(), accesses, call as u32)
    }

    #[test]
    fn small_functions_of_other_modules_take_the_place_of_calls() {
        let (calls, accesses, first) = run(LIBRARY, false);
        assert_eq!(calls, 4, "own, long, throws, calls");
        // The offset of the call, the last of five instructions of two bytes.
        assert_eq!(accesses, [first + 2 * 4]);
    }

    #[test]
    fn of_adapters_what_calls_does_so_too() {
        let (calls, ..) = run(LIBRARY, true);
        assert_eq!(calls, 1, "own; nothing is reached behind the throw");
    }
}
