;; A `try_table` is no instruction: what is inside is called and goes on as outside. The handlers are behind everything else.
(module
  (tag $number (param i32))
  (func $throws (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (throw $number (local.get 0)))) (local.get 0))
  (func (export "loop") (param i32) (result i32)
    (block $h (result i32)
      (try_table (catch $number $h)
        (loop $next (br_if $next (call $throws (local.get 0)))))
      (i32.const 1))))
