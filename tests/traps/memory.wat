;; A store behind the end: the report names the address.
(module $memory
  (memory 1 2)
  (func $store (param i32) (i32.store8 offset=3 (local.get 0) (i32.const 1)))
  (func (export "_start")
    (call $store (i32.const 65532))
    (call $store (i32.const 65533))))
