;; Grows its memory by 1 MiB at a time, at most 200 times, and writes to the last byte each time. Ends with how often it could.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start") (local $times i32)
    (block $full
      (loop $next
        (br_if $full (i32.eq (memory.grow (i32.const 16)) (i32.const -1)))
        (i32.store8 (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 1)) (i32.const 1))
        (local.set $times (i32.add (local.get $times) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $times) (i32.const 200)))))
    (call $exit (local.get $times))))
