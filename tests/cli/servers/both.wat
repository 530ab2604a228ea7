;; A command, and a server whose instantiation calls a function with changing results.
(component
  (import "wasi:random/random@0.2.0" (instance $random
    (export "get-random-u64" (func (result u64)))))
  (import "wasi:http/types@0.2.0" (instance $types
    (export "incoming-request" (type (sub resource)))
    (export "response-outparam" (type (sub resource)))))
  (alias export $types "incoming-request" (type $request))
  (alias export $types "response-outparam" (type $outparam))
  (core func $random (canon lower (func $random "get-random-u64")))
  (core module $m
    (import "" "random" (func $random (result i64)))
    (global $chosen (mut i64) (i64.const 0))
    (func $choose (global.set $chosen (call $random)))
    (start $choose)
    (func (export "run") (result i32) (i32.const 0))
    (func (export "handle") (param i32 i32)))
  (core instance $m (instantiate $m (with "" (instance (export "random" (func $random))))))
  (func $run (result (result)) (canon lift (core func $m "run")))
  (instance $run (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $run))
  (func $handle (param "request" (own $request)) (param "response-out" (own $outparam))
    (canon lift (core func $m "handle")))
  (instance $handler (export "handle" (func $handle)))
  (export "wasi:http/incoming-handler@0.2.0" (instance $handler)))
