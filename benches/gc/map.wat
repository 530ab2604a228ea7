;; A hash map of chained entries that lives as long as the program and changes all the time, some 50 MB of it: each operation replaces an
;; entry of a random key by a new one and makes some garbage. 20 GB in total.
;; Prints nothing; traps if an entry has not the key it should have.
(module
  (rec (type $entry (struct (field $next (mut (ref null $entry))) (field $key i32) (field $value (mut (ref null $box))))
       )
       (type $box (struct (field $number i64))))
  (rec (type $buckets (array (mut (ref null $entry)))))

  (global $map (mut (ref null $buckets)) (ref.null $buckets))
  (global $seed (mut i64) (i64.const 88172645463325252))

  ;; xorshift
  (func $random (result i32)
    (local $x i64)
    (local.set $x (global.get $seed))
    (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 13))))
    (local.set $x (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 7))))
    (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 17))))
    (global.set $seed (local.get $x))
    (i32.wrap_i64 (i64.shr_u (local.get $x) (i64.const 20))))

  (func $find (param $key i32) (result (ref null $entry))
    (local $entry (ref null $entry))
    (local.set $entry (array.get $buckets (global.get $map) (i32.and (local.get $key) (i32.const 0xfffff))))
    (block $done
      (loop $search
        (br_if $done (ref.is_null (local.get $entry)))
        (br_if $done (i32.eq (struct.get $entry $key (local.get $entry)) (local.get $key)))
        (local.set $entry (struct.get $entry $next (local.get $entry)))
        (br $search)))
    (local.get $entry))

  ;; Puts an entry in front of its bucket.
  (func $insert (param $key i32)
    (local $bucket i32)
    (local.set $bucket (i32.and (local.get $key) (i32.const 0xfffff)))
    (array.set $buckets (global.get $map) (local.get $bucket)
      (struct.new $entry
        (array.get $buckets (global.get $map) (local.get $bucket))
        (local.get $key)
        (struct.new $box (i64.extend_i32_u (local.get $key))))))

  ;; Takes the first entry out of a bucket, if there is one.
  (func $remove (param $key i32)
    (local $entry (ref null $entry))
    (local $bucket i32)
    (local.set $bucket (i32.and (local.get $key) (i32.const 0xfffff)))
    (local.set $entry (array.get $buckets (global.get $map) (local.get $bucket)))
    (if (i32.eqz (ref.is_null (local.get $entry)))
      (then (array.set $buckets (global.get $map) (local.get $bucket) (struct.get $entry $next (local.get $entry))))))

  ;; Some garbage: a list of a few boxes.
  (func $garbage (result i64)
    (local $list (ref null $entry))
    (local $left i32)
    (local.set $left (i32.const 10))
    (loop $more
      (local.set $list (struct.new $entry (local.get $list) (local.get $left) (struct.new $box (i64.const 1))))
      (br_if $more (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (struct.get $box $number (struct.get $entry $value (local.get $list))))

  (func (export "_start")
    (local $step i32)
    (local $key i32)
    (local $entry (ref null $entry))
    (global.set $map (array.new_default $buckets (i32.const 0x100000)))
    ;; 1.1 million entries of 24 bytes with boxes of 16, and the buckets' 4 MB: 48 MB.
    (loop $fill
      (call $insert (call $random))
      (br_if $fill (i32.lt_u (local.tee $step (i32.add (local.get $step) (i32.const 1))) (i32.const 1100000))))
    (local.set $step (i32.const 0))
    ;; 400 bytes of garbage and 40 of the map for each step: 20 GB.
    (loop $steps
      (local.set $key (call $random))
      (call $remove (local.get $key))
      (call $insert (local.get $key))
      (local.set $entry (call $find (local.get $key)))
      (if (i64.ne (struct.get $box $number (struct.get $entry $value (local.get $entry))) (i64.extend_i32_u (local.get $key)))
        (then unreachable))
      ;; Now and then a value is replaced where it is.
      (struct.set $entry $value (local.get $entry) (struct.new $box (i64.extend_i32_u (local.get $key))))
      (if (i64.ne (call $garbage) (i64.const 1)) (then unreachable))
      (br_if $steps (i32.lt_u (local.tee $step (i32.add (local.get $step) (i32.const 1))) (i32.const 44000000))))))
