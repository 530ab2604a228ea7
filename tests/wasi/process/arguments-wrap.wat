;; The memory has 4 GiB, and the last argument begins where it ends: that is no address, and not 0.
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $get (param i32 i32) (result i32)))
  (memory (export "memory") 65536)
  (func (export "_start")
    (drop (call $sizes (i32.const 0) (i32.const 4)))
    ;; The last argument, `x`, takes 2 bytes.
    (drop (call $get (i32.const 8) (i32.sub (i32.const 2) (i32.load (i32.const 4)))))))
