;; own: for wasmtime it is no trap: it ends with 1, and shows its own stack
;; An exception that nothing catches, thrown again on its way.
(module $uncaught
  (tag $e (param i32))
  (func $inner (throw $e (i32.const 1)))
  (func $middle (block $h (result exnref) (try_table (catch_all_ref $h) (call $inner)) (return)) (throw_ref))
  (func (export "_start") (call $middle)))
