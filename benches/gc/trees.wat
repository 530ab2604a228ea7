;; Binary trees: 20 GB of short-lived trees beside a tree of some 50 MB that lives as long as the program.
;; Prints nothing; traps if a tree is not whole.
(module
  (rec (type $node (struct (field $left (ref null $node)) (field $right (ref null $node)) (field $value i64))))

  ;; The long-lived tree.
  (global $kept (mut (ref null $node)) (ref.null $node))

  (func $make (param $depth i32) (param $value i64) (result (ref $node))
    (if (result (ref $node)) (local.get $depth)
      (then
        (struct.new $node
          (call $make (i32.sub (local.get $depth) (i32.const 1)) (i64.shl (local.get $value) (i64.const 1)))
          (call $make (i32.sub (local.get $depth) (i32.const 1)) (i64.or (i64.shl (local.get $value) (i64.const 1)) (i64.const 1)))
          (local.get $value)))
      (else (struct.new $node (ref.null $node) (ref.null $node) (local.get $value)))))

  (func $count (param $tree (ref null $node)) (result i32)
    (if (result i32) (ref.is_null (local.get $tree))
      (then (i32.const 0))
      (else
        (i32.add
          (i32.add (call $count (struct.get $node $left (local.get $tree))) (call $count (struct.get $node $right (local.get $tree))))
          (i32.const 1)))))

  (func $check (param $tree (ref null $node)) (param $depth i32)
    (if (i32.ne (call $count (local.get $tree)) (i32.sub (i32.shl (i32.const 2) (local.get $depth)) (i32.const 1)))
      (then unreachable)))

  ;; 2^21 - 1 nodes of 24 bytes are 50 MB.
  (func (export "_start")
    (local $round i32)
    (global.set $kept (call $make (i32.const 20) (i64.const 1)))
    ;; 2^14 nodes of 24 bytes in each round: 20 GB.
    (loop $rounds
      (call $check (call $make (i32.const 13) (i64.const 1)) (i32.const 13))
      (br_if $rounds
        (i32.lt_u
          (local.tee $round (i32.add (local.get $round) (i32.const 1)))
          (i32.const 50863))))
    (call $check (global.get $kept) (i32.const 20))))
