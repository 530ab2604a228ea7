;; Calls list what catches their exceptions. Nothing else costs anything: what throws nothing is called as ever, and an exception that
;; is caught where it is thrown is a branch.
(module
  (import "host" "function" (func $host))
  (tag $plain)
  (tag $number (param i64))
  (func $harmless (result i32) (i32.const 1))
  (func $throws (param i64) (result i32)
    (if (i64.eqz (local.get 0)) (then (throw $number (local.get 0)))) (i32.const 2))
  (func (export "outside") (result i32) (call $throws (i64.const 1)))
  (func (export "inside") (result i64)
    (block $all
      (block $h (result i64)
        (try_table (catch $number $h) (catch_all $all) (drop (call $throws (i64.const 1))))
        (i64.const 2))
      (return))
    (i64.const 3))
  (func (export "harmless") (result i32)
    (block $all
      (try_table (catch_all $all) (call $host) (return (call $harmless))))
    (i32.const 3))
  (func (export "branch") (param i64) (result i64)
    (block $h (result i64)
      (try_table (catch $number $h) (throw $number (local.get 0)))
      (unreachable)))
  (func (export "legacy") (result i32)
    try (result i32) (call $throws (i64.const 1))
    catch $plain (i32.const 4)
    catch_all (rethrow 0)
    end))

;;; x86_64-linux
;; ;; harmless
;; function u0:1() -> i32 tail {
;;                                 block0:
;; @0080                               v0 = iconst.i32 1
;; @0082                               return v0  ; v0 = 1
;; }
;;
;; ;; throws
;; function u0:2(i64) -> i32 tail {
;;     region0 = 1 "free"
;;     region1 = 8 "headers"
;;     region2 = 9 "fields"
;;     sig0 = (i64, i64) -> i64 system_v
;;     sig1 = (i64) system_v
;;     fn0 = colocated u2:3 sig0
;;     fn1 = colocated u2:5 sig1
;;
;;                                 block0(v0: i64):
;; @0087                               v1 = iconst.i64 0
;; @0087                               v2 = icmp eq v0, v1  ; v1 = 0
;; @0088                               brif v2, block1, block2
;;
;;                                 block1 cold:
;; @008c                               v3 = iconst.i64 16
;; @008c                               v5 = iconst.i64 0x3fff_ffc0
;; @008c                               v6 = load.i64 notrap aligned region0 v5  ; v5 = 0x3fff_ffc0
;; @008c                               v7 = load.i64 notrap aligned region0 v5+8  ; v5 = 0x3fff_ffc0
;; @008c                               v8 = iadd v6, v3  ; v3 = 16
;; @008c                               v9 = icmp ule v8, v7
;; @008c                               brif v9, block3, block4
;;
;;                                 block3:
;; @008c                               store.i64 notrap aligned region0 v8, v5  ; v5 = 0x3fff_ffc0
;; @008c                               jump block5(v6)
;;
;;                                 block4 cold:
;; @008c                               v10 = iconst.i64 0
;; @008c                               v11 = iadd.i64 v5, v10  ; v5 = 0x3fff_ffc0, v10 = 0
;; @008c                               v12 = call fn0(v11, v3)  ; v3 = 16
;; @008c                               jump block5(v12)
;;
;;                                 block5(v4: i64):
;; @008c                               v13 = iconst.i32 7
;; @008c                               store notrap region1 v13, v4  ; v13 = 7
;; @008c                               store.i64 notrap region2 v0, v4+8
;; @008c                               call fn1(v4)
;; @008c                               trap user1
;;
;;                                 block2:
;; @008f                               v14 = iconst.i32 2
;; @0091                               return v14  ; v14 = 2
;; }
;; ;; u2:3 = wasi_aot_heap_allocate
;; ;; u2:5 = wasi_aot_throw
;;
;; ;; wasm-function[3]
;; function u0:3() -> i32 tail {
;;     sig0 = (i64) -> i32 tail
;;     fn0 = colocated u0:2 sig0
;;
;;                                 block0:
;; @0094                               v0 = iconst.i64 1
;; @0096                               v1 = call fn0(v0)  ; v0 = 1
;; @0098                               return v1
;; }
;; ;; u0:2 = throws
;;
;; ;; wasm-function[4]
;; function u0:4() -> i64 tail {
;;     region0 = 9 "fields"
;;     sig0 = (i64) -> i32 tail
;;     fn0 = colocated u0:2 sig0
;;
;;                                 block0:
;; @00a7                               v0 = iconst.i64 1
;; @00a9                               try_call fn0(v0), sig0, block3(ret0), [ tag7: block1(exn0), default: block2(exn0) ]  ; v0 = 1
;;
;;                                 block3(v3: i32):
;; @00ac                               jump block4
;;
;;                                 block1(v1: i64) cold:
;; @00ac                               v4 = load.i64 notrap region0 v1+8
;; @00ac                               jump block5(v4)
;;
;;                                 block2(v2: i64) cold:
;; @00ac                               jump block6
;;
;;                                 block4:
;; @00ad                               v6 = iconst.i64 2
;; @00af                               jump block5(v6)  ; v6 = 2
;;
;;                                 block5(v5: i64):
;; @00b0                               return v5
;;
;;                                 block6:
;; @00b2                               v7 = iconst.i64 3
;; @00b4                               return v7  ; v7 = 3
;; }
;; ;; u0:2 = throws
;;
;; ;; wasm-function[5]
;; function u0:5() -> i32 tail {
;;     region0 = 0 "state"
;;     gv0 = symbol colocated userextname0
;;     sig0 = (i64) system_v
;;     sig1 = () -> i32 tail
;;     fn0 = colocated u3:0 sig0
;;     fn1 = colocated u0:1 sig1
;;
;;                                 block0:
;; @00be                               v0 = get_stack_pointer.i64
;; @00be                               v1 = symbol_value.i64 gv0
;; @00be                               v2 = load.i64 notrap aligned region0 v1
;; @00be                               v3 = icmp ult v0, v2
;; @00be                               trapnz v3, user9
;; @00be                               v4 = iconst.i64 0
;; @00be                               call fn0(v4)  ; v4 = 0
;; @00c0                               jump block1
;;
;;                                 block1:
;; @00d1                               v7 = iconst.i32 1
;; @00d3                               jump block2(v7)  ; v7 = 1
;;
;;                                 block2(v6: i32):
;;                                     v5 -> v6
;; @00c2                               return v5
;; }
;; ;; u2:0 = wasi_aot_stack_limit
;; ;; u3:0 = host.function
;; ;; u0:1 = harmless
;;
;; ;; wasm-function[6]
;; function u0:6(i64) -> i64 tail {
;;                                 block0(v0: i64):
;; @00d4                               jump block1(v0)
;;
;;                                 block1(v1: i64):
;; @00d9                               return v1
;; }
;;
;; ;; wasm-function[7]
;; function u0:7() -> i32 tail {
;;     region0 = 9 "fields"
;;     sig0 = (i64) -> i32 tail
;;     sig1 = (i64) system_v
;;     fn0 = colocated u0:2 sig0
;;     fn1 = colocated u2:5 sig1
;;
;;                                 block0:
;; @00de                               v0 = iconst.i64 1
;; @00e0                               try_call fn0(v0), sig0, block3(ret0), [ tag6: block1(exn0), default: block2(exn0) ]  ; v0 = 1
;;
;;                                 block3(v3: i32):
;; @00e2                               jump block4(v3)
;;
;;                                 block1(v1: i64) cold:
;; @00e2                               jump block5
;;
;;                                 block2(v2: i64) cold:
;; @00e2                               jump block6(v2)
;;
;;                                 block5:
;; @00e4                               v6 = iconst.i32 4
;; @00e6                               jump block4(v6)  ; v6 = 4
;;
;;                                 block6(v5: i64) cold:
;; @00e7                               call fn1(v5)
;; @00e7                               trap user1
;;
;;                                 block4(v4: i32):
;; @00ea                               return v4
;; }
;; ;; u0:2 = throws
;; ;; u2:5 = wasi_aot_throw

