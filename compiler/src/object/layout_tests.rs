//! Fixed sections: which have bytes in the file, and where the image must end.

use super::image::COPIED;
use super::tests::{Read, compiled};
use crate::codegen::Options;
use wasi_aot_abi::symbols::{self, sections};

/// The bytes of the state in the file, of a program with a table that changes and has this many
/// elements, and memories with this many bytes.
fn in_file(elements: usize, bytes: usize) -> (usize, [usize; 2]) {
    let module = format!(
        r#"(module
            (table $t {elements} funcref)
            (elem (table $t) (i32.const 0) func {})
            (memory $m (export "memory") 1) (data (memory $m) (i32.const 0) "{text}")
            (memory $n 1) (data (memory $n) (i32.const 0) "{text}")
            (func $f (export "_start")
              (table.set $t (i32.const 0) (ref.null func))
              (i32.store $m (i32.const 0) (i32.load $n (i32.const 0)))))"#,
        " $f".repeat(elements),
        text = "x".repeat(bytes),
    );
    let object = compiled(&module, "x86_64-linux", &Options::default());
    let read = Read::new(&object);
    let len = |name| read.section(name).len();
    let memories = [".wasm.region.0", ".wasm.region.1"].map(len);
    (len(sections::STATE), memories)
}

#[test]
fn a_large_state_is_mapped() {
    let (state, memories) = in_file(10, 10);
    assert_eq!((state, memories), (0, [0, 0]));
    let (state, _) = in_file(COPIED as usize, 10);
    assert!(state >= 8 * COPIED as usize, "{state}");
}

#[test]
fn images_have_a_limit_together() {
    let bytes = COPIED as usize * 3 / 4;
    let (_, memories) = in_file(1, bytes);
    assert_eq!(memories, [0, bytes]);
}

/// The runtime maps the heap, so that the linker must not place anything there.
#[test]
fn the_image_ends_before_the_heap() {
    let module = r#"(module (tag $t) (memory (export "memory") 1)
        (func (export "_start") (block $caught (try_table (catch $t $caught) (throw $t)))))"#;
    let object = compiled(module, "x86_64-linux", &Options::default());
    let note = wasi_aot_linker::read_note(&object.bytes, symbols::NOTE_OWNER, symbols::NOTE_FIXED);
    let note = String::from_utf8(note.expect("a note")).expect("text");
    let address = |section: &str| {
        let mut lines = note.lines().filter_map(|line| line.split_once(" 0x"));
        let (_, address) = lines.find(|(name, _)| *name == section)?;
        u64::from_str_radix(address, 16).ok()
    };
    let (heap, state) = (address(sections::HEAP), address(sections::STATE));
    assert!(heap.is_some() && heap < state, "{note}");
}
