;; Starts threads that wait until no more can be started. Ends with an eighth of how many there were.
(module
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1 1 shared)
  (func (export "wasi_thread_start") (param i32 i32)
    (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))
  (func (export "_start") (local $count i32)
    (block $full
      (loop $next
        (br_if $full (i32.lt_s (call $spawn (i32.const 0)) (i32.const 0)))
        (local.set $count (i32.add (local.get $count) (i32.const 1)))
        (br $next)))
    (call $exit (i32.shr_u (local.get $count) (i32.const 3)))))
