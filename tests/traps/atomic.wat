;; An atomic access to an address that is no multiple of its width.
(module $atomic
  (memory (export "memory") 1 1 shared)
  (func (export "_start")
    (drop (i32.atomic.rmw.add offset=2 (i32.const 4) (i32.const 1)))))
