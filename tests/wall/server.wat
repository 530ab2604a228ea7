;; A server whose handler is replaced by machine code: its function `hole` is long enough for that.
;; `worker_holes.rs` replaces each line that has only a comment of one word.
(component
  (import "wasi:http/types@0.2.0" (instance $http
    (export "incoming-request" (type (sub resource)))
    (export "response-outparam" (type (sub resource)))))
  (alias export $http "incoming-request" (type $request))
  (alias export $http "response-outparam" (type $out))
  ;;imports
  (core module $memory (memory (export "memory") 1))
  (core instance $m (instantiate $memory))
  ;;lowered
  (core module $main
    ;;needs
    (import "m" "memory" (memory 1))
    (func $hole (export "handle") (param i32 i32)
      ;;calls
      ;;stores
    ))
  (core instance $i (instantiate $main
    ;;given
    (with "m" (instance $m))))
  (func $handle (param "request" (own $request)) (param "response-out" (own $out))
    (canon lift (core func $i "handle")))
  (component $handler
    (import "request" (type $request (sub resource)))
    (import "out" (type $out (sub resource)))
    (import "handle" (func $handle
      (param "request" (own $request)) (param "response-out" (own $out))))
    (export $r "incoming-request" (type $request))
    (export $o "response-outparam" (type $out))
    (export "handle" (func $handle)
      (func (param "request" (own $r)) (param "response-out" (own $o)))))
  (instance $exported (instantiate $handler
    (with "request" (type $request)) (with "out" (type $out)) (with "handle" (func $handle))))
  (export "wasi:http/incoming-handler@0.2.0" (instance $exported)))
