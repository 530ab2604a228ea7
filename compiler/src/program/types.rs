//! The program: a fixed graph of instances, completely known at compile time.
//!
//! Index spaces cover the whole program: a module's own index is looked up in its [`Instance`], and
//! the item may belong to another instance. Addresses are final: the program stage assigns them,
//! code contains them as constants, and a note in the object passes them to the linker.

use super::{AliasRegions, Component, Function, Heap, ObjectLayout};
use crate::cpu::Base;
use crate::optimize::State;
use crate::policy::RelaxedSimd;
use crate::wasm::{
    DataIndex, ElemIndex, FuncIndex, GlobalIndex, MemoryIndex, Module, TableIndex, TagIndex,
    TypeIndex,
};
use cranelift_entity::{PrimaryMap, entity_impl};
use std::collections::BTreeMap;
use std::ops::Range;
use wasi_aot_abi as abi;
use wasmparser::{FuncType, GlobalType, MemoryType, RefType, SubType, TableType, UnpackedIndex};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident, $prefix:literal;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);
        entity_impl!($name, $prefix);
    )* };
}

id! {
    /// A core module of the program.
    ModuleId, "module";
    /// An instance of a module.
    InstanceId, "instance";
    /// A function of an instance or of the host.
    FuncId, "f";
    /// A type, canonical over the program: equal types have equal ids.
    TypeId, "type";
    /// A linear memory.
    MemoryId, "mem";
    /// A table.
    TableId, "tab";
    /// A global.
    GlobalId, "glob";
    /// A tag of exceptions: an imported tag has the exporter's id.
    TagId, "tag";
    /// A data segment of an instance that still exists at run time (passive, or copied late).
    DataId, "dat";
    /// An element segment of an instance that still exists at run time.
    ElemId, "elt";
    /// A growable piece of the address space ([`wasi_aot_abi::Region`]).
    RegionId, "region";
    /// Options of lowered functions of a component.
    OptionsId, "options";
}

/// A program, ready to be lowered function by function.
#[derive(Debug, Default)]
pub struct Program<'a> {
    /// The modules.
    pub modules: PrimaryMap<ModuleId, Module<'a>>,
    /// The instances, in the order in which they are instantiated.
    pub instances: PrimaryMap<InstanceId, Instance>,
    /// Canonical types. The stand-in for functions that tables hold but nothing calls (a
    /// [`super::FunctionKind::Unknown`] without names) has a type that differs from all others,
    /// whatever its form.
    pub types: PrimaryMap<TypeId, Type>,
    /// The range of numbers of structure types.
    pub structures: Range<u32>,
    /// The range of numbers of array types.
    pub arrays: Range<u32>,
    /// All functions.
    pub functions: PrimaryMap<FuncId, Function>,
    /// All memories.
    pub memories: PrimaryMap<MemoryId, Memory>,
    /// All tables.
    pub tables: PrimaryMap<TableId, Table>,
    /// All globals.
    pub globals: PrimaryMap<GlobalId, Global>,
    /// All tags: their types.
    pub tags: PrimaryMap<TagId, TypeId>,
    /// Data segments that code refers to.
    pub data: PrimaryMap<DataId, DataSegment>,
    /// Element segments that code refers to.
    pub elements: PrimaryMap<ElemId, ElemSegment>,
    /// Growable memories and tables.
    pub regions: PrimaryMap<RegionId, Region<'a>>,
    /// The exclusive end of the addresses for regions; 0: there are none.
    pub regions_end: u64,
    /// The base of the segment in which code addresses the memory of region 0, if the target and
    /// the options let it.
    pub segment: Option<u64>,
    /// Bytes of all memories at start.
    pub memory_at_start: u64,
    /// The heap, if anything allocates.
    pub heap: Option<Heap>,
    /// Layouts of objects, by type number; empty for types without objects.
    pub objects: Vec<ObjectLayout>,
    /// The memories, tables and globals that alias analysis distinguishes.
    pub alias_regions: AliasRegions,
    /// The fixed sections: state and constant tables.
    pub fixed: FixedSections,
    /// The steps, in order of execution. A product has one; a driver has one for each command of
    /// its script.
    pub steps: Vec<Step>,
    /// The parts that only components have.
    pub component: Component,
    /// The start of its threads, if it starts any.
    pub threads: Option<ThreadStart>,
    /// Whether this is a driver (the runtime survives traps and prints results).
    pub driver: bool,
    /// The results of relaxed vector instructions.
    pub relaxed_simd: RelaxedSimd,
    /// How code gets the base addresses of regions; `None`: in the CPU's best way.
    pub base: Option<Base>,
    /// Functions of C libraries that find the granted directory for a path, and the memory that
    /// holds the path. The runtime is told their results.
    pub lookups: BTreeMap<FuncId, MemoryId>,
    /// Results of passes at the points that the options name ([`super::Options::after`]).
    pub states: Vec<State>,
}

