;; Grows two memories and a table in turn by 64 KiB, until none of them can. Ends with how often it could.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory $a (export "memory") 1 100)
  (memory $b 1 100)
  (table $t 1 20000 funcref)
  (func (export "_start") (local $times i32) (local $before i32)
    (loop $next
      (local.set $before (local.get $times))
      (local.set $times (i32.add (local.get $times)
        (i32.ne (memory.grow $a (i32.const 1)) (i32.const -1))))
      (local.set $times (i32.add (local.get $times)
        (i32.ne (memory.grow $b (i32.const 1)) (i32.const -1))))
      (local.set $times (i32.add (local.get $times)
        (i32.ne (table.grow $t (ref.null func) (i32.const 8192)) (i32.const -1))))
      (br_if $next (i32.ne (local.get $times) (local.get $before))))
    (call $exit (local.get $times))))
