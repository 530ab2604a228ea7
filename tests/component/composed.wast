;; Components in components: instances whose imports others satisfy, modules and components that are instantiated more than once,
;; aliases through several levels, adapters from one to the next.

;; A module instantiated twice has its state twice, and so has a component.
(component definition $state
  (component $counter
    (core module $m
      (global $n (mut i32) (i32.const 0))
      (memory 1)
      (func (export "next") (result i32)
        (global.set $n (i32.add (global.get $n) (i32.const 1)))
        (i32.store8 (i32.const 8) (i32.add (i32.load8_u (i32.const 8)) (i32.const 10)))
        (i32.add (global.get $n) (i32.load8_u (i32.const 8)))))
    (core instance $a (instantiate $m))
    (core instance $b (instantiate $m))
    (func (export "a") (result u32) (canon lift (core func $a "next")))
    (func (export "b") (result u32) (canon lift (core func $b "next"))))
  (instance $x (instantiate $counter))
  (instance $y (instantiate $counter))
  (export "xa" (func $x "a"))
  (export "xb" (func $x "b"))
  (export "ya" (func $y "a"))
  ;; The same instance, by another name.
  (export "again" (func $x "a")))
(component instance $i $state)
(assert_return (invoke "xa") (u32.const 11))
(assert_return (invoke "xa") (u32.const 22))
(assert_return (invoke "xb") (u32.const 11))
(assert_return (invoke "ya") (u32.const 11))
(assert_return (invoke "again") (u32.const 33))
(assert_return (invoke "xa") (u32.const 44))