impl Program<'_> {
    /// The layout of a type's objects.
    pub fn object(&self, ty: TypeId) -> &ObjectLayout {
        &self.objects[self.types[ty].number() as usize]
    }

    /// A function type.
    ///
    /// # Panics
    ///
    /// If it is another kind of type.
    pub fn signature(&self, ty: TypeId) -> &FuncType {
        self.types[ty].definition.unwrap_func()
    }

    /// The type of a function.
    pub fn function_type(&self, function: FuncId) -> &FuncType {
        self.signature(self.functions[function].ty)
    }
}

/// A type of the program.
#[derive(Debug, Hash)]
pub struct Type {
    /// Its definition. The indices in it are those of [`Program::types`].
    pub definition: SubType,
    /// The numbers of its subtypes, beginning with its own. Set when all types are known.
    pub subtypes: Range<u32>,
}

impl Type {
    /// A type without a number yet.
    pub fn new(definition: SubType) -> Self {
        Type {
            definition,
            subtypes: 0..0,
        }
    }

    /// Its number, which is in the header of objects, and before the code of functions whose
    /// address is taken.
    pub fn number(&self) -> u32 {
        self.subtypes.start
    }

    /// Its declared supertype.
    pub fn supertype(&self) -> Option<TypeId> {
        match self.definition.supertype_idxs.first()?.unpack() {
            UnpackedIndex::Module(id) => Some(TypeId::from_u32(id)),
            _ => None,
        }
    }
}

/// How an instance's code finds the instance's state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum StateForm {
    /// At a fixed address.
    #[default]
    Static,
    /// By a hidden first parameter of each function, for state that exists more than once (a module
    /// with threads). A program with an instance in this form has no other instance.
    Pointer,
}

/// An instance of a module: maps the module's index spaces to the program's.
#[derive(Debug, Hash)]
pub struct Instance {
    /// The module.
    pub module: ModuleId,
    /// How its code finds its state.
    pub form: StateForm,
    /// First address of its block in the state section.
    pub state: u64,
    /// Size of its block in bytes.
    pub state_size: u32,
    /// Types.
    pub types: PrimaryMap<TypeIndex, TypeId>,
    /// Functions.
    pub functions: PrimaryMap<FuncIndex, FuncId>,
    /// Tables.
    pub tables: PrimaryMap<TableIndex, TableId>,
    /// Memories.
    pub memories: PrimaryMap<MemoryIndex, MemoryId>,
    /// Globals.
    pub globals: PrimaryMap<GlobalIndex, GlobalId>,
    /// Tags.
    pub tags: PrimaryMap<TagIndex, TagId>,
    /// Data segments; `None`: nothing refers to the segment at run time, so its length is 0.
    pub data: PrimaryMap<DataIndex, Option<DataId>>,
    /// Element segments, likewise.
    pub elements: PrimaryMap<ElemIndex, Option<ElemId>>,
}

