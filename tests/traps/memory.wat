;; A store behind the end: the report names the address.
;; Its functions are too large to replace calls of them, so that debuggers know all of them.
(module $memory
  (memory 1 2)
  (func $store (param i32)
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (i32.store8 offset=3 (local.get 0) (i32.const 1)))
  (func (export "_start")
    (call $store (i32.const 65532))
    (call $store (i32.const 65533))))
