;; A server whose handler drops what it gets: no request has a response.
(component
  (import "wasi:http/types@0.2.0" (instance $types
    (export "incoming-request" (type (sub resource)))
    (export "response-outparam" (type (sub resource)))))
  (alias export $types "incoming-request" (type $request))
  (alias export $types "response-outparam" (type $outparam))
  (core func $drop-request (canon resource.drop $request))
  (core func $drop-outparam (canon resource.drop $outparam))
  (core module $m
    (import "" "drop-request" (func $drop-request (param i32)))
    (import "" "drop-outparam" (func $drop-outparam (param i32)))
    (func (export "handle") (param i32 i32)
      (call $drop-request (local.get 0))
      (call $drop-outparam (local.get 1))))
  (core instance $m (instantiate $m (with "" (instance
    (export "drop-request" (func $drop-request))
    (export "drop-outparam" (func $drop-outparam))))))
  (func $handle (param "request" (own $request)) (param "response-out" (own $outparam))
    (canon lift (core func $m "handle")))
  (instance $handler (export "handle" (func $handle)))
  (export "wasi:http/incoming-handler@0.2.0" (instance $handler)))
