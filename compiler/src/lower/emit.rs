//! Shared parts of the lowering of all units: the builder, the program, and the function's imports.

use super::Lowering;
use super::memo::Memo;
use super::memory::{RECENT, Recent};
use super::signature::{self, ADDRESS};
use super::simd::VECTOR;
use super::state::ObjectPart;
use super::symbol::{Runtime, Symbol};
use super::targets::{Elements, Targets};
use super::trap;
use crate::cpu::Cpu;
use crate::optimize::Facts;
use crate::program::{self, FuncId, Program, TableId, TypeId};
use crate::program::{GlobalId, MemoryId, RegionId};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::immediates::{Ieee32, Ieee64, Offset32};
use cranelift_codegen::ir::{
    self, Block, ExtFuncData, ExternalName, FuncRef, GlobalValue, GlobalValueData, Inst,
    InstBuilder, InstBuilderBase, InstructionData, MemFlags, Opcode, SigRef, Signature, Type,
    Value, types,
};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_frontend::FunctionBuilder;
use std::collections::HashMap;
use wasi_aot_abi::Trap;

/// The current function's imports, by program index, and values for reuse.
#[derive(Default)]
pub(super) struct Buffers {
    functions: Memo<FuncId, FuncRef>,
    hosts: Memo<FuncId, FuncRef>,
    signatures: Memo<TypeId, SigRef>,
    runtime: RuntimeFunctions,
    pub(super) memories: Memo<MemoryId, MemFlags>,
    pub(super) tables: Memo<TableId, MemFlags>,
    pub(super) globals: Memo<GlobalId, MemFlags>,
    pub(super) state: Option<MemFlags>,
    pub(super) callee: Option<MemFlags>,
    pub(super) objects: [Option<MemFlags>; ObjectPart::COUNT],
    /// Base addresses of linear memories.
    pub(super) bases: Memo<MemoryId, Value>,
    /// Recently computed addresses in linear memories.
    pub(super) recent: [Option<Recent>; RECENT],
    /// The first block of the loop that was opened last.
    pub(super) loop_start: Option<Block>,
    /// Sizes of memories, in bytes, that do not change in the current loop.
    pub(super) sizes: Vec<(RegionId, Value)>,
    /// The facts that hold at the current point.
    pub(super) facts: Facts,
    /// Arguments of the current call.
    pub(super) args: Vec<Value>,
}

/// The runtime's functions among the imports.
struct RuntimeFunctions([Option<FuncRef>; Runtime::ALL.len()]);

impl Default for RuntimeFunctions {
    fn default() -> Self {
        RuntimeFunctions([None; Runtime::ALL.len()])
    }
}

impl Buffers {
    fn clear(&mut self) {
        self.functions.clear();
        self.hosts.clear();
        self.signatures.clear();
        self.runtime = RuntimeFunctions::default();
        self.memories.clear();
        self.tables.clear();
        self.globals.clear();
        self.state = None;
        self.callee = None;
        self.objects = Default::default();
        self.bases.clear();
        self.recent = [None; RECENT];
        self.loop_start = None;
        self.sizes.clear();
        self.facts.clear();
    }
}

/// A CLIF function under construction.
pub(super) struct Emit<'a> {
    pub program: &'a Program<'a>,
    pub builder: FunctionBuilder<'a>,
    pub buffers: &'a mut Buffers,
    /// The calling convention of the runtime.
    pub host_conv: CallConv,
    /// The address of the instance's state, in the `Pointer` form.
    pub hidden: Option<Value>,
    known_elements: &'a mut HashMap<TableId, Elements>,
    pub isa: &'a dyn TargetIsa,
    /// Other properties of the CPU.
    pub cpu: &'static Cpu,
}

