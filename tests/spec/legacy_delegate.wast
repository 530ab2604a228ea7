;; The legacy encoding of exceptions: `delegate`, to every kind of frame.

(module
  (tag $a)
  (tag $b)
  (tag $i (param i32))
  (table funcref (elem $throw-a $nothing))
  (func $nothing)
  (func $throw-a (throw $a))
  ;; 0: nothing, 1: $a, 2: $b, 3: a trap, else $i.
  (func $throw (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 100))))
    (if (i32.eq (local.get 0) (i32.const 1)) (then (throw $a)))
    (if (i32.eq (local.get 0) (i32.const 2)) (then (throw $b)))
    (if (i32.eq (local.get 0) (i32.const 3)) (then unreachable))
    (throw $i (local.get 0)))

  (func (export "to-try") (param i32) (result i32)
    try $t (result i32) try (result i32) (call $throw (local.get 0)) delegate $t
      catch $a (i32.const 1)
      catch $i end)
  (func (export "to-try-here") (param i32) (result i32)
    try $t (result i32) try (result i32) (if (local.get 0) (then (throw $a))) (i32.const 7) delegate $t
      catch $a (i32.const 1) end)
  (func (export "skip-one") (param i32) (result i32)
    try $t (result i32) try (result i32) try (result i32) (call $throw (local.get 0)) delegate $t
          catch_all (i32.const 50) end
      catch $a (i32.const 1)
      catch_all (i32.const 2) end)
  (func (export "skip-one-here") (result i32)
    try $t (result i32) try (result i32) try (result i32) (throw $a) delegate $t
          catch_all (i32.const 50) end
      catch $a (i32.const 1) end)
  (func (export "skip-two") (param i32) (result i32)
    try $t (result i32) try (result i32) try (result i32) try (result i32) (call $throw (local.get 0)) delegate 2
              catch $a (i32.const 50) end
          catch_all (i32.const 51) end
      catch $a (i32.const 1)
      catch_all (i32.const 2) end)
  (func (export "skip-to-caller") (param i32) (result i32)
    try (result i32) try (result i32) (call $throw (local.get 0)) delegate 1
      catch_all (i32.const 50) end)
  (func (export "skip-to-caller-here")
    try try (throw $a) delegate 1 catch_all end)
  (func (export "to-caller") (param i32) (result i32)
    try (result i32) (call $throw (local.get 0)) delegate 0)
  (func $inner (param i32) (result i32)
    try (result i32) try (result i32) (call $throw (local.get 0)) delegate 1
      catch_all (i32.const 50) end)
  (func (export "caller-catches") (param i32) (result i32)
    try (result i32) (call $inner (local.get 0)) catch $a (i32.const 1) catch $i end)

  (func (export "to-block") (param i32) (result i32)
    try (result i32) (block $b (result i32)
          try (result i32) (call $throw (local.get 0)) delegate $b)
      catch_all (i32.const 1) end)
  (func (export "to-loop") (param i32) (result i32)
    try (result i32) (loop $l (result i32)
          try (result i32) (call $throw (local.get 0)) delegate $l)
      catch_all (i32.const 1) end)
  (func (export "to-if") (param i32) (result i32)
    try (result i32) (if $c (result i32) (local.get 0)
          (then try (result i32) (call $throw (local.get 0)) delegate $c)
          (else (i32.const 9)))
      catch_all (i32.const 1) end)
  (func (export "to-block-outside") (param i32) (result i32)
    try (result i32) (block $b (result i32)
          try (result i32) try (result i32) (call $throw (local.get 0)) delegate $b
            catch_all (i32.const 50) end)
      catch $a (i32.const 1)
      catch_all (i32.const 2) end)
  (func (export "to-block-inside") (param i32) (result i32)
    try (result i32) try (result i32) (block $b (result i32)
              try (result i32) (call $throw (local.get 0)) delegate $b)
          catch $a (i32.const 3) end
      catch $a (i32.const 1)
      catch_all (i32.const 2) end)

  ;; To the `catch` that it is in: what is around that.
  (func (export "to-catch") (param i32) (result i32)
    try (result i32) try $t (result i32) (call $throw-a) (unreachable)
          catch $a try (result i32) (call $throw (local.get 0)) delegate $t
          catch_all (i32.const 50) end
      catch $a (i32.const 1)
      catch_all (i32.const 2) end)
  (func (export "to-catch-all") (param i32) (result i32)
    try (result i32) try $t (result i32) (call $throw-a) (unreachable)
          catch_all try (result i32) (call $throw (local.get 0)) delegate $t end
      catch $a (i32.const 1)
      catch_all (i32.const 2) end)
  (func (export "out-of-catch") (param i32) (result i32)
    try $far (result i32) try (result i32) try (result i32) (call $throw-a) (unreachable)
              catch $a try (result i32) (call $throw (local.get 0)) delegate $far end
          catch_all (i32.const 50) end
      catch $a (i32.const 1)
      catch_all (i32.const 2) end)
  (func (export "rethrow-in") (result i32)
    try (result i32) try (result i32) (throw $i (i32.const 5))
          catch $i (drop) try (result i32) (rethrow 1) delegate 0 end
      catch $i end)

  ;; One after the other.
  (func (export "chain") (param i32) (result i32)
    try $t3 (result i32) try $t2 (result i32) try $t1 (result i32) try $t0 (result i32) try (result i32) (call $throw (local.get 0)) delegate $t1
                  catch_all (i32.const 50) end
              delegate $t3
          catch_all (i32.const 51) end
      catch $a (i32.const 1)
      catch_all (i32.const 2) end)
  (func (export "chain-here") (result i32)
    try $t3 (result i32) try $t2 (result i32) try $t1 (result i32) try $t0 (result i32) try (result i32) (throw $a) delegate $t1
                  catch_all (i32.const 50) end
              delegate $t3
          catch_all (i32.const 51) end
      catch $a (i32.const 1) end)
  (func (export "chain-to-caller") (param i32) (result i32)
    try (result i32) try $t (result i32) try (result i32) try (result i32) (call $throw (local.get 0)) delegate $t
              catch_all (i32.const 50) end
          delegate 1
      catch_all (i32.const 51) end)
  (func (export "two-in-one") (param i32 i32) (result i32)
    try $t (result i32) try (result i32) try (result i32) (call $throw (local.get 0)) delegate $t (drop)
            (call $throw (local.get 1))
          catch $a (i32.const 1)
          catch_all (i32.const 2) end
      catch $a (i32.const 3)
      catch_all (i32.const 4) end)
  (func (export "catch-in-delegate") (param i32) (result i32)
    try $t (result i32) try (result i32) try (result i32) (call $throw (local.get 0)) catch $b (i32.const 8) end
          delegate $t
      catch $a (i32.const 1) end)

  ;; Values and branches.
  (func (export "params") (param i32) (result i32)
    (local.get 0)
    try (param i32) (result i32) (i32.add (i32.const 1)) delegate 0)
  (func (export "below-stay") (param i32) (result i32)
    try $t (result i32) (i32.const 1000)
        try (result i32) (call $throw (local.get 0)) delegate $t
        (i32.add)
      catch $a (i32.const 1) end)
  (func (export "br-out") (result i32)
    (block $out (result i32)
      try (result i32) (br $out (i32.const 4)) (throw $a) delegate $out
      (drop) (i32.const 5)))
  (func (export "br-to-end") (result i32)
    try $t (result i32) (br $t (i32.const 4)) (throw $a) delegate 0)
  (func (export "br-if") (param i32) (result i32)
    try $outer (result i32) try $t (result i32) (drop (br_if $t (i32.const 4) (local.get 0))) (call $throw-a) (i32.const 5)
          delegate $outer
      catch $a (i32.const 6) end)
  (func (export "loop") (param i32) (result i32) (local i32)
    try $t (result i32) (loop $next (result i32)
          try (local.set 1 (i32.add (local.get 1) (i32.const 1)))
              (if (i32.eq (local.get 1) (local.get 0)) (then (throw $i (local.get 1))))
            delegate $t
          (br $next))
      catch $i end)
  (func (export "indirect") (param i32) (result i32)
    try $t (result i32) try (result i32) try (call_indirect (local.get 0)) delegate $t (i32.const 1)
          catch_all (i32.const 50) end
      catch $a (i32.const 2) end)
  (func (export "return-call")
    try $t try (return_call $throw-a) delegate $t catch_all end)
  (func (export "return") (result i32)
    try $t try (return (i32.const 3)) delegate $t catch_all end (i32.const 4))
  (func (export "unreachable-delegate") (result i32)
    (block $out (result i32)
      (br $out (i32.const 2))
      try (result i32) try (result i32) (throw $a) delegate 0 delegate 0))
  (func (export "trap") (param i32) (result i32)
    try $t (result i32) try (result i32) (call $throw (local.get 0)) delegate $t catch_all (i32.const 1) end)
)

