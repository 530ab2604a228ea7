//! What a program has beyond instances of modules if it is a component, and how it is added.

use super::builder::{Builder, Extern};
use super::function::FunctionKind;
use super::types::*;
use crate::wasm::Item;
use cranelift_entity::{EntityRef, PrimaryMap};
use wasmparser::{FuncType, GlobalType, ValType};

/// What a thunk passes to the runtime in front of its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leading {
    /// A constant.
    Int(u32),
    /// The address of a memory's region.
    Region(MemoryId),
    /// The address of a [`wasi_aot_abi::component::Options`].
    Options(OptionsId),
    /// The address of a [`wasi_aot_abi::component::invocation::Invocation`]: a position in [`Component::invocations`].
    Invocation(u32),
}

/// What there is of a component; nothing in a program that is a module.
#[derive(Debug, Default)]
pub struct Component {
    /// Options of lowered functions.
    pub options: PrimaryMap<OptionsId, CanonicalOptions>,
    /// Resource types as component instances know them.
    pub type_uses: Vec<TypeUse>,
    /// The calls that the program makes instead of being entered.
    pub invocations: Vec<Invocation>,
    /// Number of component instances.
    pub instances: u32,
    /// Where their state ([`wasi_aot_abi::component::Instance`]) is: absolute address in the state section.
    pub state: u64,
}

/// See [`wasi_aot_abi::component::Options`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CanonicalOptions {
    /// The memory.
    pub memory: Option<MemoryId>,
    /// A [`FunctionKind::Entered`].
    pub realloc: Option<FuncId>,
    /// The component instance.
    pub instance: u32,
    /// One of [`wasi_aot_abi::component::encoding`].
    pub encoding: u32,
}

/// See [`wasi_aot_abi::component::invocation::Invocation`].
#[derive(Debug)]
pub struct Invocation {
    /// The options of the `canon lift`.
    pub options: OptionsId,
    /// A [`FunctionKind::ByArray`].
    pub call: FuncId,
    /// Another.
    pub post_return: Option<FuncId>,
    /// The flat parameters.
    pub values: Vec<u64>,
    /// What they have in the memory.
    pub rooms: Vec<Room>,
    /// Types of values.
    pub types: Vec<TypeNode>,
    /// The result's type: a position in `types`.
    pub result: Option<u32>,
    /// Whether the result is one flat value.
    pub flat: bool,
}

/// See [`wasi_aot_abi::component::invocation::Room`].
#[derive(Debug)]
pub struct Room {
    /// What is stored there.
    pub bytes: Vec<u8>,
    /// Alignment, in bytes.
    pub align: u32,
    /// Another room that its address is stored in; `None`: it is a flat parameter.
    pub holder: Option<u32>,
    /// Where there.
    pub offset: u64,
}

/// See [`wasi_aot_abi::component::invocation::TypeNode`].
#[derive(Debug)]
pub struct TypeNode {
    /// One of [`wasi_aot_abi::component::invocation::kind`].
    pub kind: u32,
    /// Bytes.
    pub size: u32,
    /// Alignment, in bytes.
    pub align: u32,
    /// Bytes of the discriminant, or length.
    pub count: u32,
    /// Names, types and offsets of parts.
    pub members: Vec<(String, Option<u32>, u32)>,
}

/// See [`wasi_aot_abi::component::TypeUse`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeUse {
    /// The type's number.
    pub resource: u32,
    /// The component instance.
    pub instance: u32,
    /// Whether that defines it.
    pub own: bool,
}

impl Builder<'_> {
    /// Something of an instance, by its place in the module's index spaces.
    pub fn item(&self, instance: InstanceId, item: Item) -> Extern {
        let instance = &self.graph.program.instances[instance];
        match item {
            Item::Func(index) => Extern::Func(instance.functions[index]),
            Item::Table(index) => Extern::Table(instance.tables[index]),
            Item::Memory(index) => Extern::Memory(instance.memories[index]),
            Item::Global(index) => Extern::Global(instance.globals[index]),
            Item::Tag(index) => Extern::Tag(instance.tags[index]),
        }
    }

    /// Adds a function that no module defines.
    pub fn function(&mut self, ty: &FuncType, kind: FunctionKind) -> FuncId {
        let graph = &mut self.graph;
        if let FunctionKind::Entered { may_leave, .. }
        | FunctionKind::Closed { may_leave, .. }
        | FunctionKind::ByArray {
            may_leave: Some(may_leave),
            ..
        } = kind
        {
            graph.globals_written.insert(may_leave);
        }
        let ty = graph.groups.plain(&mut graph.program.types, ty);
        graph.function(ty, kind)
    }

    /// Adds a global that says whether a component instance may be left: an `i32`, 1 at start. It is part of the first
    /// instance's state.
    pub fn may_leave(&mut self) -> GlobalId {
        let graph = &mut self.graph;
        graph.global_owner.push(InstanceId::new(0));
        graph.program.globals.push(Global {
            ty: GlobalType {
                content_type: ValType::I32,
                mutable: true,
                shared: false,
            },
            place: GlobalPlace::Constant(Value::I32(1)),
        })
    }

    /// The part of the program that only components have.
    pub fn component(&mut self) -> &mut Component {
        &mut self.graph.program.component
    }

    /// Appends actions to what is done last.
    pub fn then(&mut self, actions: impl IntoIterator<Item = Action>) {
        self.graph.code_has_run = true;
        let actions = actions.into_iter().collect();
        self.graph.program.steps.push(Step { actions });
    }
}
