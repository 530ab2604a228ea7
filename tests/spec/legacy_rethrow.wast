;; The legacy encoding of exceptions: `rethrow`, of the exception of the `catch` around it or of one further out.

(module
  (tag $a)
  (tag $b)
  (tag $i (param i32))
  (tag $pair (param i64 f64))
  (global $seen (mut i32) (i32.const 0))
  (func $throw-a (throw $a))
  (func $throw-i (param i32) (throw $i (local.get 0)))
  (func $throw-pair (throw $pair (i64.const 5) (f64.const 6)))
  ;; 1: $a, 2: $b, else $i.
  (func $throw (param i32)
    (if (i32.eq (local.get 0) (i32.const 1)) (then (throw $a)))
    (if (i32.eq (local.get 0) (i32.const 2)) (then (throw $b)))
    (throw $i (local.get 0)))
  (func $note (param i32) (global.set $seen (i32.add (i32.mul (global.get $seen) (i32.const 10)) (local.get 0))))
  (func (export "seen") (result i32) (global.get $seen) (global.set $seen (i32.const 0)))

  (func (export "catch") try (call $throw-a) catch $a (rethrow 0) end)
  (func (export "catch-here") try (throw $a) catch $a (rethrow 0) end)
  (func (export "catch-all") try (call $throw-a) catch_all (rethrow 0) end)
  (func (export "catch-all-here") try (throw $a) catch_all (rethrow 0) end)
  (func (export "if") (param i32) (result i32)
    try (result i32) (call $throw-a) (unreachable)
      catch $a (if (local.get 0) (then (rethrow 1))) (i32.const 1) end)
  (func (export "if-all") (param i32) (result i32)
    try (result i32) (call $throw-a) (unreachable)
      catch_all (if (local.get 0) (then (rethrow 1))) (i32.const 2) end)
  (func (export "payload") (param i32) (result i32)
    try (result i32) try (result i32) (call $throw-i (local.get 0)) (unreachable)
          catch $i (drop) (rethrow 0) end
      catch $i end)
  (func (export "payload-here") (param i32) (result i32)
    try (result i32) try (result i32) (throw $i (local.get 0))
          catch $i (drop) (rethrow 0) end
      catch $i end)
  (func (export "payload-of-all") (result i64 f64)
    try (result i64 f64) try (result i64 f64) (call $throw-pair) (unreachable)
          catch_all (rethrow 0) end
      catch $pair end)
  (func (export "payload-kept") (param i32) (result i32)
    try (result i32) try (result i32) (call $throw-i (local.get 0)) (unreachable)
          catch $i (local.set 0 (i32.add (i32.const 1))) (rethrow 0) end
      catch $i (i32.add (i32.mul (local.get 0) (i32.const 1000))) end)

  ;; To which handler it goes, by tag.
  (func (export "dispatch") (param i32) (result i32)
    try (result i32) try (result i32) try (result i32) (call $throw (local.get 0)) (unreachable)
              catch_all (rethrow 0) end
          catch $a (i32.const 10)
          catch $b (i32.const 20) end
      catch $b (i32.const 21)
      catch $i (i32.add (i32.const 30)) end)
  (func (export "dispatch-all") (param i32) (result i32)
    try (result i32) try (result i32) try (result i32) (call $throw (local.get 0)) (unreachable)
              catch_all (rethrow 0) end
          catch $a (i32.const 10)
          catch_all (i32.const 20) end
      catch $b (i32.const 21) end)
  (func (export "not-its-own") (param i32) (result i32)
    try (result i32) try (result i32) (call $throw (local.get 0)) (unreachable)
          catch $a (rethrow 0)
          catch $b (rethrow 0)
          catch_all (i32.const 5) end
      catch $a (i32.const 6)
      catch_all (i32.const 7) end)
  (func (export "to-caller") (param i32)
    try try (call $throw (local.get 0)) catch_all (rethrow 0) end
      catch $a end)

  ;; Of an outer `catch`.
  (func (export "outer") (result i32)
    try (result i32) try (result i32) (call $throw-i (i32.const 1)) (unreachable)
          catch $i (drop)
            try (result i32) (call $throw-i (i32.const 2)) (unreachable)
              catch $i (drop) (rethrow 1) end end
      catch $i end)
  (func (export "inner") (result i32)
    try (result i32) try (result i32) (call $throw-i (i32.const 1)) (unreachable)
          catch $i (drop)
            try (result i32) (call $throw-i (i32.const 2)) (unreachable)
              catch $i (drop) (rethrow 0) end end
      catch $i end)
  (func (export "outer-of-three") (param i32) (result i32)
    try (result i32) try $one (result i32) (call $throw-i (i32.const 1)) (unreachable)
          catch $i (drop)
            try $two (result i32) (call $throw-i (i32.const 2)) (unreachable)
              catch $i (drop)
                try $three (result i32) (call $throw-i (i32.const 3)) (unreachable)
                  catch_all
                    (block $c (block $b (block $a (br_table $a $b $c (local.get 0))) (rethrow $one)) (rethrow $two))
                    (rethrow $three) end end end
      catch $i end)
  (func (export "from-inner-try") (result i32)
    try (result i32) (call $throw-i (i32.const 4)) (unreachable)
      catch $i (drop)
        try (result i32) (rethrow 1)
          catch $i (i32.add (i32.const 100)) end end)
  (func (export "through-blocks") (result i32)
    try (result i32) try $t (call $throw-i (i32.const 8))
          catch_all (block (loop (if (i32.const 1) (then (rethrow $t))))) end
        (i32.const 0)
      catch $i end)

  ;; What is between.
  (func (export "cleanup") (param i32)
    try try try (call $throw (local.get 0)) catch_all (call $note (i32.const 1)) (rethrow 0) end
          catch_all (call $note (i32.const 2)) (rethrow 0) end
      catch $a (call $note (i32.const 3)) end)
  (func (export "once-more") (param i32) (result i32) (local i32)
    (loop $next (result i32)
      try (result i32) try (call $throw-i (local.get 0))
            catch $i (local.set 1 (i32.add (local.get 1))) (rethrow 0) end
          (i32.const 0)
        catch_all
          (br_if $next (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))
          (local.get 1) end))
  (func $again (param i32)
    (if (i32.eqz (local.get 0)) (then (throw $i (i32.const 9))))
    try (call $again (i32.sub (local.get 0) (i32.const 1))) catch_all (rethrow 0) end)
  (func (export "deep") (param i32) (result i32)
    try (result i32) (call $again (local.get 0)) (i32.const 0) catch $i end)
  (func (export "call-between") (result i32)
    try (result i32) try (call $throw-i (i32.const 6))
          catch $i (drop)
            try (call $throw-a) catch_all end
            (call $note (i32.const 4))
            (rethrow 0) end
        (i32.const 0)
      catch $i end)
  (func (export "unreached") (result i32)
    try (result i32) (i32.const 3) catch $a (rethrow 0) catch_all (rethrow 0) end)
  (func (export "behind-branch") (result i32)
    try $t (result i32) (throw $a)
      catch $a (br $t (i32.const 3)) (rethrow 0) end)
)

