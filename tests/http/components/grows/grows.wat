;; A handler with a second memory, which has no pages at first: it traps unless that is still so, and
;; what it grows by holds zeros. Otherwise it is that of tiny.wat: it answers 200 and "hello".
(module
  (import "wasi:http/types@0.2.0" "[constructor]fields" (func $fields (result i32)))
  (import "wasi:http/types@0.2.0" "[constructor]outgoing-response"
    (func $outgoing_response (param i32) (result i32)))
  (import "wasi:http/types@0.2.0" "[method]outgoing-response.body"
    (func $body (param i32 i32)))
  (import "wasi:http/types@0.2.0" "[method]outgoing-body.write" (func $write (param i32 i32)))
  (import "wasi:http/types@0.2.0" "[static]outgoing-body.finish"
    (func $finish (param i32 i32 i32 i32)))
  (import "wasi:http/types@0.2.0" "[static]response-outparam.set"
    (func $set (param i32 i32 i32 i32 i64 i32 i32 i32 i32)))
  (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush"
    (func $blocking_write_and_flush (param i32 i32 i32 i32)))
  (import "wasi:io/streams@0.2.0" "[resource-drop]output-stream"
    (func $drop_output_stream (param i32)))

  (memory (export "memory") 1)
  (memory $empty 0)
  (data (i32.const 0) "hello\n")

  ;; Results are written to the address 64: a result's discriminant, and its handle 4 bytes later.
  (func (export "wasi:http/incoming-handler@0.2.0#handle") (param $request i32) (param $out i32)
    (local $response i32) (local $body i32) (local $stream i32)
    (call $grow)
    (local.set $response (call $outgoing_response (call $fields)))
    (call $body (local.get $response) (i32.const 64))
    (local.set $body (call $handle))
    (call $set (local.get $out) (i32.const 0) (local.get $response)
      (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
    (call $write (local.get $body) (i32.const 64))
    (local.set $stream (call $handle))
    (call $blocking_write_and_flush
      (local.get $stream) (i32.const 0) (i32.const 6) (i32.const 64))
    (if (i32.load8_u (i32.const 64)) (then (unreachable)))
    (call $drop_output_stream (local.get $stream))
    (call $finish (local.get $body) (i32.const 0) (i32.const 0) (i32.const 64))
    (if (i32.load8_u (i32.const 64)) (then (unreachable))))

  (func $grow
    (if (memory.size $empty) (then (unreachable)))
    (if (memory.grow $empty (i32.const 2)) (then (unreachable)))
    (if (i32.load8_u $empty (i32.const 0)) (then (unreachable)))
    (if (i32.load8_u $empty (i32.const 131071)) (then (unreachable)))
    (i32.store8 $empty (i32.const 0) (i32.const 1))
    (i32.store8 $empty (i32.const 131071) (i32.const 1)))

  ;; The handle of the result at 64, which must be ok.
  (func $handle (result i32)
    (if (i32.load8_u (i32.const 64)) (then (unreachable)))
    (i32.load (i32.const 68)))

  ;; For the words of an error only: nothing is freed.
  (global $next (mut i32) (i32.const 1024))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (local $start i32)
    (local.set $start
      (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
    (global.set $next (i32.add (local.get $start) (local.get 3)))
    (local.get $start))
)
