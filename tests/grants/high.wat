;; The first memory can grow so far that the addresses of the others are those of the system's stack.
(module
  (memory $wide (export "memory") i64 1)
  (memory $one 1 2)
  (memory $two 1 2)
  (func (export "_start")
    (i64.store $wide (i64.const 8) (i64.load $wide (i64.const 0)))
    (i64.store $wide (i64.const 24) (i64.load $wide (i64.const 16)))
    (i64.store $wide (i64.const 40) (i64.load $wide (i64.const 32)))
    (drop (memory.grow $wide (i64.const 1)))
    (drop (memory.grow $one (i32.const 1)))
    (drop (memory.grow $two (i32.const 1)))
    (i32.store $one (i32.const 8) (i32.load $one (i32.const 0)))
    (i32.store $two (i32.const 8) (i32.load $two (i32.const 0)))))
