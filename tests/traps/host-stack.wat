;; Recursion without end that also calls the host each time: the host must not run out of stack.
(module $host
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $descend (param i64) (result i64)
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 64)))
    (i64.add (i64.const 1) (call $descend (i64.add (local.get 0) (i64.const 1)))))
  (func (export "_start") (drop (call $descend (i64.const 0)))))
