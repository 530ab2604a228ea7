;; `run` has a function for after the return. Whether that was called is seen by how it ends.
(component
  (import "wasi:cli/exit@0.2.0" (instance $exit
    (export "exit" (func (param "status" (result))))))
  (core func $exit (canon lower (func $exit "exit")))
  (core module $m
    (import "" "exit" (func $exit (param i32)))
    (func (export "run") (result i32) (i32.const 0))
    (func (export "after") (param i32) (if (i32.eq (local.get 0) (i32.const 0)) (then unreachable)))
    (func (export "leaves") (param i32) (call $exit (i32.const 0))))
  (core instance $m (instantiate $m (with "" (instance (export "exit" (func $exit))))))
  (func $run (result (result)) (canon lift (core func $m "run") (post-return (core func $m "after"))))
  (instance $run (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $run)))
