;; own: wasmtime says what its allocator says
;; An array that no heap has room for.
(module $heap
  (type $longs (array (mut i64)))
  (func $make (param $length i32) (result i32)
    (array.len (array.new_default $longs (local.get $length))))
  (func (export "_start")
    (drop (call $make (i32.const 0x20000000)))))
