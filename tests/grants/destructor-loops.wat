;; A destructor does not end.
(component
  (core module $destructor
    (func (export "destroy") (param i32) (loop $forever (br $forever))))
  (core instance $destructor (instantiate $destructor))
  (type $resource (resource (rep i32) (dtor (core func $destructor "destroy"))))
  (core func $new (canon resource.new $resource))
  (core func $drop (canon resource.drop $resource))
  (core module $main
    (import "" "new" (func $new (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (func (export "run") (result i32)
      (call $drop (call $new (i32.const 1)))
      (i32.const 0)))
  (core instance $main (instantiate $main
    (with "" (instance (export "new" (func $new)) (export "drop" (func $drop))))))
  (func $run (result (result)) (canon lift (core func $main "run")))
  (instance $command (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $command)))
