;; own: for wasmtime it is no trap: it ends with 1, and shows its own stack
;; An exception that leaves the start function.
(module $uncaught
  (tag $e)
  (func $begin try (throw $e) catch_all (rethrow 0) end)
  (start $begin)
  (func (export "_start")))