(assert_exception (invoke "catch"))
(assert_exception (invoke "catch-here"))
(assert_exception (invoke "catch-all"))
(assert_exception (invoke "catch-all-here"))
(assert_return (invoke "if" (i32.const 0)) (i32.const 1))
(assert_exception (invoke "if" (i32.const 1)))
(assert_return (invoke "if-all" (i32.const 0)) (i32.const 2))
(assert_exception (invoke "if-all" (i32.const 1)))
(assert_return (invoke "payload" (i32.const 11)) (i32.const 11))
(assert_return (invoke "payload-here" (i32.const 12)) (i32.const 12))
(assert_return (invoke "payload-of-all") (i64.const 5) (f64.const 6))
(assert_return (invoke "payload-kept" (i32.const 5)) (i32.const 6005))

(assert_return (invoke "dispatch" (i32.const 1)) (i32.const 10))
(assert_return (invoke "dispatch" (i32.const 2)) (i32.const 20))
(assert_return (invoke "dispatch" (i32.const 3)) (i32.const 33))
(assert_return (invoke "dispatch-all" (i32.const 1)) (i32.const 10))
(assert_return (invoke "dispatch-all" (i32.const 2)) (i32.const 20))
(assert_return (invoke "dispatch-all" (i32.const 3)) (i32.const 20))
(assert_return (invoke "not-its-own" (i32.const 1)) (i32.const 6))
(assert_return (invoke "not-its-own" (i32.const 2)) (i32.const 7))
(assert_return (invoke "not-its-own" (i32.const 3)) (i32.const 5))
(assert_return (invoke "to-caller" (i32.const 1)))
(assert_exception (invoke "to-caller" (i32.const 2)))

(assert_return (invoke "outer") (i32.const 1))
(assert_return (invoke "inner") (i32.const 2))
(assert_return (invoke "outer-of-three" (i32.const 0)) (i32.const 1))
(assert_return (invoke "outer-of-three" (i32.const 1)) (i32.const 2))
(assert_return (invoke "outer-of-three" (i32.const 2)) (i32.const 3))
(assert_return (invoke "from-inner-try") (i32.const 104))
(assert_return (invoke "through-blocks") (i32.const 8))

(assert_return (invoke "cleanup" (i32.const 1)))
(assert_return (invoke "seen") (i32.const 123))
(assert_exception (invoke "cleanup" (i32.const 2)))
(assert_return (invoke "seen") (i32.const 12))
(assert_return (invoke "once-more" (i32.const 100)) (i32.const 5050))
(assert_return (invoke "deep" (i32.const 0)) (i32.const 9))
(assert_return (invoke "deep" (i32.const 500)) (i32.const 9))
(assert_return (invoke "call-between") (i32.const 6))
(assert_return (invoke "seen") (i32.const 4))
(assert_return (invoke "unreached") (i32.const 3))
(assert_return (invoke "behind-branch") (i32.const 3))

(assert_invalid (module (func (rethrow 0))) "invalid rethrow label")
(assert_invalid (module (func (block (rethrow 0)))) "invalid rethrow label")
(assert_invalid (module (func try (rethrow 0) catch_all end)) "invalid rethrow label")
(assert_invalid (module (func try catch_all (rethrow 1) end)) "invalid rethrow label")
(assert_invalid (module (func try catch_all (block (rethrow 0)) end)) "invalid rethrow label")
(assert_invalid (module (func try catch_all try (rethrow 0) catch_all end end)) "invalid rethrow label")
