;; What the collector must see: references in frames, globals, tables, arrays and structures of all ages, while others are made.

(module
  (rec (type $list (struct (field $next (mut (ref null $list))) (field $value (mut i32)))))
  (type $lists (array (mut (ref null $list))))
  (type $longs (array (mut i64)))
  (type $matrix (array (mut (ref null $lists))))

  (global $kept (mut (ref null $list)) (ref.null $list))
  (global $outside (mut externref) (ref.null extern))
  (table $fixed 100 (ref null $list))
  (table $growing 0 1000 anyref)

  (func $cons (param $value i32) (param $next (ref null $list)) (result (ref $list))
    (struct.new $list (local.get $next) (local.get $value)))

  ;; `count` lists of garbage.
  (func $garbage (param $count i32)
    (local $list (ref null $list))
    (if (local.get $count) (then
      (loop $more
        (local.set $list (call $cons (local.get $count) (local.get $list)))
        (br_if $more (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))))

  (func $range (param $count i32) (result (ref null $list))
    (local $list (ref null $list))
    (block $done
      (loop $more
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $list (call $cons (local.get $count) (local.get $list)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $more)))
    (local.get $list))

  (func $sum (param $list (ref null $list)) (result i32)
    (local $sum i32)
    (block $done
      (loop $more
        (br_if $done (ref.is_null (local.get $list)))
        (local.set $sum (i32.add (local.get $sum) (struct.get $list $value (local.get $list))))
        (local.set $list (struct.get $list $next (local.get $list)))
        (br $more)))
    (local.get $sum))

  (func (export "list") (param $count i32) (result i32)
    (local $list (ref null $list))
    (local.set $list (call $range (local.get $count)))
    (call $garbage (local.get $count))
    (call $sum (local.get $list)))

  ;; References in many frames, and on the operand stack of each.
  (func $deep (export "deep") (param $depth i32) (result i32)
    (local $own (ref $list))
    (local $rest i32)
    (local.set $own (call $cons (local.get $depth) (ref.null $list)))
    (if (result i32) (i32.eqz (local.get $depth))
      (then (call $garbage (i32.const 50)) (i32.const 0))
      (else
        (call $cons (i32.const 1) (local.get $own))
        (local.set $rest (call $deep (i32.sub (local.get $depth) (i32.const 1))))
        (call $garbage (i32.const 1))
        (struct.get $list $value (struct.get $list $next))
        (i32.add (local.get $rest)))))

  (func (export "global") (result i32)
    (global.set $kept (call $range (i32.const 10)))
    (global.set $outside (extern.convert_any (call $range (i32.const 4))))
    (call $garbage (i32.const 50))
    (i32.add
      (call $sum (global.get $kept))
      (call $sum (ref.cast (ref $list) (any.convert_extern (global.get $outside))))))
  (func (export "still") (result i32) (call $garbage (i32.const 50)) (call $sum (global.get $kept)))

  (func (export "tables") (result i32)
    (local $sum i32)
    (local $at i32)
    (loop $fill
      (table.set $fixed (local.get $at) (call $range (local.get $at)))
      (drop (table.grow $growing (call $range (local.get $at)) (i32.const 2)))
      (br_if $fill (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (i32.const 20))))
    (table.fill $fixed (i32.const 50) (call $range (i32.const 5)) (i32.const 10))
    (table.copy $growing $fixed (i32.const 0) (i32.const 50) (i32.const 5))
    (call $garbage (i32.const 50))
    (local.set $at (i32.const 0))
    (loop $read
      (local.set $sum (i32.add (local.get $sum) (call $sum (table.get $fixed (local.get $at)))))
      (local.set $sum (i32.add (local.get $sum)
        (call $sum (ref.cast (ref null $list) (table.get $growing (i32.mul (local.get $at) (i32.const 2)))))))
      (br_if $read (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (i32.const 20))))
    (i32.add (local.get $sum) (call $sum (table.get $fixed (i32.const 59)))))

  ;; An array that is older than what is stored into it.
  (func (export "old") (param $count i32) (result i32)
    (local $array (ref $lists))
    (local $matrix (ref $matrix))
    (local $at i32)
    (local $sum i32)
    (local.set $array (array.new_default $lists (local.get $count)))
    (local.set $matrix (array.new $matrix (local.get $array) (i32.const 3)))
    (call $garbage (i32.const 100))
    (loop $fill
      (array.set $lists (local.get $array) (local.get $at) (call $cons (local.get $at) (ref.null $list)))
      (call $garbage (i32.const 3))
      ;; And a structure likewise.
      (struct.set $list $next (array.get $lists (local.get $array) (local.get $at)) (call $cons (i32.const 1000) (ref.null $list)))
      (br_if $fill (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (local.get $count))))
    (array.copy $lists $lists (local.get $array) (i32.const 0) (local.get $array) (i32.const 5) (i32.const 5))
    (array.fill $lists (local.get $array) (i32.const 8) (call $cons (i32.const 7) (ref.null $list)) (i32.const 2))
    (call $garbage (i32.const 100))
    (local.set $at (i32.const 0))
    (local.set $array (ref.as_non_null (array.get $matrix (local.get $matrix) (i32.const 2))))
    (loop $read
      (local.set $sum (i32.add (local.get $sum) (call $sum (array.get $lists (local.get $array) (local.get $at)))))
      (br_if $read (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (local.get $count))))
    (local.get $sum))

  ;; An array that is not made in the nursery, but refers to what is there.
  (func (export "large") (param $count i32) (result i32)
    (local $array (ref $lists))
    (local.set $array (array.new $lists (call $range (i32.const 3)) (local.get $count)))
    (call $garbage (i32.const 100))
    (array.set $lists (local.get $array) (i32.sub (local.get $count) (i32.const 1)) (call $range (i32.const 4)))
    (call $garbage (i32.const 100))
    (i32.add
      (call $sum (array.get $lists (local.get $array) (i32.div_u (local.get $count) (i32.const 2))))
      (call $sum (array.get $lists (local.get $array) (i32.sub (local.get $count) (i32.const 1))))))

  ;; What is new is zero, also where something has been.
  (func (export "zero") (param $count i32) (result i64)
    (local $array (ref null $longs))
    (local $round i32)
    (local $at i32)
    (local $sum i64)
    (loop $rounds
      (local.set $array (array.new_default $longs (local.get $count)))
      (local.set $at (i32.const 0))
      (loop $read
        (local.set $sum (i64.or (local.get $sum) (array.get $longs (local.get $array) (local.get $at))))
        (array.set $longs (local.get $array) (local.get $at) (i64.const -1))
        (br_if $read (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (local.get $count))))
      (br_if $rounds (i32.lt_u (local.tee $round (i32.add (local.get $round) (i32.const 1))) (i32.const 30))))
    (local.get $sum))

  ;; No heap has room for it.
  (func (export "too-large") (param $count i32) (result i32)
    (array.len (array.new_default $longs (local.get $count)))))

(assert_return (invoke "list" (i32.const 200)) (i32.const 20100))
(assert_return (invoke "deep" (i32.const 100)) (i32.const 5050))
(assert_return (invoke "global") (i32.const 65))
(assert_return (invoke "still") (i32.const 55))
(assert_return (invoke "tables") (i32.const 2716))
(assert_return (invoke "old" (i32.const 100)) (i32.const 102972))
(assert_return (invoke "large" (i32.const 200000)) (i32.const 16))
(assert_return (invoke "zero" (i32.const 100)) (i64.const 0))
(assert_return (invoke "zero" (i32.const 70000)) (i64.const 0))
(assert_trap (invoke "too-large" (i32.const -1)) "out of memory")
(assert_trap (invoke "too-large" (i32.const 0x1fffffff)) "out of memory")
(assert_return (invoke "still") (i32.const 55))
