;; A component calls one that is inside of it.
(component
  (component $inside
    (core module $m (func (export "f") (result i32) (i32.const 7)))
    (core instance $m (instantiate $m))
    (func (export "f") (result u32) (canon lift (core func $m "f"))))
  (instance $inside (instantiate $inside))
  (core func $f (canon lower (func $inside "f")))
  (core module $m
    (import "" "f" (func $f (result i32)))
    (func (export "f") (result i32) (call $f)))
  (core instance $m (instantiate $m (with "" (instance (export "f" (func $f))))))
  (func (export "f") (result u32) (canon lift (core func $m "f"))))
