//! A function of a module: its locals, the operand stack, and the loop over its instructions.

use super::control::Frame;
use super::emit::Emit;
use super::exception::{self, Clauses, Try};
use super::simd::{self, VECTOR};
use super::unsupported::unsupported;
use super::{Lowering, bug, call, control, gc, global, memory, numeric, reference, table};
use super::{atomic, bulk, signature, wide};
use crate::optimize::Loop;
use crate::program::{Instance, InstanceId, MemoryId, Program, StateForm};
use crate::wasm::{FuncIndex, Module};
use crate::{Code, Error, Result};
use cranelift_codegen::ir::{BlockArg, BlockCall, Function, InstBuilder, SourceLoc, Value, types};
use cranelift_codegen::isa::TargetIsa;
use cranelift_entity::SecondaryMap;
use cranelift_frontend::Variable;
use wasmparser::{BinaryReader, BinaryReaderError, FunctionBody, Operator, RefType, ValType};

/// The stacks of a function's lowering, kept to reuse their allocations.
#[derive(Default)]
pub(super) struct Stacks {
    values: Vec<Value>,
    frames: Vec<Frame>,
    block_args: Vec<BlockArg>,
    block_calls: Vec<BlockCall>,
    kept: Vec<(Variable, Value)>,
}

/// A function of a module during its lowering.
pub(super) struct FunctionLowering<'a> {
    pub emit: Emit<'a>,
    pub instance: &'a Instance,
    pub module: &'a Module<'a>,
    /// The operand stack. The result of a comparison has 8 bits there. Instructions that need an
    /// `i32` extend it ([`FunctionLowering::pop`]); branches and selections do not
    /// ([`FunctionLowering::pop_condition`]). Vectors have several types, too ([`simd`]).
    pub values: &'a mut Vec<Value>,
    /// The control stack. The function's own body is the first frame.
    pub frames: &'a mut Vec<Frame>,
    pub block_args: &'a mut Vec<BlockArg>,
    pub block_calls: &'a mut Vec<BlockCall>,
    /// Locals that the current loop does not write, with their values.
    pub kept: &'a mut Vec<(Variable, Value)>,
    /// Whether the current instruction is reachable.
    pub reachable: bool,
    /// The number of open blocks in unreachable code.
    pub skipped: u32,
    /// The types of locals that hold references.
    references: SecondaryMap<Variable, Option<RefType>>,
    /// The open `try`s, the innermost last.
    pub tries: Vec<Try>,
    /// The clauses of legacy `try`s, once there is one.
    pub legacy: Option<Clauses>,
    pub body: &'a FunctionBody<'a>,
    /// Offset of the current instruction in the module.
    pub offset: u64,
    /// The loops that follow.
    pub loops: std::slice::Iter<'a, Loop>,
    /// For a function by which a C library looks up a path (see
    /// [`lookups`](crate::program::lookups)): the path, and its memory.
    pub lookup: Option<(Value, MemoryId)>,
}

/// Lowers the body of function `index` of `instance` into `func`, whose signature is already set.
pub(super) fn lower(
    lowering: &mut Lowering,
    program: &Program<'_>,
    instance: InstanceId,
    index: FuncIndex,
    isa: &dyn TargetIsa,
    func: &mut Function,
) -> Result<()> {
    let instance = &program.instances[instance];
    let module = &program.modules[instance.module];
    let body = (index.as_u32() as usize)
        .checked_sub(module.imported_functions)
        .and_then(|defined| module.bodies.get(defined))
        .ok_or_else(|| bug(format!("{index} has no body")))?;
    let loops = body.loops.iter();
    let body = FunctionBody::new(BinaryReader::new(body.bytes, body.offset));
    let (emit, stacks) = Emit::new(lowering, program, isa, func);
    stacks.values.clear();
    stacks.frames.clear();
    let mut f = FunctionLowering {
        emit,
        instance,
        module,
        values: &mut stacks.values,
        frames: &mut stacks.frames,
        block_args: &mut stacks.block_args,
        block_calls: &mut stacks.block_calls,
        kept: &mut stacks.kept,
        reachable: true,
        skipped: 0,
        references: SecondaryMap::new(),
        tries: Vec::new(),
        legacy: None,
        body: &body,
        offset: 0,
        loops,
        lookup: None,
    };
    f.declare_locals(&body, index)?;
    if let Some(&memory) = program.lookups.get(&instance.functions[index]) {
        let path = f.emit.params()[usize::from(f.emit.hidden.is_some())];
        f.lookup = Some((path, memory));
    }
    f.open_body(module.functions[index]);
    f.instructions(&body)?;
    f.emit.finish();
    Ok(())
}

/// Validation refuses everything malformed, so such an error is a bug.
pub(super) fn malformed(error: BinaryReaderError) -> Error {
    Error::new(Code::Invalid, error.message()).at(error.offset())
}

