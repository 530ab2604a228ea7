;; `table.set` behind the end.
(module $bulk (table 1 funcref) (func $set (param i32) (table.set (local.get 0) (ref.null func))) (func (export "_start") (call $set (i32.const 65535))))
