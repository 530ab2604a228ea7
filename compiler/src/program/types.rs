//! The program: a fixed graph of instances, everything about it known at compile time.
//!
//! Index spaces run over the whole program: a module's own indices are looked up in its
//! [`Instance`], and what stands there may belong to another instance. Addresses are final: the
//! program stage decides them, the code has them built in, the object's note tells the linker.

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
    /// A function: of an instance, or of the host.
    FuncId, "f";
    /// A type, canonical over the program: equal types have equal ids.
    TypeId, "type";
    /// A linear memory.
    MemoryId, "mem";
    /// A table.
    TableId, "tab";
    /// A global.
    GlobalId, "glob";
    /// A tag of exceptions: an imported tag is the exporter's.
    TagId, "tag";
    /// A data segment of an instance that is still there at run time (passive, or copied late).
    DataId, "dat";
    /// An element segment of an instance that is still there at run time.
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
    /// Canonical types. The type of the stand-in for functions that tables hold but
    /// nothing calls (a [`super::FunctionKind::Unknown`] without names) equals no other, whatever its form.
    pub types: PrimaryMap<TypeId, Type>,
    /// The numbers of structures' types.
    pub structures: Range<u32>,
    /// The numbers of arrays' types.
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
    /// Where the addresses end that are set aside for regions, exclusive; 0: there are none.
    pub regions_end: u64,
    /// Bytes of all memories at start.
    pub memory_at_start: u64,
    /// The heap, if anything allocates.
    pub heap: Option<Heap>,
    /// Layouts of objects, by the number of their type. Types that no object has are empty.
    pub objects: Vec<ObjectLayout>,
    /// Which memories, tables and globals the code generator tells apart.
    pub alias_regions: AliasRegions,
    /// Fixed sections: where state and constant tables lie.
    pub fixed: FixedSections,
    /// What runs, in order. A product has one step; a driver one for each command of its script.
    pub steps: Vec<Step>,
    /// What there is of a component.
    pub component: Component,
    /// How its threads start, if it starts any.
    pub threads: Option<ThreadStart>,
    /// Whether this is a driver (the runtime survives traps and prints results).
    pub driver: bool,
    /// What relaxed vector instructions compute.
    pub relaxed_simd: RelaxedSimd,
    /// How code has first addresses of regions; `None`: as is best for the CPU.
    pub base: Option<Base>,
    /// Functions of C libraries that find the granted directory that a path is below, and the memory that it stands in. The
    /// runtime is told what they find.
    pub lookups: BTreeMap<FuncId, MemoryId>,
    /// What passes had found at the points that the options name ([`super::Options::after`]).
    pub states: Vec<State>,
}

impl Program<'_> {
    /// How the objects of a type are laid out.
    pub fn object(&self, ty: TypeId) -> &ObjectLayout {
        &self.objects[self.types[ty].number() as usize]
    }

    /// A function type.
    ///
    /// # Panics
    ///
    /// If the type is another one.
    pub fn signature(&self, ty: TypeId) -> &FuncType {
        self.types[ty].definition.unwrap_func()
    }

    /// The type of a function.
    pub fn function_type(&self, function: FuncId) -> &FuncType {
        self.signature(self.functions[function].ty)
    }
}

/// A type of the program.
#[derive(Debug)]
pub struct Type {
    /// What it is. Its indices are those of [`Program::types`].
    pub definition: SubType,
    /// The numbers of its subtypes: its own is the first. Set when all types are known.
    pub subtypes: Range<u32>,
}

impl Type {
    /// A type without a number.
    pub fn new(definition: SubType) -> Self {
        Type {
            definition,
            subtypes: 0..0,
        }
    }

    /// Its number: objects have it in their header, functions whose address is taken in front of their code.
    pub fn number(&self) -> u32 {
        self.subtypes.start
    }

    /// The supertype that it declares.
    pub fn supertype(&self) -> Option<TypeId> {
        match self.definition.supertype_idxs.first()?.unpack() {
            UnpackedIndex::Module(id) => Some(TypeId::from_u32(id)),
            _ => None,
        }
    }
}

/// How the code of an instance finds the instance's state (DESIGN: "instance state has two forms").
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum StateForm {
    /// At an address known at compile time.
    #[default]
    Static,
    /// Behind a hidden first parameter of each of its functions, for what exists more than once (a
    /// module with threads). A program with an instance of this form has no other instance.
    Pointer,
}

