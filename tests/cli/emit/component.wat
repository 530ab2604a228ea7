;; A component that calls a small function of another.
(component
  (component $library
    (core module $m
      (func $double (export "double") (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1))))
    (core instance $m (instantiate $m))
    (func (export "double") (param "x" u32) (result u32) (canon lift (core func $m "double"))))
  (component $program
    (import "double" (func $double (param "x" u32) (result u32)))
    (core func $double (canon lower (func $double)))
    (core module $m
      (import "" "double" (func $double (param i32) (result i32)))
      (func $run (export "run") (result i32) (i32.ne (call $double (i32.const 2)) (i32.const 4))))
    (core instance $m (instantiate $m (with "" (instance (export "double" (func $double))))))
    (func (export "run") (result (result)) (canon lift (core func $m "run"))))
  (instance $library (instantiate $library))
  (instance $program (instantiate $program (with "double" (func $library "double"))))
  (instance $run (export "run" (func $program "run")))
  (export "wasi:cli/run@0.2.0" (instance $run)))
