;; An indirect call of a function of another type.
(module
  (table funcref (elem $f))
  (func $f (param i32))
  (func $pick (param $i i32) (call_indirect (local.get $i)))
  (func (export "_start") (call $pick (i32.const 0))))
