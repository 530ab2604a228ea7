//! The forms of base addresses of regions in code.

use super::*;
use crate::cpu::Base;

/// Text that identifies each form in CLIF; the address of region 0 is one of them.
const MARKS: [(Base, &str); 4] = [
    (Base::Constant, "iconst.i64 0x4000_0000"),
    (Base::Held, "symbol colocated %AddressZero+0x4000_0000"),
    (Base::Register, "load.i64 notrap aligned readonly"),
    (Base::Code, "symbol colocated userextname0"),
];

#[test]
fn every_form_is_what_its_name_says() {
    let text = r#"(module (memory 1) (func (export "_start")
        (i32.store offset=8 (i32.load (i32.const 4)) (i32.const 1))))"#;
    let bytes = wat::parse_str(text).expect("the text is a module");
    for target in TARGETS {
        assert_eq!(target.addresses.region, 0x4000_0000, "as the mark says");
        for (base, _) in MARKS {
            let options = Options {
                base: Some(base),
                ..Options::default()
            };
            let texts = with_program(&bytes, target, &options, |program| {
                compile_all(program, target).expect("it compiles")
            });
            for (other, mark) in MARKS {
                assert_eq!(
                    texts[0].contains(mark),
                    other == base,
                    "{base:?}: {}",
                    texts[0]
                );
            }
        }
        let cpu = crate::cpu::of(target).expect("the target is known");
        // Where a base is no part of an instruction, it stays in a register.
        let expected = match cpu.name {
            "x86-64" => Base::Constant,
            "aarch64" => Base::Held,
            other => panic!("no form is expected of {other}"),
        };
        assert_eq!(cpu.base, expected, "of {}", target.name);
    }
}
