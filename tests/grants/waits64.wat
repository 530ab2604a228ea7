;; Waits for twenty seconds, with a memory of 64-bit indices.
(module
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (memory $wide i64 1)
  (memory $narrow (export "memory") 1)
  (func (export "_start")
    ;; It may grow, and so needs its room.
    (drop (memory.grow $wide (i64.const 1)))
    ;; A subscription: the monotonic clock.
    (i32.store $narrow (i32.const 16) (i32.const 1))
    (i64.store $narrow (i32.const 24) (i64.const 20000000000))
    (drop (call $poll (i32.const 0) (i32.const 256) (i32.const 1) (i32.const 512)))))