/// A location in the state of an instance.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Place {
    /// The instance.
    pub instance: InstanceId,
    /// Offset in the block.
    pub offset: u32,
}

/// A constant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Value {
    /// `i32`.
    I32(i32),
    /// `i64`.
    I64(i64),
    /// The bits of an `f32`.
    F32(u32),
    /// The bits of an `f64`.
    F64(u64),
    /// The bytes of a `v128`.
    V128([u8; 16]),
    /// A null reference: the word 0.
    Null,
    /// A function reference: the address of the function's code.
    Func(FuncId),
    /// A host reference of this number.
    Extern(u32),
    /// An `i31` with the low 31 bits.
    I31(i32),
}

impl Value {
    /// The word of a reference, if it does not depend on addresses of code ([`abi::heap`]).
    pub fn reference(self) -> Option<u64> {
        match self {
            Value::Null => Some(0),
            Value::Extern(number) => {
                Some(u64::from(number) << abi::heap::HOST_SHIFT | abi::heap::HOST)
            }
            Value::I31(value) => {
                Some(u64::from((value as u32) << abi::heap::I31_SHIFT) | abi::heap::I31)
            }
            _ => None,
        }
    }
}

/// A global.
#[derive(Debug, Hash)]
pub struct Global {
    /// Its type.
    pub ty: GlobalType,
    /// Its location.
    pub place: GlobalPlace,
}

/// The location of a global.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum GlobalPlace {
    /// None: nothing writes it and its value is known.
    Constant(Value),
    /// In memory, with this initial value.
    State(Place, Value),
}

/// A linear memory.
#[derive(Debug, Hash)]
pub struct Memory {
    /// Its type.
    pub ty: MemoryType,
    /// Its region of the address space.
    pub region: RegionId,
    /// How accesses are kept in bounds.
    pub bounds: Bounds,
}

impl Memory {
    /// The size of a page in bytes, a power of two.
    pub fn page(&self) -> u64 {
        1 << self
            .ty
            .page_size_log2
            .unwrap_or(abi::WASM_PAGE.trailing_zeros())
    }
}

/// How accesses to a memory are kept in bounds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Bounds {
    /// Its own addresses include the whole reach of a 32-bit index and the guard after it: an
    /// access whose offset + width is at most `guard` needs no check.
    Guard {
        /// Bytes of guard after the first 4 GiB.
        guard: u64,
    },
    /// The index of every access is compared with the current size.
    Checked {
        /// This many bytes after the current size are never mapped: an access whose offset + width
        /// is at most `guard` is correct if its index is below the size.
        guard: u64,
    },
}

/// A table.
#[derive(Debug, Hash)]
pub struct Table {
    /// Its type.
    pub ty: TableType,
    /// The location of its elements: 8 bytes each, the reference's word.
    pub place: TablePlace,
    /// Initial elements from index 0; the rest up to the minimum are null.
    pub contents: Vec<Value>,
}

/// The location of a table's elements.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum TablePlace {
    /// It is constant after compilation: read-only data at this address.
    Constant {
        /// First address.
        address: u64,
    },
    /// Its elements change, but not its size: in the state of an instance.
    State(Place),
    /// It grows: in its own region. Its size is the region's `bytes / 8`.
    Region(RegionId),
}

/// A growable piece of the address space.
#[derive(Debug, Hash)]
pub struct Region<'a> {
    /// First address.
    pub base: u64,
    /// Bytes in use at start; for a table, 8 per element, not necessarily whole pages.
    pub bytes: u64,
    /// The limit of its growth in bytes; equal to `bytes` if no code grows it.
    pub limit: u64,
    /// The maximum to which `limit` can be set at start; 0 for a table.
    pub maximum: u64,
    /// Bytes of addresses in which nothing else is mapped, guard included; 0: `limit`, and a page.
    pub reserved: u64,
    /// Address of its descriptor ([`wasi_aot_abi::Region`]) in the state section.
    pub descriptor: u64,
    /// Its contents at start.
    pub contents: RegionContents<'a>,
}

