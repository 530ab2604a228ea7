(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (memory (export "memory") 1)
  (func $fails (param i32 i64 i64 i64 i64 i64 i64 i64) (result i32)
    (i32.load (i32.sub (local.get 0) (i32.const 1))))
  ;; Its frame is gone when `fails` runs.
  (func $gone (param i32) (result i32)
    (return_call $fails (local.get 0) (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4)
      (i64.const 5) (i64.const 6) (i64.const 7)))
  (func $to_host (result i32) (return_call $yield))
  (func $stays (param i32) (result i32)
    (i32.add (call $gone (local.get 0)) (i32.const 1)))
  (func (export "_start")
    (drop (call $stays (call $to_host)))))
