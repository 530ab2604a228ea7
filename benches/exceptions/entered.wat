;; A `try_table` entered 500000000 times, with a call inside that could throw, and never does.
(module
  (tag $e (param i32))
  (memory (export "memory") 1)
  (func $leaf (param i32) (result i32)
    (if (i32.eq (local.get 0) (i32.const -1)) (then (throw $e (local.get 0))))
    (i32.xor (local.get 0) (i32.const 5)))
  (func (export "_start") (local i32 i32)
    (loop $next
      (block $caught (result i32)
        (try_table (result i32) (catch $e $caught) (call $leaf (local.get 0))))
      (local.set 1 (i32.add (local.get 1)))
      (br_if $next (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 500000000))))
    (i32.store (i32.const 0) (local.get 1))))
