;; Four functions deep, it counts for some tenths of a second.
(module $counts
  (memory (export "memory") 1)
  (global $left (mut i32) (i32.const 600000000))
  (func $count
    (loop $again
      (global.set $left (i32.sub (global.get $left) (i32.const 1)))
      (br_if $again (global.get $left))))
  (func $middle (call $count) (global.set $left (i32.const 0)))
  (func $outer (call $middle) (global.set $left (i32.const 1)))
  (func $main (export "_start") (call $outer) (global.set $left (i32.const 2))))
