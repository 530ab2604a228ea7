;; Three functions deep, with a module name and function names.
;; Its functions are too large to replace calls of them, so that debuggers know all of them.
(module $divide
  (memory (export "memory") 1)
  (func $quotient (param $a i32) (param $b i32) (result i32)
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (i32.div_s (local.get $a) (local.get $b)))
  (func $compute (result i32)
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (call $quotient (i32.const 1) (i32.const 0)))
  (func $main (export "_start")
    (drop (call $compute))))