(assert_return (invoke "to-try" (i32.const 0)) (i32.const 100))
(assert_return (invoke "to-try" (i32.const 1)) (i32.const 1))
(assert_exception (invoke "to-try" (i32.const 2)))
(assert_return (invoke "to-try" (i32.const 9)) (i32.const 9))
(assert_return (invoke "to-try-here" (i32.const 0)) (i32.const 7))
(assert_return (invoke "to-try-here" (i32.const 1)) (i32.const 1))
(assert_return (invoke "skip-one" (i32.const 0)) (i32.const 100))
(assert_return (invoke "skip-one" (i32.const 1)) (i32.const 1))
(assert_return (invoke "skip-one" (i32.const 2)) (i32.const 2))
(assert_return (invoke "skip-one-here") (i32.const 1))
(assert_return (invoke "skip-two" (i32.const 1)) (i32.const 1))
(assert_return (invoke "skip-two" (i32.const 2)) (i32.const 2))
(assert_return (invoke "skip-to-caller" (i32.const 0)) (i32.const 100))
(assert_exception (invoke "skip-to-caller" (i32.const 1)))
(assert_exception (invoke "skip-to-caller-here"))
(assert_return (invoke "to-caller" (i32.const 0)) (i32.const 100))
(assert_exception (invoke "to-caller" (i32.const 1)))
(assert_return (invoke "caller-catches" (i32.const 0)) (i32.const 100))
(assert_return (invoke "caller-catches" (i32.const 1)) (i32.const 1))
(assert_exception (invoke "caller-catches" (i32.const 2)))
(assert_return (invoke "caller-catches" (i32.const 6)) (i32.const 6))

