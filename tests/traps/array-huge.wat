;; own: wasmtime says that the size of the allocation is too large; here the heap is the limit, whatever the size
(module
  (type $a (array (mut v128)))
  (func $make (param i32) (result (ref $a)) (array.new_default $a (local.get 0)))
  (func $_start (export "_start") (drop (call $make (i32.const -1)))))
