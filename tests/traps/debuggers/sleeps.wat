;; Three functions deep, it sleeps for a long time.
;; Its functions are too large to replace calls of them, so that debuggers know all of them.
(module $sleeps
  (import "wasi_snapshot_preview1" "poll_oneoff"
    (func $poll (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; A subscription at 16: the monotonic clock, 1000 s.
  (data (i32.const 32) "\01")
  (data (i32.const 40) "\00\10\a5\d4\e8\00\00\00")
  (func $sleep (result i32)
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (call $poll (i32.const 16) (i32.const 128) (i32.const 1) (i32.const 256)))
  (func $rest (result i32)
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (i32.add (call $sleep) (call $sleep)))
  (func $main (export "_start")
    (drop (call $rest))))
