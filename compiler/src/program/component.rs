//! The parts of a program that only components have, and how they are added.

use super::builder::{Builder, Extern};
use super::function::FunctionKind;
use super::types::*;
use crate::wasm::Item;
use cranelift_entity::{EntityRef, PrimaryMap};
use wasmparser::{FuncType, GlobalType, ValType};

/// An argument that a thunk passes to the runtime before its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Leading {
    /// A constant.
    Int(u32),
    /// The address of a memory's region.
    Region(MemoryId),
    /// The address of a [`wasi_aot_abi::component::Options`].
    Options(OptionsId),
    /// The address of a [`wasi_aot_abi::component::invocation::Invocation`]: an index into
    /// [`Component::invocations`].
    Invocation(u32),
}

/// The parts of a program that only components have; empty if the program is a module.
#[derive(Debug, Default, Hash)]
pub struct Component {
    /// Options of lowered functions.
    pub options: PrimaryMap<OptionsId, CanonicalOptions>,
    /// Resource types from the view of component instances.
    pub type_uses: Vec<TypeUse>,
    /// The calls of exports that the runtime makes for the program.
    pub invocations: Vec<Invocation>,
    /// The function that serves HTTP requests and does not return: the program is a server.
    pub serves: Option<FuncId>,
    /// Number of component instances.
    pub instances: u32,
    /// Address of the component instances' state ([`wasi_aot_abi::component::Instance`]) in the
    /// state section.
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
#[derive(Debug, Hash)]
pub struct Invocation {
    /// The options of the `canon lift`.
    pub options: OptionsId,
    /// A [`FunctionKind::ByArray`].
    pub call: FuncId,
    /// Also a [`FunctionKind::ByArray`].
    pub post_return: Option<FuncId>,
    /// The flat parameters.
    pub values: Vec<u64>,
    /// The buffers in memory that they need.
    pub rooms: Vec<Room>,
    /// Types of values.
    pub types: Vec<TypeNode>,
    /// The result's type: an index into `types`.
    pub result: Option<u32>,
    /// Whether the result is one flat value.
    pub flat: bool,
}

/// See [`wasi_aot_abi::component::invocation::Room`].
#[derive(Debug, Hash)]
pub struct Room {
    /// The contents.
    pub bytes: Vec<u8>,
    /// Alignment, in bytes.
    pub align: u32,
    /// The room into which its address is stored; `None`: its address is a flat parameter.
    pub holder: Option<u32>,
    /// The offset there.
    pub offset: u64,
}

/// See [`wasi_aot_abi::component::invocation::TypeNode`].
#[derive(Debug, Hash)]
pub struct TypeNode {
    /// One of [`wasi_aot_abi::component::invocation::kind`].
    pub kind: u32,
    /// Its size in bytes.
    pub size: u32,
    /// Alignment, in bytes.
    pub align: u32,
    /// Bytes of the discriminant, or the length.
    pub count: u32,
    /// Names, types and offsets of parts.
    pub members: Vec<(String, Option<u32>, u32)>,
}

/// See [`wasi_aot_abi::component::TypeUse`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TypeUse {
    /// The type's number.
    pub resource: u32,
    /// The component instance.
    pub instance: u32,
    /// Whether this instance defines the type.
    pub own: bool,
}

impl Builder<'_> {
    /// An item of an instance, from the module's index spaces.
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

    /// Adds a global that says whether a component instance may be left: an `i32`, initially 1. It
    /// is part of the first instance's state.
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

    /// The parts of the program that only components have.
    pub fn component(&mut self) -> &mut Component {
        &mut self.graph.program.component
    }

    /// Appends actions to the last step.
    pub fn then(&mut self, actions: impl IntoIterator<Item = Action>) {
        self.graph.code_has_run = true;
        let actions = actions.into_iter().collect();
        self.graph.program.steps.push(Step { actions });
    }
}
