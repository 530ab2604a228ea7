;; The first event is stored over the second subscription: what was read before holds.
(module
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    ;; Two subscriptions, at 64 and 112: the monotonic clock, at once.
    (i64.store (i32.const 64) (i64.const 11))
    (i32.store8 (i32.const 72) (i32.const 0))
    (i32.store (i32.const 80) (i32.const 1))
    (i64.store (i32.const 112) (i64.const 22))
    (i32.store8 (i32.const 120) (i32.const 0))
    (i32.store (i32.const 128) (i32.const 1))
    ;; Events at 96 and 128.
    (if (call $poll (i32.const 64) (i32.const 96) (i32.const 2) (i32.const 160)) (then (call $exit (i32.const 1))))
    (if (i32.ne (i32.load (i32.const 160)) (i32.const 2)) (then (call $exit (i32.const 2))))
    (if (i64.ne (i64.load (i32.const 96)) (i64.const 11)) (then (call $exit (i32.const 3))))
    (if (i64.ne (i64.load (i32.const 128)) (i64.const 22)) (then (call $exit (i32.const 4))))
    (if (i32.load16_u (i32.const 136)) (then (call $exit (i32.const 5))))))