(assert_return (invoke "to-block" (i32.const 0)) (i32.const 100))
(assert_return (invoke "to-block" (i32.const 1)) (i32.const 1))
(assert_return (invoke "to-loop" (i32.const 0)) (i32.const 100))
(assert_return (invoke "to-loop" (i32.const 1)) (i32.const 1))
(assert_return (invoke "to-if" (i32.const 0)) (i32.const 9))
(assert_return (invoke "to-if" (i32.const 1)) (i32.const 1))
(assert_return (invoke "to-block-outside" (i32.const 1)) (i32.const 1))
(assert_return (invoke "to-block-outside" (i32.const 2)) (i32.const 2))
(assert_return (invoke "to-block-inside" (i32.const 1)) (i32.const 3))
(assert_return (invoke "to-block-inside" (i32.const 2)) (i32.const 2))

(assert_return (invoke "to-catch" (i32.const 0)) (i32.const 100))
(assert_return (invoke "to-catch" (i32.const 1)) (i32.const 1))
(assert_return (invoke "to-catch" (i32.const 2)) (i32.const 2))
(assert_return (invoke "to-catch-all" (i32.const 1)) (i32.const 1))
(assert_return (invoke "to-catch-all" (i32.const 2)) (i32.const 2))
(assert_return (invoke "out-of-catch" (i32.const 0)) (i32.const 100))
(assert_return (invoke "out-of-catch" (i32.const 1)) (i32.const 1))
(assert_return (invoke "out-of-catch" (i32.const 2)) (i32.const 2))
(assert_return (invoke "rethrow-in") (i32.const 5))

(assert_return (invoke "chain" (i32.const 0)) (i32.const 100))
(assert_return (invoke "chain" (i32.const 1)) (i32.const 1))
(assert_return (invoke "chain" (i32.const 2)) (i32.const 2))
(assert_return (invoke "chain-here") (i32.const 1))
(assert_return (invoke "chain-to-caller" (i32.const 0)) (i32.const 100))
(assert_exception (invoke "chain-to-caller" (i32.const 1)))
(assert_return (invoke "two-in-one" (i32.const 0) (i32.const 0)) (i32.const 100))
(assert_return (invoke "two-in-one" (i32.const 0) (i32.const 1)) (i32.const 1))
(assert_return (invoke "two-in-one" (i32.const 0) (i32.const 2)) (i32.const 2))
(assert_return (invoke "two-in-one" (i32.const 1) (i32.const 0)) (i32.const 3))
(assert_return (invoke "two-in-one" (i32.const 2) (i32.const 0)) (i32.const 4))
(assert_return (invoke "catch-in-delegate" (i32.const 1)) (i32.const 1))
(assert_return (invoke "catch-in-delegate" (i32.const 2)) (i32.const 8))
(assert_exception (invoke "catch-in-delegate" (i32.const 4)))

(assert_return (invoke "params" (i32.const 2)) (i32.const 3))
(assert_return (invoke "below-stay" (i32.const 0)) (i32.const 1100))
(assert_return (invoke "below-stay" (i32.const 1)) (i32.const 1))
(assert_return (invoke "br-out") (i32.const 4))
(assert_return (invoke "br-to-end") (i32.const 4))
(assert_return (invoke "br-if" (i32.const 1)) (i32.const 4))
(assert_return (invoke "br-if" (i32.const 0)) (i32.const 6))
(assert_return (invoke "loop" (i32.const 20)) (i32.const 20))
(assert_return (invoke "indirect" (i32.const 0)) (i32.const 2))
(assert_return (invoke "indirect" (i32.const 1)) (i32.const 1))
(assert_trap (invoke "indirect" (i32.const 2)) "undefined element")
(assert_exception (invoke "return-call"))
(assert_return (invoke "return") (i32.const 3))
(assert_return (invoke "unreachable-delegate") (i32.const 2))
(assert_trap (invoke "trap" (i32.const 3)) "unreachable")
(assert_return (invoke "trap" (i32.const 1)) (i32.const 1))

(assert_invalid (module (func try  delegate 1)) "unknown label")
(assert_invalid (module (func (block try  delegate 3))) "unknown label")
(assert_invalid (module (func (result i32) try (result i32)  delegate 0)) "type mismatch")
(assert_invalid (module (func (result i32) try (result i32) (i64.const 42) delegate 0)) "type mismatch")
