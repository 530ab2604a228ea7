;; Lists of a fixed length: like tuples of one type, without address or length. Between component instances: there is no text for
;; one that is a parameter of `--invoke`.

(component
  (component $callee
    (core module $m
      (memory (export "memory") 1)
      (func (export "swap") (param i32 i32 i32 i32) (result i32)
        (i32.store16 (i32.const 16) (local.get 3))
        (i32.store16 (i32.const 18) (local.get 2))
        (i32.store16 (i32.const 20) (local.get 1))
        (i32.store16 (i32.const 22) (local.get 0))
        (i32.const 16)))
    (core instance $m (instantiate $m))
    (func (export "swap") (param "x" (list (list u16 2) 2)) (result (list (list u16 2) 2))
      (canon lift (core func $m "swap") (memory (core memory $m "memory")))))
  (instance $callee (instantiate $callee))
  (component $caller
    (import "swap" (func $swap (param "x" (list (list u16 2) 2)) (result (list (list u16 2) 2))))
    (core module $libc (memory (export "memory") 1))
    (core instance $libc (instantiate $libc))
    (core func $swap (canon lower (func $swap) (memory (core memory $libc "memory"))))
    (core module $m
      (import "" "memory" (memory 1))
      (import "" "swap" (func $swap (param i32 i32 i32 i32 i32)))
      (func (export "f") (result i64)
        (call $swap (i32.const 0x10001) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 32))
        (i64.load (i32.const 32))))
    (core instance $m (instantiate $m (with "" (instance (export "memory" (memory $libc "memory")) (export "swap" (func $swap))))))
    (func (export "f") (result u64) (canon lift (core func $m "f"))))
  (instance $caller (instantiate $caller (with "swap" (func $callee "swap"))))
  (export "f" (func $caller "f")))
(assert_return (invoke "f") (u64.const 0x0001000200030004))

;; More than 16 flat values, and a result, in memory.
(component
  (component $callee
    (core module $m
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
      (func (export "f") (param i32) (result i32)
        (i32.store8 (local.get 0) (i32.add (i32.load8_u offset=19 (local.get 0)) (i32.const 1)))
        (i32.add (local.get 0) (i32.const 16))))
    (core instance $m (instantiate $m))
    (func (export "f") (param "x" (list s8 20)) (result (list (tuple u8 u8) 2))
      (canon lift (core func $m "f") (memory (core memory $m "memory")) (realloc (core func $m "realloc")))))
  (instance $callee (instantiate $callee))
  (component $caller
    (import "f" (func $f (param "x" (list s8 20)) (result (list (tuple u8 u8) 2))))
    (core module $libc (memory (export "memory") 1))
    (core instance $libc (instantiate $libc))
    (core func $f (canon lower (func $f) (memory (core memory $libc "memory"))))
    (core module $m
      (import "" "memory" (memory 1))
      (import "" "f" (func $f (param i32 i32)))
      (data (i32.const 100) "abcdefghijklmnopqrst")
      (func (export "f") (result i32)
        (call $f (i32.const 100) (i32.const 32))
        (i32.load (i32.const 32))))
    (core instance $m (instantiate $m (with "" (instance (export "memory" (memory $libc "memory")) (export "f" (func $f))))))
    (func (export "f") (result u32) (canon lift (core func $m "f"))))
  (instance $caller (instantiate $caller (with "f" (func $callee "f"))))
  (export "f" (func $caller "f")))
(assert_return (invoke "f") (u32.const 0x74737271))
