;; Four functions deep, it counts for some tenths of a second.
;; Its functions are too large to replace calls of them, so that debuggers know all of them.
(module $counts
  (memory (export "memory") 1)
  (global $left (mut i32) (i32.const 600000000))
  (func $count
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (loop $again
      (global.set $left (i32.sub (global.get $left) (i32.const 1)))
      (br_if $again (global.get $left))))
  (func $middle
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff)) (call $count) (global.set $left (i32.const 0)))
  (func $outer
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff)) (call $middle) (global.set $left (i32.const 1)))
  (func $main (export "_start") (call $outer) (global.set $left (i32.const 2))))