impl FunctionLowering<'_> {
    /// Declares parameters and locals in the order of their indices.
    ///
    /// Locals are not initialised here: the builder uses 0 for a variable that is read before it is
    /// written, which is WebAssembly's initial value. This costs nothing for locals that are always
    /// written first.
    fn declare_locals(&mut self, body: &FunctionBody<'_>, index: FuncIndex) -> Result<()> {
        let hidden = match self.instance.form {
            StateForm::Static => 0,
            StateForm::Pointer => 1,
        };
        self.emit.hidden = (hidden == 1).then(|| self.emit.params()[0]);
        let ty = self.module.function_type(index);
        for (position, ty) in ty.params().iter().enumerate() {
            let variable = self.declare_local(*ty);
            let param = self.emit.params()[hidden + position];
            self.emit.builder.def_var(variable, param);
        }
        let mut locals = body.get_locals_reader().map_err(malformed)?;
        for _ in 0..locals.get_count() {
            let (count, ty) = locals.read().map_err(malformed)?;
            for _ in 0..count {
                self.declare_local(ty);
            }
        }
        Ok(())
    }

    fn declare_local(&mut self, ty: ValType) -> Variable {
        let variable = self.emit.builder.declare_var(signature::value_type(ty));
        if let ValType::Ref(ty) = ty {
            let ty = self.reference_type(ty);
            self.references[variable] = Some(ty);
            if self.emit.program.refers_to_objects(ty.into()) {
                self.emit.builder.declare_var_needs_stack_map(variable);
            }
        }
        variable
    }

    fn instructions(&mut self, body: &FunctionBody<'_>) -> Result<()> {
        let mut reader = body.get_operators_reader().map_err(malformed)?;
        while !reader.eof() {
            let (op, offset) = reader.read_with_offset().map_err(malformed)?;
            self.offset = offset;
            if self.reachable {
                self.emit.builder.set_srcloc(SourceLoc::new(offset as u32));
                self.instruction(&op).map_err(|error| error.at(offset))?;
            } else {
                self.skip(&op);
            }
        }
        Ok(())
    }

    /// Tries the families of instructions, the most frequent first.
    fn instruction(&mut self, op: &Operator<'_>) -> Result<()> {
        if local(self, op)
            || numeric::lower(self, op)
            || memory::lower(self, op)?
            || control::lower(self, op)?
            || call::lower(self, op)
            || global::lower(self, op)?
            || bulk::lower(self, op)
            || reference::lower(self, op)
            || table::lower(self, op)
            || simd::lower(self, op)?
            || wide::lower(self, op)
            || atomic::lower(self, op)?
            || gc::lower(self, op)?
            || exception::lower(self, op)?
        {
            Ok(())
        } else {
            Err(unsupported(op))
        }
    }

    /// Pushes a value.
    pub fn push(&mut self, value: Value) {
        self.values.push(value);
    }

    /// Pops a value; validation has proved that there is one.
    pub fn pop(&mut self) -> Value {
        let value = self.pop_condition();
        self.extend(value)
    }

    /// Pops a value of which only matters whether it is zero.
    pub fn pop_condition(&mut self) -> Value {
        let Some(value) = self.values.pop() else {
            unreachable!("validated code never pops an empty stack");
        };
        value
    }

    /// Pops several values; the first one returned is the deepest.
    pub fn pop_many<const N: usize>(&mut self) -> [Value; N] {
        let mut popped = [Value::from_u32(0); N];
        for value in popped.iter_mut().rev() {
            *value = self.pop();
        }
        popped
    }

    /// Selects one of two values; returns the result, which it also pushes.
    fn select(&mut self) -> Value {
        let condition = self.pop_condition();
        let [yes, no] = self.pop_many();
        let value = self.emit.builder.ins().select(condition, yes, no);
        self.push(value);
        value
    }

    /// Gives the `count` topmost values their WebAssembly types.
    pub fn extend_top(&mut self, count: usize) {
        let first = self.values.len() - count;
        for position in first..self.values.len() {
            self.values[position] = self.extend(self.values[position]);
        }
    }

    fn extend(&mut self, value: Value) -> Value {
        match self.emit.builder.func.dfg.value_type(value) {
            types::I8 => self.emit.builder.ins().uextend(types::I32, value),
            ty if ty.is_vector() => self.emit.reshape(value, VECTOR),
            _ => value,
        }
    }
}

/// Lowers instructions on locals, and those that only affect the stack.
fn local(f: &mut FunctionLowering<'_>, op: &Operator<'_>) -> bool {
    match op {
        Operator::LocalGet { local_index } => {
            let variable = Variable::from_u32(*local_index);
            let value = f.emit.builder.use_var(variable);
            if let Some(Some(ty)) = f.references.get(variable) {
                f.emit.note_reference(value, *ty);
            }
            f.push(value);
        }
        Operator::LocalSet { local_index } => {
            let value = f.pop();
            f.emit
                .builder
                .def_var(Variable::from_u32(*local_index), value);
        }
        Operator::LocalTee { local_index } => {
            let value = f.pop();
            f.emit
                .builder
                .def_var(Variable::from_u32(*local_index), value);
            f.push(value);
        }
        Operator::Drop => {
            f.pop_condition();
        }
        Operator::Select => _ = f.select(),
        Operator::TypedSelect { ty } => {
            let value = f.select();
            f.note_type(value, *ty);
        }
        Operator::Nop => {}
        _ => return false,
    }
    true
}
