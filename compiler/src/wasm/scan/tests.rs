//! Runs the scan on every instruction that wasmparser reads: it must record each index that the
//! immediates name.

use super::*;
use crate::wasm::{DataIndex, ElemIndex, GlobalIndex, MemoryIndex};
use wasmparser::{
    BinaryReader, BrTable, HeapType, Ieee32, Ieee64, OperatorsReader, Ordering, RefType,
    ResumeTable, TryTable, V128, ValType,
};

/// The index that all examples use.
const INDEX: u32 = 3;

/// An example of each kind of immediate.
trait Example {
    fn example() -> Self;
}

macro_rules! examples {
    ($($type:ty: $value:expr;)*) => {
        $(impl Example for $type { fn example() -> Self { $value } })*
    };
}

examples! {
    u8: 0;
    u32: INDEX;
    i32: 0;
    i64: 0;
    [u8; 16]: [0; 16];
    Ieee32: 0.0f32.into();
    Ieee64: 0.0f64.into();
    V128: 0i128.into();
    ValType: ValType::I32;
    Vec<ValType>: Vec::new();
    RefType: RefType::FUNCREF;
    HeapType: HeapType::Concrete(wasmparser::UnpackedIndex::Module(INDEX));
    BlockType: BlockType::Empty;
    Ordering: Ordering::SeqCst;
    MemArg: MemArg { align: 0, max_align: 0, offset: 0, ordering: None, target: MemArgTarget::Memory(INDEX) };
    TryTable: TryTable { ty: BlockType::Empty, catches: Vec::new() };
    ResumeTable: ResumeTable { handlers: Vec::new() };
    BrTable<'_>: br_table();
}

fn br_table() -> BrTable<'static> {
    match OperatorsReader::new(BinaryReader::new(&[0x0e, 0, 0], 0)).read() {
        Ok(Operator::BrTable { targets }) => targets,
        other => panic!("{other:?}"),
    }
}

/// The effect that the scan records for an instruction in a loop, and whether it may change the
/// sizes of memories.
fn noted(class: Class, operator: &Operator<'_>) -> (Scan, bool) {
    let mut scan = Scan::new();
    scan.loops.begin(true);
    if class == Class::Noted {
        scan.operator(operator);
    }
    scan.loops.end();
    let resizes = scan.loops.take()[0].resizes;
    (scan, resizes)
}

/// Whether an instruction's name has one of these parts.
fn any(name: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| name.contains(part))
}

/// Panics unless the scan recorded the item that the immediate `field` names.
fn check(name: &str, field: &str, scan: &Scan) {
    let effects = &scan.effects;
    let table = TableIndex::from_u32(INDEX);
    let used = effects.table_uses.contains_key(&table);
    match field {
        "global_index" => {
            let global = GlobalIndex::from_u32(INDEX);
            assert!(effects.global_uses.contains_key(&global), "{name}");
            let writes = any(name, &["Set", "Rmw"]);
            assert_eq!(effects.globals_written.contains(&global), writes, "{name}");
        }
        "table" | "table_index" | "dst_table" | "src_table" => {
            let calls = name.contains("Call");
            let writes = any(name, &["Set", "Fill", "Grow", "Init", "Copy", "Rmw"]);
            let reads = any(name, &["Get", "Copy", "Rmw"]);
            assert!(!calls || used, "{name}");
            assert_eq!(effects.tables_written.contains(&table), writes, "{name}");
            assert_eq!(effects.tables_read.contains(&table), reads, "{name}");
            assert_eq!(
                effects.tables_grown.contains(&table),
                name.contains("Grow"),
                "{name}"
            );
        }
        "data_index" | "array_data_index" => {
            assert!(
                effects.data_used.contains(&DataIndex::from_u32(INDEX)),
                "{name}"
            );
        }
        "elem_index" | "array_elem_index" => {
            assert!(
                effects.elements_used.contains(&ElemIndex::from_u32(INDEX)),
                "{name}"
            );
        }
        "function_index" => {
            let function = FuncIndex::from_u32(INDEX);
            let refs = scan.refs.contains(&function);
            assert!(refs || scan.calls.contains(&function), "{name}");
        }
        "mem" => {
            let grown = effects
                .memories_grown
                .contains(&MemoryIndex::from_u32(INDEX));
            assert_eq!(grown, name.contains("Grow"), "{name}");
        }
        // Types, numbers, labels, tags and copied memories: no later stage depends on them.
        _ => {}
    }
}

#[test]
fn what_instructions_name_is_noted() {
    let count = all(noted);
    assert!(count > 600, "{count}");
}

/// Checks the scan on every instruction and returns their number.
fn all<'a>(noted: fn(Class, &Operator<'a>) -> (Scan, bool)) -> usize {
    let mut count = 0;
    macro_rules! each {
        ($(@$group:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {$({
            let operator = Operator::$op $({ $($arg: <$argty as Example>::example()),* })?;
            let name = stringify!($op);
            let (scan, resizes) = noted(operators::of::$op, &operator);
            $($(check(name, stringify!($arg), &scan);)*)?
            let other = any(name, &["Call", "Resume", "Suspend", "Switch", "MemoryGrow"]);
            assert_eq!(resizes, other, "{name}");
            let makes = any(name, &["StructNew", "ArrayNew", "ContNew", "ContBind"]);
            assert_eq!(scan.allocates, makes, "{name}");
            let throws = any(name, &["Throw", "Rethrow", "Resume", "Suspend", "Switch"]);
            assert_eq!(scan.throws, throws, "{name}");
            count += 1;
        })*};
    }
    wasmparser::for_each_operator!(each);
    count
}
