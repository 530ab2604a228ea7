;; What is known of the value of a local that has no null holds for that local, not for others with the same value.
(module
  (type $f (func (result i32)))
  (func $one (type $f) (i32.const 1))
  (elem declare func $one)
  (func (export "behind") (param $take i32) (param $null i32) (result i32)
    (local $maybe (ref null $f))
    (local $sure (ref $f))
    (if (i32.eqz (local.get $null)) (then (local.set $maybe (ref.func $one))))
    (if (local.get $take)
      (then
        (local.set $sure (ref.as_non_null (local.get $maybe)))
        (drop (call_ref $f (local.get $sure)))))
    (call_ref $f (local.get $maybe))))
(assert_return (invoke "behind" (i32.const 0) (i32.const 0)) (i32.const 1))
(assert_return (invoke "behind" (i32.const 1) (i32.const 0)) (i32.const 1))
(assert_trap (invoke "behind" (i32.const 1) (i32.const 1)) "null reference")
(assert_trap (invoke "behind" (i32.const 0) (i32.const 1)) "null function reference")
