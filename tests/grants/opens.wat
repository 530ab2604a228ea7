;; Opens `f` of the first directory until that fails: 0 if it was for want of room (`mfile`) and after this many of 2^20 descriptors.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "f")
  (func (export "_start") (local $count i32) (local $errno i32)
    (loop $next
      (local.set $errno (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 1)
        (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 16)))
      (if (i32.eqz (local.get $errno))
        (then
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          (br $next))))
    (if (i32.ne (local.get $errno) (i32.const 33)) (then (call $exit (i32.const 1))))
    (if (i32.ne (local.get $count) (i32.const 1048572)) (then (call $exit (i32.const 2))))))
