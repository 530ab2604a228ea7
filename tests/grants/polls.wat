;; Polls 100,000 clocks that need not be waited for, then one more: 0 if the first succeeds and the second is invalid.
(module
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 200)
  (func $clocks (param $count i32) (result i32)
    (call $poll (i32.const 64) (i32.const 0x600000) (local.get $count) (i32.const 0)))
  (func (export "_start")
    (if (call $clocks (i32.const 100000)) (then (call $exit (i32.const 1))))
    (if (i32.ne (i32.load (i32.const 0)) (i32.const 100000)) (then (call $exit (i32.const 2))))
    (if (i32.ne (call $clocks (i32.const 100001)) (i32.const 28)) (then (call $exit (i32.const 3))))))
