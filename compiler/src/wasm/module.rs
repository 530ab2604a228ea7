//! A validated module: its index spaces in the specification's order. Bodies remain bytes.

use crate::debug::Sections;
use crate::optimize::Loop;
use cranelift_entity::{PrimaryMap, entity_impl};
use std::collections::{BTreeMap, BTreeSet};
use wasmparser::{FuncType, GlobalType, MemoryType, RefType, SubType, TableType};

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident, $prefix:literal;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);
        entity_impl!($name, $prefix);
    )* };
}

index! {
    /// Index of a type in a module.
    TypeIndex, "type";
    /// Index of a function in a module, imports first.
    FuncIndex, "func";
    /// Index of a table in a module, imports first.
    TableIndex, "table";
    /// Index of a memory in a module, imports first.
    MemoryIndex, "memory";
    /// Index of a global in a module, imports first.
    GlobalIndex, "global";
    /// Index of a tag in a module, imports first.
    TagIndex, "tag";
    /// Index of an element segment in a module.
    ElemIndex, "elem";
    /// Index of a data segment in a module.
    DataIndex, "data";
}

/// A validated module. `'a` is the lifetime of its bytes.
#[derive(Debug, Default)]
pub struct Module<'a> {
    /// The module's name, from its name section; empty: it has none.
    pub name: String,
    /// Types. They refer to each other by index.
    pub types: PrimaryMap<TypeIndex, SubType>,
    /// The number of types in each recursion group, in order.
    pub type_groups: Vec<usize>,
    /// Imports in order; those of each kind come first in the index space of that kind.
    pub imports: Vec<Import<'a>>,
    /// The type of each function.
    pub functions: PrimaryMap<FuncIndex, TypeIndex>,
    /// Number of imported functions.
    pub imported_functions: usize,
    /// Bodies of the functions that are not imported.
    pub bodies: Vec<Body<'a>>,
    /// Tables.
    pub tables: PrimaryMap<TableIndex, TableType>,
    /// Number of imported tables.
    pub imported_tables: usize,
    /// Initial value of the elements of each table that is not imported; `None`: null.
    pub table_inits: Vec<Option<ConstExpr>>,
    /// Memories.
    pub memories: PrimaryMap<MemoryIndex, MemoryType>,
    /// Number of imported memories.
    pub imported_memories: usize,
    /// Globals.
    pub globals: PrimaryMap<GlobalIndex, GlobalType>,
    /// Number of imported globals.
    pub imported_globals: usize,
    /// Initial values of the globals that are not imported.
    pub global_inits: Vec<ConstExpr>,
    /// The type of each tag: its parameters are the values that an exception carries.
    pub tags: PrimaryMap<TagIndex, TypeIndex>,
    /// Number of imported tags.
    pub imported_tags: usize,
    /// Exports in order.
    pub exports: Vec<Export<'a>>,
    /// The start function.
    pub start: Option<FuncIndex>,
    /// Element segments.
    pub elements: PrimaryMap<ElemIndex, Elements>,
    /// Data segments.
    pub data: PrimaryMap<DataIndex, Data<'a>>,
    /// Function names of the name section.
    pub function_names: Vec<(FuncIndex, &'a str)>,
    /// Names of the proposals whose instructions or types the module uses, for `inspect`.
    pub features: Vec<&'static str>,
    /// Its debug information.
    pub debug: Sections<'a>,
    /// Whether the translation of a component generated the module, to pass values between two
    /// component instances.
    pub adapter: bool,
    /// Whether its producers section names Go as a language.
    pub is_go: bool,
    /// What all bodies together do to the module's tables, globals, memories and segments.
    pub effects: Effects,
}

impl Module<'_> {
    /// The type of a function.
    pub fn function_type(&self, index: FuncIndex) -> &FuncType {
        self.types[self.functions[index]].unwrap_func()
    }
}

/// An import.
#[derive(Clone, Debug, Hash)]
pub struct Import<'a> {
    /// Module name.
    pub module: &'a str,
    /// Field name.
    pub name: &'a str,
    /// The imported item.
    pub item: Item,
}

/// An export.
#[derive(Clone, Debug, Hash)]
pub struct Export<'a> {
    /// Name.
    pub name: &'a str,
    /// The exported item.
    pub item: Item,
}

/// A member of one of the index spaces.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Item {
    /// A function.
    Func(FuncIndex),
    /// A table.
    Table(TableIndex),
    /// A memory.
    Memory(MemoryIndex),
    /// A global.
    Global(GlobalIndex),
    /// A tag.
    Tag(TagIndex),
}

