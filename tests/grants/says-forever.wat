;; Writes to standard error as long as it can. A second thread sleeps a little, then writes a byte to standard output, and again.
(module
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2 2 shared)
  (func (export "wasi_thread_start") (param i32 i32)
    (i32.store (i32.const 0x2000) (i32.const 1000))
    (i32.store (i32.const 0x2004) (i32.const 1))
    ;; A subscription: the monotonic clock, 50 ms.
    (i32.store (i32.const 0x3010) (i32.const 1))
    (i64.store (i32.const 0x3018) (i64.const 50000000))
    (loop $again
      (drop (call $poll (i32.const 0x3000) (i32.const 0x3100) (i32.const 1) (i32.const 0x3200)))
      (drop (call $write (i32.const 1) (i32.const 0x2000) (i32.const 1) (i32.const 0x2010)))
      (br $again)))
  (func (export "_start")
    (drop (call $spawn (i32.const 0)))
    (i32.store (i32.const 0) (i32.const 0x4000))
    (i32.store (i32.const 4) (i32.const 4096))
    (loop $again
      (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))
      (br $again))))
