//! Steps: code that runs before, between and instead of the functions of modules.

use super::emit::Emit;
use super::memory::index_type;
use super::symbol::{Runtime, Symbol};
use super::{Lowering, bug, signature};
use crate::Result;
use crate::program::{
    Action, FuncId, Operand, Program, StateForm, TypeId, Value as Constant, is_heap, objects,
};
use crate::wasm::ConstOp;
use cranelift_codegen::ir::{
    Endianness, Function, InstBuilder, MemFlagsData, Opcode, Type, UserFuncName, Value, types,
};
use cranelift_codegen::isa::TargetIsa;
use wasi_aot_abi::invoke::kind;
use wasmparser::{AbstractHeapType, CompositeInnerType, HeapType, ValType};

/// The operands of all steps that are loaded at run time, in the order of [`Symbol::Opaque`].
pub fn opaque_values<'a>(program: &'a Program<'_>) -> impl Iterator<Item = &'a Constant> {
    program
        .steps
        .iter()
        .flat_map(|step| &step.actions)
        .flat_map(opaque_in_action)
}

fn opaque_in_action(action: &Action) -> Vec<&Constant> {
    let mut found = Vec::new();
    for operand in action.operands() {
        operand.leaves(&mut |leaf| {
            if let Operand::Opaque(value) = leaf {
                found.push(value);
            }
        });
    }
    found
}

/// The number of words of opaque operands before each step's.
fn opaque_starts(program: &Program<'_>) -> Vec<u32> {
    let mut total = 0;
    let count = |step: &crate::program::Step| {
        let operands = step.actions.iter().flat_map(opaque_in_action);
        let words = operands.map(|value| match value {
            Constant::V128(_) => 2,
            _ => 1,
        });
        words.sum::<u32>()
    };
    let starts = program.steps.iter().map(|step| {
        total += count(step);
        total - count(step)
    });
    starts.collect()
}

/// A step of a driver; see [`super::Unit::Step`].
pub(super) fn step(
    lowering: &mut Lowering,
    program: &Program<'_>,
    index: u32,
    isa: &dyn TargetIsa,
    func: &mut Function,
) -> Result<()> {
    let starts = lowering
        .opaque
        .get_or_insert_with(|| opaque_starts(program));
    let opaque = starts[index as usize];
    func.name = UserFuncName::User(Symbol::Step(index).to_external());
    func.signature = signature::words(1, 0, isa.default_call_conv());
    let mut step = StepLowering::new(lowering, program, isa, func, opaque);
    let results = step.emit.params()[0];
    let values = step.actions(&program.steps[index as usize].actions)?;
    step.store_results(results, &values);
    step.finish();
    Ok(())
}

/// All steps of a product; see [`super::Unit::Entry`].
pub(super) fn entry(
    lowering: &mut Lowering,
    program: &Program<'_>,
    isa: &dyn TargetIsa,
    func: &mut Function,
) -> Result<()> {
    func.name = UserFuncName::User(Symbol::Step(0).to_external());
    func.signature = signature::words(0, 0, isa.default_call_conv());
    let mut step = StepLowering::new(lowering, program, isa, func, 0);
    for data in &program.steps {
        step.actions(&data.actions)?;
    }
    step.finish();
    Ok(())
}

/// The code of a thread; see [`super::Unit::Thread`].
pub(super) fn thread(
    lowering: &mut Lowering,
    program: &Program<'_>,
    isa: &dyn TargetIsa,
    func: &mut Function,
) -> Result<()> {
    func.name = UserFuncName::User(Symbol::Step(1).to_external());
    func.signature = signature::thread(isa.default_call_conv());
    let (Some(start), [step_data]) = (program.threads, &*program.steps) else {
        return Err(bug("a program without threads has no start of them"));
    };
    let mut step = StepLowering::new(lowering, program, isa, func, 0);
    let params = step.emit.params().to_vec();
    step.emit.hidden = params.first().copied();
    step.actions(&step_data.actions[..start.instantiation])?;
    step.emit.start_arguments();
    step.emit.buffers.args.extend_from_slice(&params[1..]);
    step.emit.call(start.function);
    step.finish();
    Ok(())
}

/// The number of words of a value with this type, as an opaque operand and as a result.
fn words(ty: Type) -> u32 {
    if ty.is_vector() { 2 } else { 1 }
}

/// The kind of a result that is printed ([`wasi_aot_abi::invoke`]).
fn printed(program: &Program<'_>, ty: ValType) -> u64 {
    let ty = match ty {
        ValType::I32 => return kind::I32,
        ValType::I64 => return kind::I64,
        ValType::F32 => return kind::F32,
        ValType::F64 => return kind::F64,
        ValType::V128 => return kind::V128,
        ValType::Ref(ty) => ty.heap_type(),
    };
    const EXN: HeapType = HeapType::Abstract {
        shared: false,
        ty: AbstractHeapType::Exn,
    };
    let tops = [
        (HeapType::FUNC, kind::FUNC),
        (HeapType::EXTERN, kind::EXTERN),
        (EXN, kind::EXN),
    ];
    let top = tops
        .iter()
        .find(|(top, _)| is_heap(&program.types, ty, *top));
    top.map_or(kind::ANY, |(_, kind)| *kind)
}

