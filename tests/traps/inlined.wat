;; Small functions whose bodies replace calls are frames all the same: one that calls itself, one
;; that is called twice, and callers of a function that is called. One that ends in a tail call is
;; none.
(module $inlined
  (memory 1)
  (func $load (param i32) (result i32)
    (i32.load (local.get 0)))
  (func $twice (param i32) (result i32)
    (i32.add (call $load (local.get 0)) (call $load (i32.mul (local.get 0) (i32.const 4)))))
  (func $recurses (param i32) (result i32)
    (if (result i32) (i32.gt_u (local.get 0) (i32.const 20000))
      (then (call $twice (local.get 0)))
      (else (i32.add (call $recurses (i32.mul (local.get 0) (i32.const 3))) (i32.const 1)))))
  (func $large (param i32) (result i32)
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (i32.add (call $recurses (local.get 0)) (i32.const 1)))
  (func $last (param i32) (result i32)
    (return_call $large (local.get 0)))
  (func $more (param i32) (result i32)
    (i32.add (call $last (local.get 0)) (i32.const 1)))
  (func (export "_start")
    (drop (call $more (i32.const 7000)))))