impl<'a> Emit<'a> {
    /// Starts `func` at its entry block, whose parameters are those of the signature. Also returns
    /// the stacks, which only functions of modules need.
    pub fn new(
        lowering: &'a mut Lowering,
        program: &'a Program<'a>,
        isa: &'a dyn TargetIsa,
        func: &'a mut ir::Function,
    ) -> (Self, &'a mut super::function::Stacks) {
        lowering.emit.clear();
        let mut builder = FunctionBuilder::new(func, &mut lowering.builder);
        let entry = builder.create_block();
        builder.append_block_params_for_function_params(entry);
        builder.switch_to_block(entry);
        builder.seal_block(entry);
        builder.ensure_inserted_block();
        let emit = Emit {
            program,
            builder,
            buffers: &mut lowering.emit,
            host_conv: isa.default_call_conv(),
            hidden: None,
            known_elements: &mut lowering.elements,
            isa,
            cpu: lowering.cpu,
        };
        (emit, &mut lowering.stacks)
    }

    /// Finishes the function.
    pub fn finish(self) {
        self.builder.finalize(self.isa.frontend_config());
    }

    /// The parameters of the entry block.
    pub fn params(&self) -> &[Value] {
        let entry = self.builder.func.layout.entry_block();
        entry.map_or(&[], |entry| self.builder.block_params(entry))
    }

    /// A 64-bit constant.
    pub fn word(&mut self, value: u64) -> Value {
        self.builder.ins().iconst(types::I64, value as i64)
    }

    /// A 32-bit constant.
    pub fn int(&mut self, value: u32) -> Value {
        self.builder.ins().iconst(types::I32, i64::from(value))
    }

    /// A constant of the program.
    pub fn constant(&mut self, value: program::Value) -> Value {
        match value {
            program::Value::I32(value) => self.int(value as u32),
            program::Value::I64(value) => self.word(value as u64),
            program::Value::F32(bits) => self.builder.ins().f32const(Ieee32::with_bits(bits)),
            program::Value::F64(bits) => self.builder.ins().f64const(Ieee64::with_bits(bits)),
            program::Value::V128(bytes) => self.vector(VECTOR, bytes),
            program::Value::Func(id) => self.function_address(id),
            other => self.word(other.reference().unwrap_or(0)),
        }
    }

    /// Loads a value.
    pub fn load(&mut self, op: Opcode, ty: Type, flags: MemFlags, at: (Value, i32)) -> Value {
        let offset = Offset32::new(at.1);
        let (inst, dfg) = self.builder.ins().Load(op, ty, flags, offset, at.0);
        dfg.first_result(inst)
    }

    /// Stores `value`.
    pub fn store(&mut self, op: Opcode, flags: MemFlags, value: Value, at: (Value, i32)) {
        let ins = self.builder.ins();
        let ty = ins.data_flow_graph().value_type(value);
        ins.Store(op, ty, flags, Offset32::new(at.1), value, at.0);
    }

    /// Traps if `condition` is not zero.
    pub fn trap_if(&mut self, condition: Value, trap: Trap) {
        self.builder.ins().trapnz(condition, trap::code(trap));
    }

    /// Traps if `value` is zero.
    pub fn trap_if_zero(&mut self, value: Value, trap: Trap) {
        self.builder.ins().trapz(value, trap::code(trap));
    }

    /// Compares with a constant.
    pub fn compare(&mut self, cc: IntCC, value: Value, constant: u64) -> Value {
        self.builder.ins().icmp_imm_u(cc, value, constant as i64)
    }

    /// A function of the program, for a direct call.
    pub fn function(&mut self, id: FuncId) -> FuncRef {
        if let Some(func) = self.buffers.functions.get(id) {
            return func;
        }
        let signature = self.signature(self.program.functions[id].ty);
        let func = self.import(Symbol::Func(id), signature);
        self.buffers.functions.set(id, func)
    }

    /// The function of the runtime for a [`program::FunctionKind::Host`].
    pub fn host(&mut self, id: FuncId) -> FuncRef {
        if let Some(func) = self.buffers.hosts.get(id) {
            return func;
        }
        let ty = self.program.functions[id].ty;
        let signature = signature::host(self.program, ty, self.host_conv);
        let func = self.external(Symbol::Host(id), signature);
        self.buffers.hosts.set(id, func)
    }