struct StepLowering<'a> {
    emit: Emit<'a>,
    /// Offset of the next opaque operand, in words.
    opaque: u32,
}

impl<'a> StepLowering<'a> {
    fn new(
        lowering: &'a mut Lowering,
        program: &'a Program<'a>,
        isa: &'a dyn TargetIsa,
        func: &'a mut Function,
        opaque: u32,
    ) -> Self {
        let (mut emit, _) = Emit::new(lowering, program, isa, func);
        if signature::form(program) == StateForm::Pointer {
            // The first thread's state is the block in the image.
            let state = program.instances.values().next().map(|i| i.state);
            emit.hidden = state.map(|address| emit.word(address));
        }
        StepLowering { emit, opaque }
    }

    fn finish(mut self) {
        self.emit.builder.ins().return_(&[]);
        self.emit.finish();
    }

    /// Performs the actions; returns the results of the last one.
    fn actions(&mut self, actions: &[Action]) -> Result<Vec<Value>> {
        let mut results = Vec::new();
        for action in actions {
            results = self.action(action, results)?;
        }
        Ok(results)
    }

    /// Performs an action; `before`: the results of the previous one.
    fn action(&mut self, action: &Action, before: Vec<Value>) -> Result<Vec<Value>> {
        match action {
            Action::InitGlobal(global, operand) => {
                let ty = self.emit.program.globals[*global].ty.content_type;
                let value = self.operand(operand, signature::value_type(ty))?;
                self.emit.global_set(*global, value)?;
            }
            Action::InitElement(elements, position, operand) => {
                let value = self.operand(operand, types::I64)?;
                self.emit.elem_set(*elements, *position, value)?;
            }
            Action::FillTable(table, operand) => {
                let value = self.operand(operand, types::I64)?;
                self.emit.fill_table(*table, value);
            }
            Action::CopyData {
                memory,
                data,
                offset,
            } => {
                let segment = &self.emit.program.data[*data];
                let module = self.emit.program.instances[segment.instance].module;
                let bytes = self.emit.program.modules[module].data[segment.index].bytes;
                let wide = self.emit.program.memories[*memory].ty.memory64;
                let at = self.operand(offset, index_type(wide))?;
                let (zero, count) = (self.emit.int(0), self.emit.int(bytes.len() as u32));
                self.emit.memory_init(*memory, Some(*data), at, zero, count);
                self.emit.data_drop(*data);
            }
            Action::CopyElements {
                table,
                elements,
                offset,
            } => {
                let length = self.emit.program.elements[*elements].items.len();
                let wide = self.emit.program.tables[*table].ty.table64;
                let at = self.operand(offset, index_type(wide))?;
                let (zero, count) = (self.emit.int(0), self.emit.int(length as u32));
                self.emit
                    .table_init(*table, Some(*elements), at, zero, count);
                self.emit.elem_drop(*elements);
            }
            Action::Call(function, operands) => return self.call(*function, operands),
            Action::Pass(function) => {
                self.emit.start_arguments();
                self.emit.buffers.args.extend(before);
                let call = self.emit.call(*function);
                return Ok(self.emit.builder.inst_results(call).to_vec());
            }
            Action::Show(function) => {
                self.emit.start_arguments();
                self.emit.buffers.args.extend_from_slice(&before);
                self.emit.call(*function);
                return Ok(before);
            }
            Action::CountArguments(count) => {
                let count = self.emit.word(u64::from(*count));
                self.emit.call_runtime(Runtime::Arguments, &[count], 0);
            }
            Action::Print(function) => self.print(*function, &before),
            Action::ReadGlobal(global) => return Ok(vec![self.emit.global_get(*global)]),
        }
        Ok(Vec::new())
    }

    fn call(&mut self, function: FuncId, operands: &[Operand]) -> Result<Vec<Value>> {
        let program = self.emit.program;
        let ty = program.function_type(function);
        let mut args = Vec::with_capacity(operands.len());
        for (operand, ty) in operands.iter().zip(ty.params()) {
            args.push(self.operand(operand, signature::value_type(*ty))?);
        }
        self.emit.start_arguments();
        self.emit.buffers.args.append(&mut args);
        let call = self.emit.call(function);
        Ok(self.emit.builder.inst_results(call).to_vec())
    }

    /// Prints the results of a function.
    fn print(&mut self, function: FuncId, values: &[Value]) {
        let program = self.emit.program;
        let types = program.function_type(function).results();
        for (value, ty) in values.iter().zip(types) {
            let kind = self.emit.word(printed(program, *ty));
            let zero = self.emit.word(0);
            let (low, high) = match self.emit.builder.func.dfg.value_type(*value) {
                ty if ty.is_vector() => self.halves(*value),
                _ => (self.as_word(*value), zero),
            };
            self.emit
                .call_runtime(Runtime::Print, &[kind, low, high], 0);
        }
    }