/// The body of a function: locals and instructions.
#[derive(Clone, Debug)]
pub struct Body<'a> {
    /// The bytes of the code entry after its size.
    pub bytes: &'a [u8],
    /// Offset of `bytes` in the module.
    pub offset: u64,
    /// The functions that it refers to.
    pub uses: Uses,
    /// Its loops, in the order in which they begin.
    pub loops: Box<[Loop]>,
}

/// The functions that a body refers to; each list is sorted and free of duplicates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// `call`.
    pub calls: Box<[FuncIndex]>,
    /// `ref.func`.
    pub refs: Box<[FuncIndex]>,
    /// `call_indirect`: the table and the type.
    pub indirect: Box<[(TableIndex, TypeIndex)]>,
    /// `call_ref`: the type.
    pub by_reference: Box<[TypeIndex]>,
    /// Whether it allocates objects.
    pub allocates: bool,
    /// Whether it throws exceptions, new or caught ones.
    pub throws: bool,
}

/// What the bodies of a module do, in reachable code or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Targets of `global.set`.
    pub globals_written: BTreeSet<GlobalIndex>,
    /// Tables whose elements are read as values: `table.get`, the source of `table.copy`.
    pub tables_read: BTreeSet<TableIndex>,
    /// Tables whose elements are written: `table.set`, `table.fill`, `table.init`, `table.grow`,
    /// the target of `table.copy`.
    pub tables_written: BTreeSet<TableIndex>,
    /// `table.grow`.
    pub tables_grown: BTreeSet<TableIndex>,
    /// `memory.grow`.
    pub memories_grown: BTreeSet<MemoryIndex>,
    /// The number of loads and stores per memory; memories after the end of the list have none.
    pub accesses: Vec<u64>,
    /// The number of instructions that get or set one element of a table: `call_indirect`,
    /// `table.get`, `table.set`.
    pub table_uses: BTreeMap<TableIndex, u64>,
    /// The number of `global.get` and `global.set`.
    pub global_uses: BTreeMap<GlobalIndex, u64>,
    /// `memory.init`, `array.new_data`, `array.init_data`, `data.drop`.
    pub data_used: BTreeSet<DataIndex>,
    /// `table.init`, `array.new_elem`, `array.init_elem`, `elem.drop`.
    pub elements_used: BTreeSet<ElemIndex>,
}

/// A constant expression (core specification §3.4): a tree of operations on constants.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum ConstExpr {
    /// `i32.const`.
    I32(i32),
    /// `i64.const`.
    I64(i64),
    /// `f32.const`, the bits.
    F32(u32),
    /// `f64.const`, the bits.
    F64(u64),
    /// `v128.const`.
    V128([u8; 16]),
    /// `ref.null`.
    Null,
    /// `ref.func`.
    Func(FuncIndex),
    /// `global.get`.
    Global(GlobalIndex),
    /// An operation of the extended constant expressions on two operands.
    Binary(ConstOp, Box<ConstExpr>, Box<ConstExpr>),
    /// `ref.i31`.
    I31(Box<ConstExpr>),
    /// `struct.new`, `struct.new_default`, `array.new_fixed`: the type and the fields or elements;
    /// `None`: their defaults.
    Object(TypeIndex, Option<Box<[ConstExpr]>>),
    /// `array.new`, `array.new_default`: the type, the value of the elements (`None`: their
    /// default), and the number of elements.
    Array(TypeIndex, Option<Box<ConstExpr>>, Box<ConstExpr>),
}

/// Operations of constant expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConstOp {
    /// `i32.add`.
    I32Add,
    /// `i32.sub`.
    I32Sub,
    /// `i32.mul`.
    I32Mul,
    /// `i64.add`.
    I64Add,
    /// `i64.sub`.
    I64Sub,
    /// `i64.mul`.
    I64Mul,
}

/// An element segment.
#[derive(Clone, Debug, Hash)]
pub struct Elements {
    /// Element type.
    pub ty: RefType,
    /// Elements.
    pub items: Vec<ConstExpr>,
    /// How it is used.
    pub mode: SegmentMode<TableIndex>,
}

/// A data segment.
#[derive(Clone, Debug, Hash)]
pub struct Data<'a> {
    /// Bytes.
    pub bytes: &'a [u8],
    /// How it is used.
    pub mode: SegmentMode<MemoryIndex>,
}

/// The mode of a segment.
#[derive(Clone, Debug, Hash)]
pub enum SegmentMode<T> {
    /// For `table.init` or `memory.init`.
    Passive,
    /// Copied at instantiation.
    Active {
        /// The table or memory.
        target: T,
        /// The first index in it.
        offset: ConstExpr,
    },
    /// Only declares functions for `ref.func`.
    Declared,
}
