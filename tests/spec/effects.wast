;; What happened before a trap stays, in the trapping instance and in those that it imports from.
(module $home
  (memory (export "memory") 1 4)
  (table (export "table") 4 8 funcref)
  (global (export "count") (mut i32) (i32.const 0))
  (func (export "grow") (result i32) (memory.grow (i32.const 1)))
  (func (export "size") (result i32) (memory.size))
  (func (export "byte") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "is-null") (param i32) (result i32) (ref.is_null (table.get (local.get 0)))))
(register "home" $home)

(module $guest
  (import "home" "memory" (memory 1))
  (import "home" "table" (table 4 funcref))
  (import "home" "count" (global $count (mut i32)))
  (func $f (export "set-and-trap") (param i32)
    (global.set $count (local.get 0))
    (i32.store8 (local.get 0) (local.get 0))
    (table.set (i32.const 1) (ref.func $f))
    (drop (memory.grow (i32.const 1)))
    (unreachable)))

(assert_return (invoke $home "is-null" (i32.const 1)) (i32.const 1))
(assert_trap (invoke $guest "set-and-trap" (i32.const 42)) "unreachable")
(assert_return (get $home "count") (i32.const 42))
(assert_return (invoke $home "byte" (i32.const 42)) (i32.const 42))
(assert_return (invoke $home "is-null" (i32.const 1)) (i32.const 0))
(assert_return (invoke $home "size") (i32.const 2))

;; An instantiation that traps leaves its first segments behind.
(assert_trap
  (module
    (import "home" "memory" (memory 1))
    (data (i32.const 100) "x")
    (data (i32.const 0x20000) "y"))
  "out of bounds memory access")
(assert_return (invoke $home "byte" (i32.const 100)) (i32.const 120))

;; Segments are copied in their order, over what code wrote before.
(module
  (import "home" "memory" (memory 2))
  (data (i32.const 41) "abc")
  (data (i32.const 42) "z"))
(assert_return (invoke $home "byte" (i32.const 41)) (i32.const 97))
(assert_return (invoke $home "byte" (i32.const 42)) (i32.const 122))
(assert_return (invoke $home "byte" (i32.const 43)) (i32.const 99))

;; A function in a table outlives the failed instantiation that put it there.
(assert_trap
  (module
    (import "home" "table" (table 4 funcref))
    (func $late (result i32) (i32.const 7))
    (elem (i32.const 2) $late)
    (func $start (unreachable))
    (start $start))
  "unreachable")
(module $caller
  (import "home" "table" (table 4 funcref))
  (func (export "call") (param i32) (result i32) (call_indirect (result i32) (local.get 0))))
(assert_return (invoke $caller "call" (i32.const 2)) (i32.const 7))
(assert_trap (invoke $caller "call" (i32.const 1)) "indirect call type mismatch")
(assert_trap (invoke $caller "call" (i32.const 3)) "uninitialized element")
(assert_trap (invoke $caller "call" (i32.const 4)) "undefined element")
(assert_trap (invoke $caller "call" (i32.const -1)) "undefined element")
