;; Names of 1 to 70 bytes, in the middle of the memory and where it ends: what is behind a name is not a part of it, and
;; need not be there.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_filestat_get" (func $stat (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func $expect (param $name i32) (param $len i32) (param $errno i32)
    (if (i32.ne (local.get $errno)
          (call $stat (i32.const 3) (i32.const 0) (local.get $name) (local.get $len) (i32.const 64)))
      (then (call $exit (local.get $len)))))
  (func (export "_start") (local $len i32) (local $end i32)
    (memory.fill (i32.const 1024) (i32.const 97) (i32.const 100))
    (memory.fill (i32.const 65436) (i32.const 97) (i32.const 100))
    (loop $next
      (local.set $len (i32.add (local.get $len) (i32.const 1)))
      (local.set $end (i32.sub (i32.const 65536) (local.get $len)))
      (call $expect (i32.const 1024) (local.get $len) (i32.const 44))
      (call $expect (local.get $end) (local.get $len) (i32.const 44))
      ;; `oflags::creat`, the right to write.
      (if (call $open (i32.const 3) (i32.const 0) (i32.const 1024) (local.get $len) (i32.const 1)
            (i64.const 0x40) (i64.const 0) (i32.const 0) (i32.const 64))
        (then (call $exit (i32.const 100))))
      (call $expect (i32.const 1024) (local.get $len) (i32.const 0))
      (call $expect (local.get $end) (local.get $len) (i32.const 0))
      ;; Another name of this length is not there.
      (i32.store8 (i32.const 65535) (i32.const 98))
      (call $expect (local.get $end) (local.get $len) (i32.const 44))
      (i32.store8 (i32.const 65535) (i32.const 97))
      (br_if $next (i32.lt_u (local.get $len) (i32.const 70))))
    ;; What is empty may begin there.
    (call $expect (i32.const 65536) (i32.const 0) (i32.const 44))))