    /// The function with this address, if the address is a known function's.
    pub fn known_function(&self, address: Value) -> Option<FuncId> {
        let func = &self.builder.func;
        let inst = func.dfg.value_def(address).inst()?;
        let InstructionData::FuncAddr { func_ref, .. } = func.dfg.insts[inst] else {
            return None;
        };
        let ExternalName::User(name) = func.dfg.ext_funcs[func_ref].name else {
            return None;
        };
        match Symbol::from_external(&func.params.user_named_funcs()[name]) {
            Symbol::Func(id) => Some(id),
            _ => None,
        }
    }

    /// The address of a function of the program, as a word: a function reference.
    pub fn function_address(&mut self, id: FuncId) -> Value {
        let func = self.function(id);
        self.builder.ins().func_addr(ADDRESS, func)
    }

    /// A function type of the program.
    pub fn signature(&mut self, sig: TypeId) -> SigRef {
        if let Some(signature) = self.buffers.signatures.get(sig) {
            return signature;
        }
        let signature = signature::wasm(self.program, sig);
        let signature = self.builder.import_signature(signature);
        self.buffers.signatures.set(sig, signature)
    }

    /// A function with the given signature.
    pub fn external(&mut self, symbol: Symbol, signature: Signature) -> FuncRef {
        let signature = self.builder.import_signature(signature);
        self.import(symbol, signature)
    }

    /// Calls a function of the runtime with words as arguments.
    pub fn call_runtime(&mut self, runtime: Runtime, args: &[Value], results: usize) -> Inst {
        let func = self.runtime(runtime, ADDRESS, args.len(), results);
        self.builder.ins().call(func, args)
    }

    /// Calls a function of the runtime whose parameters and result are of one type.
    pub fn call_runtime_typed(&mut self, runtime: Runtime, args: &[Value], ty: Type) -> Value {
        let func = self.runtime(runtime, ty, args.len(), 1);
        let call = self.builder.ins().call(func, args);
        self.builder.inst_results(call)[0]
    }

    fn runtime(&mut self, runtime: Runtime, ty: Type, params: usize, results: usize) -> FuncRef {
        if let Some(func) = self.buffers.runtime.0[runtime as usize] {
            return func;
        }
        let signature = signature::uniform(ty, params, results, self.host_conv);
        let func = self.external(Symbol::Runtime(runtime), signature);
        self.buffers.runtime.0[runtime as usize] = Some(func);
        func
    }

    /// The address of a symbol that the linker places, plus `offset`.
    pub fn symbol(&mut self, symbol: Symbol, offset: i64) -> Value {
        let global = self.symbol_global(symbol, offset);
        self.builder.ins().symbol_value(ADDRESS, global)
    }

    /// The same, as a global value that can be used anywhere.
    pub fn symbol_global(&mut self, symbol: Symbol, offset: i64) -> GlobalValue {
        let name = self.external_name(symbol);
        self.builder.create_global_value(GlobalValueData::Symbol {
            name,
            offset: offset.into(),
            colocated: true,
            tls: false,
        })
    }

    /// The known properties of the callees of a `call_indirect`.
    pub fn targets(&mut self, table: TableId, sig: TypeId) -> Targets {
        let elements = self.known_elements.entry(table);
        let elements = elements.or_insert_with(|| Elements::new(self.program, table));
        elements.targets(self.program, sig)
    }

    fn import(&mut self, symbol: Symbol, signature: SigRef) -> FuncRef {
        let name = self.external_name(symbol);
        self.builder.import_function(ExtFuncData {
            name,
            signature,
            colocated: true,
            patchable: false,
        })
    }

    fn external_name(&mut self, symbol: Symbol) -> ExternalName {
        let name = symbol.to_external();
        ExternalName::user(self.builder.func.declare_imported_user_function(name))
    }
}