;;; aarch64-linux
;; ;; harmless
;; function u0:1() -> i32 tail {
;;                                 block0:
;; @0080                               v0 = iconst.i32 1
;; @0082                               return v0  ; v0 = 1
;; }
;;
;; ;; throws
;; function u0:2(i64) -> i32 tail {
;;     region0 = 1 "free"
;;     region1 = 8 "headers"
;;     region2 = 9 "fields"
;;     sig0 = (i64, i64) -> i64 system_v
;;     sig1 = (i64) system_v
;;     fn0 = colocated u2:3 sig0
;;     fn1 = colocated u2:5 sig1
;;
;;                                 block0(v0: i64):
;; @0087                               v1 = iconst.i64 0
;; @0087                               v2 = icmp eq v0, v1  ; v1 = 0
;; @0088                               brif v2, block1, block2
;;
;;                                 block1 cold:
;; @008c                               v3 = iconst.i64 16
;; @008c                               v5 = iconst.i64 0x3fff_ffc0
;; @008c                               v6 = load.i64 notrap aligned region0 v5  ; v5 = 0x3fff_ffc0
;; @008c                               v7 = load.i64 notrap aligned region0 v5+8  ; v5 = 0x3fff_ffc0
;; @008c                               v8 = iadd v6, v3  ; v3 = 16
;; @008c                               v9 = icmp ule v8, v7
;; @008c                               brif v9, block3, block4
;;
;;                                 block3:
;; @008c                               store.i64 notrap aligned region0 v8, v5  ; v5 = 0x3fff_ffc0
;; @008c                               jump block5(v6)
;;
;;                                 block4 cold:
;; @008c                               v10 = iconst.i64 0
;; @008c                               v11 = iadd.i64 v5, v10  ; v5 = 0x3fff_ffc0, v10 = 0
;; @008c                               v12 = call fn0(v11, v3)  ; v3 = 16
;; @008c                               jump block5(v12)
;;
;;                                 block5(v4: i64):
;; @008c                               v13 = iconst.i32 7
;; @008c                               store notrap region1 v13, v4  ; v13 = 7
;; @008c                               store.i64 notrap region2 v0, v4+8
;; @008c                               call fn1(v4)
;; @008c                               trap user1
;;
;;                                 block2:
;; @008f                               v14 = iconst.i32 2
;; @0091                               return v14  ; v14 = 2
;; }
;; ;; u2:3 = wasi_aot_heap_allocate
;; ;; u2:5 = wasi_aot_throw
;;
;; ;; wasm-function[3]
;; function u0:3() -> i32 tail {
;;     sig0 = (i64) -> i32 tail
;;     fn0 = colocated u0:2 sig0
;;
;;                                 block0:
;; @0094                               v0 = iconst.i64 1
;; @0096                               v1 = call fn0(v0)  ; v0 = 1
;; @0098                               return v1
;; }
;; ;; u0:2 = throws
;;
;; ;; wasm-function[4]
;; function u0:4() -> i64 tail {
;;     region0 = 9 "fields"
;;     sig0 = (i64) -> i32 tail
;;     fn0 = colocated u0:2 sig0
;;
;;                                 block0:
;; @00a7                               v0 = iconst.i64 1
;; @00a9                               try_call fn0(v0), sig0, block3(ret0), [ tag7: block1(exn0), default: block2(exn0) ]  ; v0 = 1
;;
;;                                 block3(v3: i32):
;; @00ac                               jump block4
;;
;;                                 block1(v1: i64) cold:
;; @00ac                               v4 = load.i64 notrap region0 v1+8
;; @00ac                               jump block5(v4)
;;
;;                                 block2(v2: i64) cold:
;; @00ac                               jump block6
;;
;;                                 block4:
;; @00ad                               v6 = iconst.i64 2
;; @00af                               jump block5(v6)  ; v6 = 2
;;
;;                                 block5(v5: i64):
;; @00b0                               return v5
;;
;;                                 block6:
;; @00b2                               v7 = iconst.i64 3
;; @00b4                               return v7  ; v7 = 3
;; }
;; ;; u0:2 = throws
;;
;; ;; wasm-function[5]
;; function u0:5() -> i32 tail {
;;     region0 = 0 "state"
;;     gv0 = symbol colocated userextname0
;;     sig0 = (i64) system_v
;;     sig1 = () -> i32 tail
;;     fn0 = colocated u3:0 sig0
;;     fn1 = colocated u0:1 sig1
;;
;;                                 block0:
;; @00be                               v0 = get_stack_pointer.i64
;; @00be                               v1 = symbol_value.i64 gv0
;; @00be                               v2 = load.i64 notrap aligned region0 v1
;; @00be                               v3 = icmp ult v0, v2
;; @00be                               trapnz v3, user9
;; @00be                               v4 = iconst.i64 0
;; @00be                               call fn0(v4)  ; v4 = 0
;; @00c0                               jump block1
;;
;;                                 block1:
;; @00d1                               v7 = iconst.i32 1
;; @00d3                               jump block2(v7)  ; v7 = 1
;;
;;                                 block2(v6: i32):
;;                                     v5 -> v6
;; @00c2                               return v5
;; }
;; ;; u2:0 = wasi_aot_stack_limit
;; ;; u3:0 = host.function
;; ;; u0:1 = harmless
;;
;; ;; wasm-function[6]
;; function u0:6(i64) -> i64 tail {
;;                                 block0(v0: i64):
;; @00d4                               jump block1(v0)
;;
;;                                 block1(v1: i64):
;; @00d9                               return v1
;; }
;;
;; ;; wasm-function[7]
;; function u0:7() -> i32 tail {
;;     region0 = 9 "fields"
;;     sig0 = (i64) -> i32 tail
;;     sig1 = (i64) system_v
;;     fn0 = colocated u0:2 sig0
;;     fn1 = colocated u2:5 sig1
;;
;;                                 block0:
;; @00de                               v0 = iconst.i64 1
;; @00e0                               try_call fn0(v0), sig0, block3(ret0), [ tag6: block1(exn0), default: block2(exn0) ]  ; v0 = 1
;;
;;                                 block3(v3: i32):
;; @00e2                               jump block4(v3)
;;
;;                                 block1(v1: i64) cold:
;; @00e2                               jump block5
;;
;;                                 block2(v2: i64) cold:
;; @00e2                               jump block6(v2)
;;
;;                                 block5:
;; @00e4                               v6 = iconst.i32 4
;; @00e6                               jump block4(v6)  ; v6 = 4
;;
;;                                 block6(v5: i64) cold:
;; @00e7                               call fn1(v5)
;; @00e7                               trap user1
;;
;;                                 block4(v4: i32):
;; @00ea                               return v4
;; }
;; ;; u0:2 = throws
;; ;; u2:5 = wasi_aot_throw
