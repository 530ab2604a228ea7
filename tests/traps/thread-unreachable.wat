;; own: wasmtime 49 starts no threads any more
;; A trap in a thread: its own backtrace, and the end of the process.
;; Its functions are too large to replace calls of them, so that debuggers know all of them.
(module $threads
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "env" "memory" (memory 1 2 shared))
  (export "memory" (memory 0))
  (func $inner (param i32)
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (if (i32.eq (local.get 0) (i32.const 3)) (then (unreachable))))
  (func $run (export "wasi_thread_start") (param i32 i32)
    (call $inner (local.get 1)))
  (func (export "_start")
    (if (i32.lt_s (call $spawn (i32.const 3)) (i32.const 1)) (then (unreachable)))
    ;; The process ends meanwhile.
    (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))))
