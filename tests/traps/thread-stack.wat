;; own: wasmtime 49 starts no threads any more
;; The stack of a thread has a guard.
(module $threads
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "env" "memory" (memory 1 2 shared))
  (export "memory" (memory 0))
  (func $deeper (param i32) (result i32) (i32.add (i32.const 1) (call $deeper (local.get 0))))
  (func $run (export "wasi_thread_start") (param i32 i32)
    (drop (call $deeper (local.get 1))))
  (func (export "_start")
    (if (i32.lt_s (call $spawn (i32.const 3)) (i32.const 1)) (then (unreachable)))
    ;; The process ends meanwhile.
    (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))))
