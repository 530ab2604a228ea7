;; A field of null: the load faults.
(module
  (type $a (struct (field i32)))
  (func $none (result (ref null $a)) (ref.null $a))
  (func $field (param (ref null $a)) (result i32) (struct.get $a 0 (local.get 0)))
  (func $_start (export "_start") (drop (call $field (call $none)))))
