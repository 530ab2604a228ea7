;; Types and fields: an array of expression nodes of four types is evaluated again and again, each by up to three casts. The
;; exit code is 0 if the sum is right.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (rec
    (type $node (sub (struct (field $count (mut i32)))))
    (type $one (sub final $node (struct (field (mut i32)) (field $value i32))))
    (type $sum (sub $node (struct (field (mut i32)) (field $left (ref $node)) (field $right (ref $node)))))
    (type $scaled (sub $sum (struct (field (mut i32)) (field (ref $node)) (field (ref $node)) (field $by i32)))))
  (type $nodes (array (mut (ref null $node))))

  (func $value (param $node (ref $node)) (result i32)
    (local $sum (ref null $sum))
    (struct.set $node $count (local.get $node) (i32.add (struct.get $node $count (local.get $node)) (i32.const 1)))
    (block $other (result (ref $node))
      (return (struct.get $one $value (br_on_cast_fail $other (ref $node) (ref $one) (local.get $node)))))
    (drop)
    (block $plain (result (ref $node))
      (br_on_cast_fail $plain (ref $node) (ref $scaled) (local.get $node))
      (return (i32.mul (struct.get $scaled $by) (i32.const 3))))
    (local.set $sum (ref.cast (ref $sum)))
    (i32.add
      (struct.get $node $count (struct.get $sum $left (local.get $sum)))
      (struct.get $one $value (ref.cast (ref $one) (struct.get $sum $right (local.get $sum))))))

  (func $make (param $i i32) (result (ref $node))
    (local $one (ref $one))
    (local.set $one (struct.new $one (i32.const 0) (local.get $i)))
    (if (i32.eqz (i32.rem_u (local.get $i) (i32.const 3))) (then (return (local.get $one))))
    (if (i32.eq (i32.rem_u (local.get $i) (i32.const 3)) (i32.const 1))
      (then (return (struct.new $scaled (i32.const 0) (local.get $one) (local.get $one) (local.get $i)))))
    (struct.new $sum (i32.const 0) (local.get $one) (local.get $one)))

  (func (export "_start")
    (local $nodes (ref $nodes)) (local $i i32) (local $round i32) (local $total i32)
    (local.set $nodes (array.new_default $nodes (i32.const 1000)))
    (loop $fill
      (array.set $nodes (local.get $nodes) (local.get $i) (call $make (local.get $i)))
      (br_if $fill (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000))))
    (loop $rounds
      (local.set $i (i32.const 0))
      (loop $each
        (local.set $total (i32.add (local.get $total)
          (call $value (ref.as_non_null (array.get $nodes (local.get $nodes) (local.get $i))))))
        (br_if $each (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000))))
      (br_if $rounds (i32.lt_u (local.tee $round (i32.add (local.get $round) (i32.const 1))) (i32.const 200000))))
    (call $exit (i32.ne (local.get $total) (i32.const -1136924544)))))
