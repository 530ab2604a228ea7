;; Exceptions thrown through 100 frames, 50000 times: each is caught, and its payload used.
(module
  (tag $e (param i32))
  (memory (export "memory") 1)
  (func $frame (param i32 i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (throw $e (local.get 1))))
    (i32.add (call $frame (i32.sub (local.get 0) (i32.const 1)) (local.get 1)) (i32.const 1)))
  (func (export "_start") (local i32 i32)
    (loop $next
      (block $caught (result i32)
        (try_table (result i32) (catch $e $caught)
          (call $frame (i32.const 99) (local.get 0))))
      (local.set 1 (i32.add (local.get 1)))
      (br_if $next (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 50000))))
    (i32.store (i32.const 0) (local.get 1))))
