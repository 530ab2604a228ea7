;; As grow.wat, with a memory of 64-bit indices and a second one, which take turns.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory $wide (export "memory") i64 1)
  (memory $other 1)
  (func (export "_start") (local $times i32)
    (block $full
      (loop $next
        (br_if $full (i64.eq (memory.grow $wide (i64.const 16)) (i64.const -1)))
        (i32.store8 $wide (i64.sub (i64.shl (memory.size $wide) (i64.const 16)) (i64.const 1)) (i32.const 1))
        (local.set $times (i32.add (local.get $times) (i32.const 1)))
        (br_if $full (i32.eq (memory.grow $other (i32.const 16)) (i32.const -1)))
        (i32.store8 $other (i32.sub (i32.shl (memory.size $other) (i32.const 16)) (i32.const 1)) (i32.const 1))
        (local.set $times (i32.add (local.get $times) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $times) (i32.const 200)))))
    (call $exit (local.get $times))))
