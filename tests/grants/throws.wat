;; Throws an exception and catches it.
(module
  (tag $e (param i32))
  (memory (export "memory") 1)
  (func $throws (throw $e (i32.const 7)))
  (func (export "_start")
    (block $caught (result i32)
      (try_table (catch $e $caught) (call $throws))
      (unreachable))
    (drop)))