/// The initial contents of a region.
#[derive(Debug, Hash)]
pub enum RegionContents<'a> {
    /// A memory: pieces, ascending and without overlaps, with zeros between them. Not page-aligned
    /// yet.
    Bytes(Vec<ImagePiece<'a>>),
    /// A table: the `contents` of this [`Table`].
    Table(TableId),
}

/// A piece of a memory's initial image.
#[derive(Debug, Hash)]
pub struct ImagePiece<'a> {
    /// Offset in the memory.
    pub offset: u64,
    /// Bytes.
    pub bytes: std::borrow::Cow<'a, [u8]>,
}

/// A data segment at run time.
#[derive(Debug, Hash)]
pub struct DataSegment {
    /// The instance.
    pub instance: InstanceId,
    /// The segment in the module, which holds the bytes.
    pub index: DataIndex,
    /// Location of its current length (`u32`): `data.drop` sets it to 0.
    pub length: Place,
}

/// An element segment at run time.
#[derive(Debug, Hash)]
pub struct ElemSegment {
    /// The instance.
    pub instance: InstanceId,
    /// The type of its elements.
    pub ty: RefType,
    /// Its elements; null where they are unknown before the program starts.
    pub items: Vec<Value>,
    /// Location of its elements as words, if some are evaluated when the program starts; else they
    /// are read-only data.
    pub place: Option<Place>,
    /// Location of its current length (`u32`): `elem.drop` sets it to 0.
    pub length: Place,
}

/// Addresses of the fixed sections.
#[derive(Debug, Default, Clone, Copy, Hash)]
pub struct FixedSections {
    /// `.wasm.tables`: address.
    pub tables: u64,
    /// `.wasm.tables`: bytes.
    pub tables_size: u64,
    /// `.wasm.state`: address. It holds the region descriptors, then the instances' blocks.
    pub state: u64,
    /// `.wasm.state`: bytes.
    pub state_size: u64,
}

/// A unit of execution: a function of the object whose only parameter is the address for results.
#[derive(Debug, Default, Hash)]
pub struct Step {
    /// Its actions, in order. A trap ends the step.
    pub actions: Vec<Action>,
}

/// The start of a thread: instantiates the one instance again, with its own state, and calls a
/// function of it.
#[derive(Clone, Copy, Debug, Hash)]
pub struct ThreadStart {
    /// `wasi_thread_start`.
    pub function: FuncId,
    /// The number of the step's first actions that instantiate.
    pub instantiation: usize,
}

impl Action {
    /// Its operands.
    pub fn operands(&self) -> &[Operand] {
        match self {
            Action::InitGlobal(_, operand)
            | Action::InitElement(_, _, operand)
            | Action::FillTable(_, operand)
            | Action::CopyData {
                offset: operand, ..
            }
            | Action::CopyElements {
                offset: operand, ..
            } => std::slice::from_ref(operand),
            Action::Call(_, operands) => operands,
            Action::Pass(_)
            | Action::Show(_)
            | Action::ReadGlobal(_)
            | Action::CountArguments(_)
            | Action::Print(_) => &[],
        }
    }

    /// Its operands, for changes.
    pub fn operands_mut(&mut self) -> &mut [Operand] {
        match self {
            Action::InitGlobal(_, operand)
            | Action::InitElement(_, _, operand)
            | Action::FillTable(_, operand)
            | Action::CopyData {
                offset: operand, ..
            }
            | Action::CopyElements {
                offset: operand, ..
            } => std::slice::from_mut(operand),
            Action::Call(_, operands) => operands,
            Action::Pass(_)
            | Action::Show(_)
            | Action::ReadGlobal(_)
            | Action::CountArguments(_)
            | Action::Print(_) => &mut [],
        }
    }
}

