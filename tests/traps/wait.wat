;; Only a shared memory can be waited on.
(module $wait
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (memory.atomic.wait32 (i32.const 8) (i32.const 1) (i64.const -1)))))
