;; Arrays: a sieve in bytes, sums of integers, references moved between arrays. The exit code is 0 if the sums are right.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (type $bytes (array (mut i8)))
  (type $ints (array (mut i32)))
  (type $box (struct (field $value i32)))
  (type $boxes (array (mut (ref null $box))))
  (func $sieve (param $n i32) (result i32)
    (local $flags (ref $bytes)) (local $i i32) (local $j i32) (local $count i32)
    (local.set $flags (array.new_default $bytes (local.get $n)))
    (local.set $i (i32.const 2))
    (loop $each
      (if (i32.eqz (array.get_u $bytes (local.get $flags) (local.get $i)))
        (then
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          (local.set $j (i32.add (local.get $i) (local.get $i)))
          (block $done
            (loop $mark
              (br_if $done (i32.ge_u (local.get $j) (local.get $n)))
              (array.set $bytes (local.get $flags) (local.get $j) (i32.const 1))
              (local.set $j (i32.add (local.get $j) (local.get $i)))
              (br $mark)))))
      (br_if $each (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $count))
  (func $sum (param $ints (ref null $ints)) (result i32) (local $i i32) (local $sum i32)
    (loop $each
      (local.set $sum (i32.add (local.get $sum) (array.get $ints (local.get $ints) (local.get $i))))
      (br_if $each (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (array.len (local.get $ints)))))
    (local.get $sum))
  (func $reverse (param $from (ref $boxes)) (param $to (ref $boxes)) (local $i i32) (local $n i32)
    (local.set $n (array.len (local.get $from)))
    (loop $each
      (array.set $boxes (local.get $to) (local.get $i)
        (array.get $boxes (local.get $from) (i32.sub (i32.sub (local.get $n) (i32.const 1)) (local.get $i))))
      (br_if $each (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n)))))
  (func (export "_start") (local $i i32) (local $total i32) (local $ints (ref $ints)) (local $a (ref $boxes)) (local $b (ref $boxes))
    (loop $sieves
      (local.set $total (i32.add (local.get $total) (call $sieve (i32.const 1000000))))
      (br_if $sieves (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 20))))
    (local.set $ints (array.new $ints (i32.const 3) (i32.const 100000)))
    (local.set $i (i32.const 0))
    (loop $sums
      (local.set $total (i32.add (local.get $total) (call $sum (local.get $ints))))
      (br_if $sums (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2000))))
    (local.set $a (array.new $boxes (struct.new $box (i32.const 7)) (i32.const 100000)))
    (local.set $b (array.new_default $boxes (i32.const 100000)))
    (array.set $boxes (local.get $a) (i32.const 0) (struct.new $box (i32.const 9)))
    (local.set $i (i32.const 0))
    (loop $turns
      (call $reverse (local.get $a) (local.get $b))
      (array.copy $boxes $boxes (local.get $a) (i32.const 0) (local.get $b) (i32.const 0) (i32.const 100000))
      (br_if $turns (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 501))))
    (local.set $total (i32.add (local.get $total)
      (struct.get $box $value (array.get $boxes (local.get $a) (i32.const 99999)))))
    (call $exit (i32.ne (local.get $total) (i32.const 601569969)))))
