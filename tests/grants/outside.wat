;; Grows its memory, then reads outside of it: where, says the first letter of the first argument.
(module
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (memory (export "memory") 1 200)
  (func $end (result i32) (i32.shl (memory.size) (i32.const 16)))
  (func (export "_start") (local $which i32)
    (drop (call $args (i32.const 0) (i32.const 256)))
    (local.set $which (i32.load8_u (i32.load (i32.const 4))))
    (drop (memory.grow (i32.const 16)))
    (if (i32.eq (local.get $which) (i32.const 0x61)) ;; a: the first byte behind it
      (then (drop (i32.load8_u (call $end)))))
    (if (i32.eq (local.get $which) (i32.const 0x62)) ;; b: across its end
      (then (drop (i64.load (i32.sub (call $end) (i32.const 7))))))
    (if (i32.eq (local.get $which) (i32.const 0x63)) ;; c: a page further
      (then (drop (i32.load8_u offset=65536 (call $end)))))
    (if (i32.eq (local.get $which) (i32.const 0x64)) ;; d: at the end of what 32 bits reach
      (then (drop (i64.load (i32.const -8)))))
    (if (i32.eq (local.get $which) (i32.const 0x65)) ;; e: beyond that
      (then (drop (i64.load offset=0x7fff0000 (i32.const -1)))))
    (if (i32.eq (local.get $which) (i32.const 0x66)) ;; f: the last one inside
      (then (drop (i64.load (i32.sub (call $end) (i32.const 8))))))))
