;; A function that throws and is called through a table, one that nothing calls, one that is imported and not called.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (tag $e)
  (table funcref (elem $throws))
  (func $throws (throw $e))
  (func $unused (throw $e))
  (func $quiet (param $limit i32) (local $i i32)
    (loop $rounds
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (loop $inner (drop (memory.grow (i32.const 0))) (br_if $inner (i32.const 0)))
      (br_if $rounds (i32.lt_u (local.get $i) (local.get $limit)))))
  (memory (export "memory") 1)
  (func $start (export "_start")
    (call $quiet (i32.const 3)) (call_indirect (i32.const 0)) (call $exit (i32.const 0))))