/// Part of a step.
#[derive(Debug, Hash)]
pub enum Action {
    /// Evaluates a constant expression, unknown at compile time, into a global.
    InitGlobal(GlobalId, Operand),
    /// Evaluates an element of a segment that is unknown at compile time.
    InitElement(ElemId, u32, Operand),
    /// Writes all elements of a table.
    FillTable(TableId, Operand),
    /// `memory.init` of a whole segment, then `data.drop` (core specification §4.7.2,
    /// instantiation).
    CopyData {
        /// Destination memory.
        memory: MemoryId,
        /// Source segment, from index 0.
        data: DataId,
        /// Destination index.
        offset: Operand,
    },
    /// `table.init` of a whole segment, then `elem.drop`.
    CopyElements {
        /// Destination table.
        table: TableId,
        /// Source segment, from index 0.
        elements: ElemId,
        /// Destination index.
        offset: Operand,
    },
    /// Calls a function; the results of the step's last action are the step's results.
    Call(FuncId, Vec<Operand>),
    /// Calls a function with the results of the previous action.
    Pass(FuncId),
    /// Calls a function with the results of the previous action, and keeps these results.
    Show(FuncId),
    /// Reads a global, as the step's result.
    ReadGlobal(GlobalId),
    /// Ends the process unless it has this many arguments, which are values
    /// ([`Operand::Argument`]).
    CountArguments(u32),
    /// Prints the results of the previous action, a call of this function.
    Print(FuncId),
}

/// An operand of an action.
#[derive(Clone, Debug, Hash)]
pub enum Operand {
    /// Known, and visible to the optimiser.
    Known(Value),
    /// Known, but read from memory at run time, so that nothing is folded.
    Opaque(Value),
    /// The current value of a global.
    Global(GlobalId),
    /// A number from an argument of the process: the position after the program's name, and the
    /// kind ([`abi::invoke`]).
    Argument(u32, u64),
    /// An operation of the extended constant expressions.
    Binary(crate::wasm::ConstOp, Box<Operand>, Box<Operand>),
    /// An `i31` of a number.
    I31(Box<Operand>),
    /// A new object: its type and its fields or elements; `None`: their defaults.
    Object(TypeId, Option<Box<[Operand]>>),
    /// A new array: its type, the value of its elements (`None`: their default), and the number of
    /// elements.
    Array(TypeId, Option<Box<Operand>>, Box<Operand>),
}

macro_rules! leaves {
    ($name:ident, $($ref:tt)+) => {
        /// Calls `visit` with each leaf of the operand.
        pub fn $name<'o>($($ref)+ self, visit: &mut impl FnMut($($ref)+ Operand)) {
            match self {
                Operand::Known(_)
                | Operand::Opaque(_)
                | Operand::Global(_)
                | Operand::Argument(..) => visit(self),
                Operand::I31(operand) => operand.$name(visit),
                Operand::Binary(_, left, right) => {
                    left.$name(visit);
                    right.$name(visit);
                }
                Operand::Object(_, fields) => {
                    let fields = fields.into_iter().flatten();
                    fields.for_each(|field| field.$name(visit));
                }
                Operand::Array(_, value, length) => {
                    value.into_iter().for_each(|value| value.$name(visit));
                    length.$name(visit);
                }
            }
        }
    };
}

impl Operand {
    leaves!(leaves, &'o);
    leaves!(leaves_mut, &'o mut);

    /// Whether evaluating it allocates an object.
    pub fn allocates(&self) -> bool {
        match self {
            Operand::Known(_) | Operand::Opaque(_) | Operand::Global(_) | Operand::Argument(..) => {
                false
            }
            Operand::I31(operand) => operand.allocates(),
            Operand::Binary(_, left, right) => left.allocates() || right.allocates(),
            Operand::Object(..) | Operand::Array(..) => true,
        }
    }
}