    /// The two halves of a vector.
    fn halves(&mut self, value: Value) -> (Value, Value) {
        let flags = MemFlagsData::new().with_endianness(Endianness::Little);
        let lanes = self.emit.builder.ins().bitcast(types::I64X2, flags, value);
        let low = self.emit.builder.ins().extractlane(lanes, 0);
        (low, self.emit.builder.ins().extractlane(lanes, 1))
    }

    /// A value other than a vector as a word: an integer zero-extended, a float's bits.
    fn as_word(&mut self, value: Value) -> Value {
        match self.emit.builder.func.dfg.value_type(value) {
            types::I32 => self.emit.builder.ins().uextend(types::I64, value),
            types::F32 => {
                let bits = self
                    .emit
                    .builder
                    .ins()
                    .bitcast(types::I32, MemFlagsData::new(), value);
                self.emit.builder.ins().uextend(types::I64, bits)
            }
            types::F64 => self
                .emit
                .builder
                .ins()
                .bitcast(types::I64, MemFlagsData::new(), value),
            _ => value,
        }
    }

    /// Converts a word to a value of this type with the same bits.
    fn of_word(&mut self, word: Value, ty: Type) -> Value {
        let plain = MemFlagsData::new();
        match ty {
            types::I32 => self.emit.builder.ins().ireduce(types::I32, word),
            types::F32 => {
                let bits = self.emit.builder.ins().ireduce(types::I32, word);
                self.emit.builder.ins().bitcast(types::F32, plain, bits)
            }
            types::F64 => self.emit.builder.ins().bitcast(types::F64, plain, word),
            _ => word,
        }
    }

    fn operand(&mut self, operand: &Operand, ty: Type) -> Result<Value> {
        Ok(match operand {
            Operand::Known(value) => self.emit.constant(*value),
            Operand::Opaque(_) => {
                let offset = i64::from(self.opaque) * 8;
                self.opaque += words(ty);
                let address = self.emit.symbol(Symbol::Opaque, offset);
                let flags = self.emit.rodata_flags();
                self.emit.load(Opcode::Load, ty, flags, (address, 0))
            }
            Operand::Global(global) => self.emit.global_get(*global),
            Operand::Argument(position, kind) => {
                let position = self.emit.word(u64::from(*position));
                let kind = self.emit.word(*kind);
                let arguments = [position, kind];
                let call = self.emit.call_runtime(Runtime::Argument, &arguments, 1);
                let word = self.emit.builder.inst_results(call)[0];
                self.of_word(word, ty)
            }
            Operand::Binary(op, left, right) => {
                let left = self.operand(left, ty)?;
                let right = self.operand(right, ty)?;
                let ins = self.emit.builder.ins();
                match op {
                    ConstOp::I32Add | ConstOp::I64Add => ins.iadd(left, right),
                    ConstOp::I32Sub | ConstOp::I64Sub => ins.isub(left, right),
                    ConstOp::I32Mul | ConstOp::I64Mul => ins.imul(left, right),
                }
            }
            Operand::I31(operand) => {
                let number = self.operand(operand, types::I32)?;
                self.emit.ref_i31(number)
            }
            Operand::Object(ty, None) => self.emit.struct_new(*ty, &[])?,
            Operand::Object(ty, Some(fields)) => self.object(*ty, fields)?,
            Operand::Array(ty, value, length) => {
                let element = objects::element(&self.emit.program.types[*ty]);
                let value = match value {
                    Some(value) => Some(self.operand(value, signature::storage_type(element))?),
                    None => None,
                };
                let length = self.operand(length, types::I32)?;
                self.emit.array_new(*ty, value, length)?
            }
        })
    }

    fn object(&mut self, ty: TypeId, fields: &[Operand]) -> Result<Value> {
        let mut values = Vec::with_capacity(fields.len());
        let definition = &self.emit.program.types[ty];
        for (position, field) in fields.iter().enumerate() {
            let storage = objects::field(definition, position);
            values.push(self.operand(field, signature::storage_type(storage))?);
        }
        match definition.definition.composite_type.inner {
            CompositeInnerType::Array(_) => self.emit.array_new_fixed(ty, &values),
            _ => self.emit.struct_new(ty, &values),
        }
    }

    /// Stores results consecutively, 8 bytes each: an integer zero-extended, a float's bits. A
    /// vector takes 16 bytes.
    fn store_results(&mut self, at: Value, values: &[Value]) {
        let mut offset = 0;
        for &value in values {
            let word = match self.emit.builder.func.dfg.value_type(value) {
                types::I32 | types::F32 => self.as_word(value),
                _ => value,
            };
            let flags = MemFlagsData::new().with_notrap();
            self.emit.builder.ins().store(flags, word, at, offset);
            offset += words(self.emit.builder.func.dfg.value_type(word)) as i32 * 8;
        }
    }
}
