;; Its handler has another type.
(component
  (core module $m (func (export "handle") (param i32)))
  (core instance $m (instantiate $m))
  (func $handle (param "request" u32) (canon lift (core func $m "handle")))
  (instance $handler (export "handle" (func $handle)))
  (export "wasi:http/incoming-handler@0.2.0" (instance $handler)))
