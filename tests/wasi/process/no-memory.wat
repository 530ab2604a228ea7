;; An instance without memory: every address is outside of it.
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (func (export "_start")
    ;; 0 + 0 + 8 (badf)
    (call $exit
      (i32.add
        (call $yield)
        (i32.add (call $random (i32.const 0) (i32.const 0)) (call $close (i32.const 99)))))))
