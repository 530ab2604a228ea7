;; Growth up to the limit and not beyond it; what was grown can be used, what lies behind it traps.
(module $grow
  (memory (export "memory") 1 3)
  (func $expect (param i32) (if (i32.eqz (local.get 0)) (then unreachable)))
  (func (export "_start")
    (call $expect (i32.eq (memory.grow (i32.const 2)) (i32.const 1)))
    (call $expect (i32.eq (memory.grow (i32.const 1)) (i32.const -1)))
    (call $expect (i32.eq (memory.grow (i32.const -1)) (i32.const -1)))
    (call $expect (i32.eq (memory.size) (i32.const 3)))
    (i32.store (i32.const 196604) (i32.const 1))
    (i32.store (i32.const 196608) (i32.const 1))))
