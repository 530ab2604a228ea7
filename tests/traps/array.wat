;; An element behind the end of an array.
(module
  (type $a (array (mut i32)))
  (func $element (param (ref $a) i32) (result i32) (array.get $a (local.get 0) (local.get 1)))
  (func $_start (export "_start")
    (drop (call $element (array.new_default $a (i32.const 3)) (i32.const 3)))))