/// An instance of a module: the module's index spaces mapped to the program's.
#[derive(Debug)]
pub struct Instance {
    /// Of which module.
    pub module: ModuleId,
    /// How its code finds its state.
    pub form: StateForm,
    /// First address of its block in the state section.
    pub state: u64,
    /// Bytes of its block.
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
    /// Data segments; `None` where nothing at run time refers to it: its length then is 0.
    pub data: PrimaryMap<DataIndex, Option<DataId>>,
    /// Element segments, likewise.
    pub elements: PrimaryMap<ElemIndex, Option<ElemId>>,
}

/// A place in the state of an instance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// Whose block.
    pub instance: InstanceId,
    /// Offset in the block.
    pub offset: u32,
}

/// A constant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
    /// An `i31` of the low 31 bits.
    I31(i32),
}

impl Value {
    /// The word of a reference that is known before code has addresses ([`abi::heap`]).
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
#[derive(Debug)]
pub struct Global {
    /// Its type.
    pub ty: GlobalType,
    /// Where it lives.
    pub place: GlobalPlace,
}

/// Where a global lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GlobalPlace {
    /// Nowhere: nothing writes it, its value is known.
    Constant(Value),
    /// In memory, with this initial value.
    State(Place, Value),
}

/// A linear memory.
#[derive(Debug)]
pub struct Memory {
    /// Its type.
    pub ty: MemoryType,
    /// Its address space.
    pub region: RegionId,
    /// How accesses are kept inside.
    pub bounds: Bounds,
}

impl Memory {
    /// The bytes of a page, a power of two.
    pub fn page(&self) -> u64 {
        1 << self
            .ty
            .page_size_log2
            .unwrap_or(abi::WASM_PAGE.trailing_zeros())
    }
}

/// How accesses to a memory are kept inside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bounds {
    /// The whole reach of a 32-bit index lies in the reservation, and this many bytes behind 4 GiB:
    /// an access whose offset + width is at most `guard` needs no check.
    Guard {
        /// Bytes of guard behind 4 GiB.
        guard: u64,
    },
    /// The index of every access is compared with the current size.
    Checked {
        /// This many bytes behind the current size are never mapped: an access whose offset + width is at
        /// most `guard` is right if its index is below the size.
        guard: u64,
    },
}

/// A table.
#[derive(Debug)]
pub struct Table {
    /// Its type.
    pub ty: TableType,
    /// Where its elements are: 8 bytes each, the reference's word.
    pub place: TablePlace,
    /// Initial elements from index 0; those that follow up to the minimum are null.
    pub contents: Vec<Value>,
}

/// Where a table's elements are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TablePlace {
    /// Nothing changes it after compilation: read-only data at this address.
    Constant {
        /// First address.
        address: u64,
    },
    /// It changes, but its size does not: in the state of an instance.
    State(Place),
    /// It grows: a region of its own. Its size is `bytes / 8` of the region.
    Region(RegionId),
}

/// A growable piece of the address space.
#[derive(Debug)]
pub struct Region<'a> {
    /// First address.
    pub base: u64,
    /// Bytes in use at start; of a table, 8 for each element, which need not be whole pages.
    pub bytes: u64,
    /// What it may grow to, in bytes; equal to `bytes` if no code grows it.
    pub limit: u64,
    /// What `limit` can be set to when the program is started; 0 for a table.
    pub maximum: u64,
    /// Address space in bytes that is reserved at start, guard included; 0: it is mapped as it grows.
    pub reserved: u64,
    /// Where its descriptor ([`wasi_aot_abi::Region`]) is: absolute address in the state section.
    pub descriptor: u64,
    /// What it holds at start.
    pub contents: RegionContents<'a>,
}

/// The initial contents of a region.
#[derive(Debug)]
pub enum RegionContents<'a> {
    /// A memory: pieces of bytes, ascending, not overlapping, gaps are zero. Not yet page-aligned.
    Bytes(Vec<ImagePiece<'a>>),
    /// A table: the `contents` of this [`Table`].
    Table(TableId),
}

/// A piece of a memory's initial image.
#[derive(Debug)]
pub struct ImagePiece<'a> {
    /// Offset in the memory.
    pub offset: u64,
    /// Bytes.
    pub bytes: std::borrow::Cow<'a, [u8]>,
}

