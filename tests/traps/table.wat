;; An indirect call behind the end of the table.
(module
  (table 2 funcref)
  (func $pick (param $i i32) (call_indirect (local.get $i)))
  (func (export "_start") (call $pick (i32.const 2))))
