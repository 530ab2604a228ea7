;; `memory.fill` across the end.
(module $bulk (memory 1) (func $fill (param i32) (memory.fill (local.get 0) (i32.const 1) (i32.const 2))) (func (export "_start") (call $fill (i32.const 65535))))
