;; A cast of an object of another type.
(module
  (type $a (sub (struct (field i32))))
  (type $b (sub $a (struct (field i32))))
  (func $made (result (ref $a)) (struct.new $a (i32.const 1)))
  (func $narrow (param (ref $a)) (result i32) (struct.get $b 0 (ref.cast (ref $b) (local.get 0))))
  (func $_start (export "_start") (drop (call $narrow (call $made)))))