/// A data segment at run time.
#[derive(Debug)]
pub struct DataSegment {
    /// Which instance's.
    pub instance: InstanceId,
    /// Which segment of the module; the bytes stand there.
    pub index: DataIndex,
    /// Its length now (`u32`): `data.drop` sets it to 0.
    pub length: Place,
}

/// An element segment at run time.
#[derive(Debug)]
pub struct ElemSegment {
    /// Which instance's.
    pub instance: InstanceId,
    /// The type of its elements.
    pub ty: RefType,
    /// Its elements; null where they are not known before the program starts.
    pub items: Vec<Value>,
    /// Where its elements stand as words, if some of them are made when the program starts; else they are read-only data.
    pub place: Option<Place>,
    /// Its length now (`u32`): `elem.drop` sets it to 0.
    pub length: Place,
}

/// Addresses of the fixed sections.
#[derive(Debug, Default, Clone, Copy)]
pub struct FixedSections {
    /// `.wasm.tables`: address.
    pub tables: u64,
    /// `.wasm.tables`: bytes.
    pub tables_size: u64,
    /// `.wasm.state`: address. It starts with the region descriptors, the instances' blocks follow.
    pub state: u64,
    /// `.wasm.state`: bytes.
    pub state_size: u64,
}

/// One thing that runs: a function of the object without parameters but the results' place.
#[derive(Debug, Default)]
pub struct Step {
    /// In order. A trap ends the step.
    pub actions: Vec<Action>,
}

/// How a thread starts: the one instance is made again, with a state of its own, and a function of it called.
#[derive(Clone, Copy, Debug)]
pub struct ThreadStart {
    /// `wasi_thread_start`.
    pub function: FuncId,
    /// How many of the step's first actions instantiate.
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

    /// Its operands, which may become others.
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
#[derive(Debug)]
pub enum Action {
    /// Evaluates a constant expression that was not known at compile time into a global.
    InitGlobal(GlobalId, Operand),
    /// Evaluates an element of a segment that was not known at compile time.
    InitElement(ElemId, u32, Operand),
    /// Writes all elements of a table.
    FillTable(TableId, Operand),
    /// `memory.init` of a whole segment, then `data.drop` (core specification §4.7.2, instantiation).
    CopyData {
        /// To this memory.
        memory: MemoryId,
        /// From its start.
        data: DataId,
        /// To this index.
        offset: Operand,
    },
    /// `table.init` of a whole segment, then `elem.drop`.
    CopyElements {
        /// To this table.
        table: TableId,
        /// From its start.
        elements: ElemId,
        /// To this index.
        offset: Operand,
    },
    /// Calls a function; the results of the step's last action are the step's results.
    Call(FuncId, Vec<Operand>),
    /// Calls a function with the results of the action in front.
    Pass(FuncId),
    /// Calls a function with the results of the action before, which stay the results.
    Show(FuncId),
    /// Reads a global: the step's result.
    ReadGlobal(GlobalId),
    /// Ends the process unless it has this many arguments: they are values ([`Operand::Argument`]).
    CountArguments(u32),
    /// Prints the results of the action before, which called this function.
    Print(FuncId),
}

/// An operand of an action.
#[derive(Clone, Debug)]
pub enum Operand {
    /// Known, and visible to the optimiser.
    Known(Value),
    /// Known, but read from memory at run time, so that nothing is folded.
    Opaque(Value),
    /// The value of a global at that moment.
    Global(GlobalId),
    /// A number, read from an argument of the process: its position after the name of the program,
    /// and its kind ([`abi::invoke`]).
    Argument(u32, u64),
    /// An extended constant expression over such.
    Binary(crate::wasm::ConstOp, Box<Operand>, Box<Operand>),
    /// An `i31` of a number.
    I31(Box<Operand>),
    /// A new object: its type and its fields or elements; `None`: their defaults.
    Object(TypeId, Option<Box<[Operand]>>),
    /// A new array: its type, the value of its elements or their default, and how many there are.
    Array(TypeId, Option<Box<Operand>>, Box<Operand>),
}

macro_rules! leaves {
    ($name:ident, $($ref:tt)+) => {
        /// Calls `visit` with each operand in it that is made of no others.
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

    /// Whether it makes an object.
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