;; A chain of three: text goes through instances of three encodings, each of which appends a character.
(component
  (component $end
    (core module $m
      (memory (export "memory") 1)
      (global $next (mut i32) (i32.const 1024))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (memory.copy (global.get $next) (local.get 0) (local.get 1))
        (global.get $next)
        (global.set $next (i32.and (i32.add (i32.add (global.get $next) (local.get 3)) (i32.const 8)) (i32.const -8))))
      (func (export "f") (param i32 i32) (result i32)
        (i32.store8 (i32.add (local.get 0) (local.get 1)) (i32.const 0x21))
        (i32.store (i32.const 16) (local.get 0))
        (i32.store (i32.const 20) (i32.add (local.get 1) (i32.const 1)))
        (i32.const 16)))
    (core instance $m (instantiate $m))
    (func (export "f") (param "x" string) (result string)
      (canon lift (core func $m "f") (memory (core memory $m "memory")) (realloc (core func $m "realloc")))))
  (component $middle
    (import "next" (instance $next (export "f" (func (param "x" string) (result string)))))
    (core module $libc
      (memory (export "memory") 1)
      (global $next (mut i32) (i32.const 1024))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (memory.copy (global.get $next) (local.get 0) (local.get 1))
        (global.get $next)
        (global.set $next (i32.and (i32.add (i32.add (global.get $next) (local.get 3)) (i32.const 8)) (i32.const -8)))))
    (core instance $libc (instantiate $libc))
    (core func $f (canon lower (func $next "f") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc")) string-encoding=utf16))
    (core module $m
      (import "" "memory" (memory 1))
      (import "" "f" (func $f (param i32 i32 i32)))
      (func (export "f") (param i32 i32) (result i32)
        (i32.store16 (i32.add (local.get 0) (i32.shl (local.get 1) (i32.const 1))) (i32.const 0x20ac))
        (call $f (local.get 0) (i32.add (local.get 1) (i32.const 1)) (i32.const 16))
        (i32.const 16)))
    (core instance $m (instantiate $m (with "" (instance (export "memory" (memory $libc "memory")) (export "f" (func $f))))))
    (func $lifted (param "x" string) (result string)
      (canon lift (core func $m "f") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc")) string-encoding=utf16))
    (instance $out (export "f" (func $lifted)))
    (export "next" (instance $out)))
  (instance $end (instantiate $end))
  (instance $second (instantiate $middle (with "next" (instance $end))))
  (alias export $second "next" (instance $inner))
  (instance $first (instantiate $middle (with "next" (instance $inner))))
  (export "f" (func $first "next" "f")))
(assert_return (invoke "f" (str.const "a\u{e4}\u{1f600}")) (str.const "a\u{e4}\u{1f600}\u{20ac}\u{20ac}!"))

;; A function that goes through components which do nothing with it, is the same; a component that is defined outside, too.
(component
  (component $add
    (core module $m (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
    (core instance $m (instantiate $m))
    (func (export "add") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $m "add"))))
  (component $through
    (import "f" (func $f (param "a" u32) (param "b" u32) (result u32)))
    (export "g" (func $f)))
  (component $deep
    (import "f" (func $f (param "a" u32) (param "b" u32) (result u32)))
    (component $deeper
      (import "f" (func $f (param "a" u32) (param "b" u32) (result u32)))
      (instance $i (instantiate $through (with "f" (func $f))))
      (export "h" (func $i "g")))
    (instance $i (instantiate $deeper (with "f" (func $f))))
    (instance $all (export "x" (func $i "h")))
    (export "out" (instance $all)))
  (instance $add (instantiate $add))
  (instance $deep (instantiate $deep (with "f" (func $add "add"))))
  (export "add" (func $deep "out" "x")))
(assert_return (invoke "add" (u32.const 40) (u32.const 2)) (u32.const 42))

;; Core modules and components that are arguments of instantiations.
(component
  (component $runs
    (import "module" (core module $m (import "" "base" (global i32)) (export "f" (func (param i32) (result i32)))))
    (core module $base (global (export "base") i32 (i32.const 100)))
    (core instance $base (instantiate $base))
    (core instance $m (instantiate $m (with "" (instance $base))))
    (func (export "f") (param "x" u32) (result u32) (canon lift (core func $m "f"))))
  (component $joins
    (import "f" (func $f (param "x" u32) (result u32)))
    (import "component" (component $c (import "f" (func (param "x" u32) (result u32))) (export "g" (func (param "x" u32) (result u32)))))
    (instance $c (instantiate $c (with "f" (func $f))))
    (instance $d (instantiate $c (with "f" (func $c "g"))))
    (export "g" (func $d "g")))
  (core module $given
    (import "" "base" (global $base i32))
    (func (export "f") (param i32) (result i32) (i32.add (local.get 0) (global.get $base)))
    (func (export "unused")))
  (component $twice
    (import "f" (func $f (param "x" u32) (result u32)))
    (core func $f (canon lower (func $f)))
    (core module $m
      (import "" "f" (func $f (param i32) (result i32)))
      (func (export "g") (param i32) (result i32) (call $f (call $f (local.get 0)))))
    (core instance $m (instantiate $m (with "" (instance (export "f" (func $f))))))
    (func (export "g") (param "x" u32) (result u32) (canon lift (core func $m "g"))))
  (instance $f (instantiate $runs (with "module" (core module $given))))
  (instance $g (instantiate $joins (with "f" (func $f "f")) (with "component" (component $twice))))
  (export "g" (func $g "g")))
(assert_return (invoke "g" (u32.const 3)) (u32.const 403))

;; Modules of a component that share a memory, a table and a global, and call one another through the table.
(component
  (core module $shared
    (memory (export "memory") 1)
    (table (export "table") 4 funcref)
    (global (export "global") (mut i32) (i32.const 5)))
  (core instance $shared (instantiate $shared))
  (core module $fills
    (import "s" "memory" (memory 1))
    (import "s" "table" (table 4 funcref))
    (import "s" "global" (global $g (mut i32)))
    (func $f (param i32) (result i32) (i32.add (i32.load (local.get 0)) (global.get $g)))
    (elem (i32.const 1) $f)
    (data (i32.const 40) "\64"))
  (core instance (instantiate $fills (with "s" (instance $shared))))
  (core module $calls
    (import "s" "table" (table 4 funcref))
    (import "s" "global" (global $g (mut i32)))
    (type $f (func (param i32) (result i32)))
    (func (export "f") (result i32)
      (global.set $g (i32.const 7))
      (call_indirect (type $f) (i32.const 40) (i32.const 1))))
  (core instance $calls (instantiate $calls (with "s" (instance $shared))))
  (func (export "f") (result u32) (canon lift (core func $calls "f"))))
(assert_return (invoke "f") (u32.const 107))

;; A memory that is two imports of a module is one; two memories of a module are two, in each of its instances.
(component definition $memories
  (core module $one (memory (export "memory") 1))
  (core module $twice
    (import "a" "memory" (memory $a 1))
    (import "b" "memory" (memory $b 1))
    (func (export "set") (param i32) (i32.store8 $a (i32.const 5) (local.get 0)))
    (func (export "get") (result i32) (i32.load8_u $b (i32.const 5))))
  (core instance $one (instantiate $one))
  (core instance $other (instantiate $one))
  (core instance $same (instantiate $twice (with "a" (instance $one)) (with "b" (instance $one))))
  (core instance $apart (instantiate $twice (with "a" (instance $other)) (with "b" (instance $one))))
  (func (export "set-same") (param "x" u32) (canon lift (core func $same "set")))
  (func (export "get-same") (result u32) (canon lift (core func $same "get")))
  (func (export "set-apart") (param "x" u32) (canon lift (core func $apart "set")))
  (func (export "get-apart") (result u32) (canon lift (core func $apart "get"))))
(component instance $i $memories)
(assert_return (invoke "set-same" (u32.const 7)))
(assert_return (invoke "set-apart" (u32.const 8)))
(assert_return (invoke "get-same") (u32.const 7))
(assert_return (invoke "get-apart") (u32.const 7))

;; An instance of a component has its own table of functions.
(component definition $tables
  (component $c
    (core module $m
      (type $f (func (result i32)))
      (table 1 funcref)
      (func $ten (result i32) (i32.const 10))
      (func $twenty (result i32) (i32.const 20))
      (elem (i32.const 0) func $ten)
      (elem declare func $twenty)
      (func (export "change") (table.set (i32.const 0) (ref.func $twenty)))
      (func (export "call") (result i32) (call_indirect (type $f) (i32.const 0))))
    (core instance $m (instantiate $m))
    (func (export "change") (canon lift (core func $m "change")))
    (func (export "call") (result u32) (canon lift (core func $m "call"))))
  (instance $a (instantiate $c))
  (instance $b (instantiate $c))
  (export "change-a" (func $a "change"))
  (export "call-a" (func $a "call"))
  (export "call-b" (func $b "call")))
(component instance $i $tables)
(assert_return (invoke "call-a") (u32.const 10))
(assert_return (invoke "change-a"))
(assert_return (invoke "call-a") (u32.const 20))
(assert_return (invoke "call-b") (u32.const 10))

;; An instance that is exported has functions, which are found by their names.
(component
  (core module $m (func (export "f") (result i32) (i32.const 1)) (func (export "g") (result i32) (i32.const 2)))
  (core instance $m (instantiate $m))
  (func $f (result u32) (canon lift (core func $m "f")))
  (func $g (result u32) (canon lift (core func $m "g")))
  (instance $inner (export "g" (func $g)))
  (instance $outer (export "f" (func $f)) (export "inner" (instance $inner)))
  (export "a:b/c@1.0.0" (instance $outer))
  (export "top" (func $outer "inner" "g")))
(assert_return (invoke "top") (u32.const 2))

(assert_invalid (component
    (component $c (import "f" (func (param "x" u32))))
    (core module $m (func (export "f")))
    (core instance $m (instantiate $m))
    (func $f (canon lift (core func $m "f")))
    (instance (instantiate $c (with "f" (func $f)))))
  "expected 1 parameters, found 0")
(assert_invalid (component (component $c (import "f" (func))) (instance (instantiate $c))) "missing import named `f`")
