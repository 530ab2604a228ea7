;; Makes 300,000 handles of which one lives at a time, then as many as may live at once, then one more.
(component
  (type $R (resource (rep i32)))
  (core func $new (canon resource.new $R))
  (core func $drop (canon resource.drop $R))
  (core module $m
    (import "" "new" (func $new (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (func $one_by_one (local $times i32)
      (loop $next
        (call $drop (call $new (i32.const 7)))
        (local.set $times (i32.add (local.get $times) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $times) (i32.const 300000)))))
    (func $at_once (local $times i32)
      (loop $next
        (drop (call $new (i32.const 7)))
        (local.set $times (i32.add (local.get $times) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $times) (i32.const 100000))))
      (call $drop (i32.const 5))
      (drop (call $new (i32.const 7))))
    (func $one_more
      (drop (call $new (i32.const 7))))
    (func (export "run") (result i32)
      (call $one_by_one)
      (call $at_once)
      (call $one_more)
      (i32.const 0)))
  (core instance $i (instantiate $m (with "" (instance
    (export "new" (func $new))
    (export "drop" (func $drop))))))
  (func $run (result (result)) (canon lift (core func $i "run")))
  (instance $command (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $command)))
