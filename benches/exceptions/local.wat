;; Exceptions that are caught in the function that throws them, 500000 times.
(module
  (tag $e (param i32))
  (memory (export "memory") 1)
  (func (export "_start") (local i32 i32)
    (loop $next
      (block $caught (result i32)
        (try_table (result i32) (catch $e $caught)
          (if (i32.and (local.get 0) (i32.const 1)) (then (throw $e (local.get 0))))
          (i32.const 3)))
      (local.set 1 (i32.add (local.get 1)))
      (br_if $next (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 500000))))
    (i32.store (i32.const 0) (local.get 1))))
