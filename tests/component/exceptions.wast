;; Exceptions do not leave a component instance; inside of it they are what they are in modules.

(component definition $throws
  (component $callee
    (core module $m
      (tag $t (param i32))
      (func (export "throws") (throw $t (i32.const 7)))
      (func (export "catches") (result i32)
        (block $caught (result i32)
          (try_table (catch $t $caught) (throw $t (i32.const 7)))
          (i32.const 0))))
    (core instance $m (instantiate $m))
    (func (export "throws") (canon lift (core func $m "throws")))
    (func (export "catches") (result u32) (canon lift (core func $m "catches"))))
  (instance $callee (instantiate $callee))
  (component $caller
    (import "c" (instance $c (export "throws" (func)) (export "catches" (func (result u32)))))
    (core func $throws (canon lower (func $c "throws")))
    (core func $catches (canon lower (func $c "catches")))
    (core module $m
      (import "" "throws" (func $throws))
      (import "" "catches" (func $catches (result i32)))
      (func (export "catches-all") (result i32)
        (block $caught
          (try_table (catch_all $caught) (call $throws))
          (return (i32.const 0)))
        (i32.const 1))
      (func (export "catches") (result i32) (call $catches)))
    (core instance $m (instantiate $m (with "" (instance (export "throws" (func $throws)) (export "catches" (func $catches))))))
    (func (export "catches-all") (result u32) (canon lift (core func $m "catches-all")))
    (func (export "catches") (result u32) (canon lift (core func $m "catches"))))
  (instance $caller (instantiate $caller (with "c" (instance $callee))))
  (export "throws" (func $callee "throws"))
  (export "catches-all" (func $caller "catches-all"))
  (export "catches" (func $caller "catches")))
(component instance $i $throws)
(assert_return (invoke "catches") (u32.const 7))
(assert_trap (invoke "catches-all") "uncaught exception propagated out of component")
