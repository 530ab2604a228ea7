;; Recursion without end in the program.
(module $stack
  (func $descend (param i64) (result i64)
    (i64.add (i64.const 1) (call $descend (i64.add (local.get 0) (i64.const 1)))))
  (func (export "_start") (drop (call $descend (i64.const 0)))))
