;; A command that has `_initialize`, too: ends with 7 if both are called.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (global $status (mut i32) (i32.const 3))
  (func (export "_initialize") (global.set $status (i32.const 7)))
  (func (export "_start") (call $exit (global.get $status))))
