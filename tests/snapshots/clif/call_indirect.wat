;; What is checked depends on what a constant table holds.
(module
  (type $unary (func (param i32) (result i32)))
  (table $uniform funcref (elem $one $two))
  (table $with_null 3 funcref)
  (elem (table $with_null) (i32.const 0) func $one $two)
  (table $mixed funcref (elem $one $two $other))
  (table $single funcref (elem $one $other))
  (func $one (param i32) (result i32) (i32.const 1))
  (func $two (param i32) (result i32) (i32.const 2))
  (func $other)
  (func (export "uniform") (param i32 i32) (result i32)
    (call_indirect $uniform (type $unary) (local.get 0) (local.get 1)))
  (func (export "with_null") (param i32 i32) (result i32)
    (call_indirect $with_null (type $unary) (local.get 0) (local.get 1)))
  (func (export "mixed") (param i32 i32) (result i32)
    (call_indirect $mixed (type $unary) (local.get 0) (local.get 1)))
  (func (export "other") (param i32) (call_indirect $mixed (local.get 0)))
  (func (export "single") (param i32 i32) (result i32)
    (call_indirect $single (type $unary) (local.get 0) (local.get 1))))

;;; x86_64-linux
;; ;; one
;; function u0:0(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @0099                               v1 = iconst.i32 1
;; @009b                               return v1  ; v1 = 1
;; }
;;
;; ;; two
;; function u0:1(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @009e                               v1 = iconst.i32 2
;; @00a0                               return v1  ; v1 = 2
;; }
;;
;; ;; other
;; function u0:2() tail {
;;                                 block0:
;; @00a3                               return
;; }
;;
;; ;; wasm-function[3]
;; function u0:3(i32, i32) -> i32 tail {
;;     region0 = 11 "constants"
;;     sig0 = (i32) -> i32 tail
;;
;;                                 block0(v0: i32, v1: i32):
;; @00aa                               v2 = iconst.i32 2
;; @00aa                               v3 = icmp uge v1, v2  ; v2 = 2
;; @00aa                               v4 = uextend.i64 v1
;; @00aa                               v5 = iconst.i64 3
;; @00aa                               v6 = ishl v4, v5  ; v5 = 3
;; @00aa                               v7 = iconst.i64 0x3ff7_0c00
;; @00aa                               v8 = iadd v7, v6  ; v7 = 0x3ff7_0c00
;; @00aa                               trapnz v3, user3
;; @00aa                               v9 = load.i64 notrap aligned readonly region0 v8
;; @00aa                               v10 = call_indirect sig0, v9(v0)
;; @00ad                               return v10
;; }
;;
;; ;; wasm-function[4]
;; function u0:4(i32, i32) -> i32 tail {
;;     region0 = 11 "constants"
;;     sig0 = (i32) -> i32 tail
;;
;;                                 block0(v0: i32, v1: i32):
;; @00b4                               v2 = iconst.i32 3
;; @00b4                               v3 = icmp uge v1, v2  ; v2 = 3
;; @00b4                               v4 = uextend.i64 v1
;; @00b4                               v5 = iconst.i64 3
;; @00b4                               v6 = ishl v4, v5  ; v5 = 3
;; @00b4                               v7 = iconst.i64 0x3ff7_0c10
;; @00b4                               v8 = iadd v7, v6  ; v7 = 0x3ff7_0c10
;; @00b4                               trapnz v3, user3
;; @00b4                               v9 = load.i64 notrap aligned readonly region0 v8
;; @00b4                               trapz v9, user4
;; @00b4                               v10 = call_indirect sig0, v9(v0)
;; @00b7                               return v10
;; }
;;
;; ;; wasm-function[5]
;; function u0:5(i32, i32) -> i32 tail {
;;     region0 = 11 "constants"
;;     sig0 = (i32) -> i32 tail
;;
;;                                 block0(v0: i32, v1: i32):
;; @00be                               v2 = iconst.i32 3
;; @00be                               v3 = icmp uge v1, v2  ; v2 = 3
;; @00be                               v4 = uextend.i64 v1
;; @00be                               v5 = iconst.i64 3
;; @00be                               v6 = ishl v4, v5  ; v5 = 3
;; @00be                               v7 = iconst.i64 0x3ff7_0c28
;; @00be                               v8 = iadd v7, v6  ; v7 = 0x3ff7_0c28
;; @00be                               trapnz v3, user3
;; @00be                               v9 = load.i64 notrap aligned readonly region0 v8
;; @00be                               v10 = load.i32 user4 aligned readonly v9-8
;; @00be                               v11 = iconst.i32 0
;; @00be                               v12 = icmp ne v10, v11  ; v11 = 0
;; @00be                               trapnz v12, user5
;; @00be                               v13 = call_indirect sig0, v9(v0)
;; @00c1                               return v13
;; }
;;
;; ;; wasm-function[6]
;; function u0:6(i32) tail {
;;     region0 = 11 "constants"
;;     sig0 = () tail
;;     fn0 = colocated u0:2 sig0
;;
;;                                 block0(v0: i32):
;; @00c6                               v1 = iconst.i32 3
;; @00c6                               v2 = icmp uge v0, v1  ; v1 = 3
;; @00c6                               v3 = uextend.i64 v0
;; @00c6                               v4 = iconst.i64 3
;; @00c6                               v5 = ishl v3, v4  ; v4 = 3
;; @00c6                               v6 = iconst.i64 0x3ff7_0c28
;; @00c6                               v7 = iadd v6, v5  ; v6 = 0x3ff7_0c28
;; @00c6                               trapnz v2, user3
;; @00c6                               v8 = load.i64 notrap aligned readonly region0 v7
;; @00c6                               v9 = load.i32 user4 aligned readonly v8-8
;; @00c6                               v10 = iconst.i32 1
;; @00c6                               v11 = icmp ne v9, v10  ; v10 = 1
;; @00c6                               trapnz v11, user5
;; @00c6                               jump block1
;;
;;                                 block1:
;; @00ce                               jump block2
;;
;;                                 block2:
;; @00c9                               return
;; }
;; ;; u0:2 = other
;;
;; ;; wasm-function[7]
;; function u0:7(i32, i32) -> i32 tail {
;;     region0 = 11 "constants"
;;     sig0 = (i32) -> i32 tail
;;     fn0 = colocated u0:0 sig0
;;
;;                                 block0(v0: i32, v1: i32):
;; @00d0                               v2 = iconst.i32 2
;; @00d0                               v3 = icmp uge v1, v2  ; v2 = 2
;; @00d0                               v4 = uextend.i64 v1
;; @00d0                               v5 = iconst.i64 3
;; @00d0                               v6 = ishl v4, v5  ; v5 = 3
;; @00d0                               v7 = iconst.i64 0x3ff7_0c40
;; @00d0                               v8 = iadd v7, v6  ; v7 = 0x3ff7_0c40
;; @00d0                               trapnz v3, user3
;; @00d0                               v9 = load.i64 notrap aligned readonly region0 v8
;; @00d0                               v10 = load.i32 user4 aligned readonly v9-8
;; @00d0                               v11 = iconst.i32 0
;; @00d0                               v12 = icmp ne v10, v11  ; v11 = 0
;; @00d0                               trapnz v12, user5
;; @00d0                               jump block1
;;
;;                                 block1:
;; @00da                               v15 = iconst.i32 1
;; @00dc                               jump block2(v15)  ; v15 = 1
;;
;;                                 block2(v14: i32):
;;                                     v13 -> v14
;; @00d3                               return v13
;; }
;; ;; u0:0 = one

;;; aarch64-linux
;; ;; one
;; function u0:0(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @0099                               v1 = iconst.i32 1
;; @009b                               return v1  ; v1 = 1
;; }
;;
;; ;; two
;; function u0:1(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @009e                               v1 = iconst.i32 2
;; @00a0                               return v1  ; v1 = 2
;; }
;;
;; ;; other
;; function u0:2() tail {
;;                                 block0:
;; @00a3                               return
;; }
;;
;; ;; wasm-function[3]
;; function u0:3(i32, i32) -> i32 tail {
;;     region0 = 11 "constants"
;;     sig0 = (i32) -> i32 tail
;;
;;                                 block0(v0: i32, v1: i32):
;; @00aa                               v2 = iconst.i32 2
;; @00aa                               v3 = icmp uge v1, v2  ; v2 = 2
;; @00aa                               v4 = uextend.i64 v1
;; @00aa                               v5 = iconst.i64 3
;; @00aa                               v6 = ishl v4, v5  ; v5 = 3
;; @00aa                               v7 = iconst.i64 0x3ff7_0c00
;; @00aa                               v8 = iadd v7, v6  ; v7 = 0x3ff7_0c00
;; @00aa                               trapnz v3, user3
;; @00aa                               v9 = load.i64 notrap aligned readonly region0 v8
;; @00aa                               v10 = call_indirect sig0, v9(v0)
;; @00ad                               return v10
;; }
;;
;; ;; wasm-function[4]
;; function u0:4(i32, i32) -> i32 tail {
;;     region0 = 11 "constants"
;;     sig0 = (i32) -> i32 tail
;;
;;                                 block0(v0: i32, v1: i32):
;; @00b4                               v2 = iconst.i32 3
;; @00b4                               v3 = icmp uge v1, v2  ; v2 = 3
;; @00b4                               v4 = uextend.i64 v1
;; @00b4                               v5 = iconst.i64 3
;; @00b4                               v6 = ishl v4, v5  ; v5 = 3
;; @00b4                               v7 = iconst.i64 0x3ff7_0c10
;; @00b4                               v8 = iadd v7, v6  ; v7 = 0x3ff7_0c10
;; @00b4                               trapnz v3, user3
;; @00b4                               v9 = load.i64 notrap aligned readonly region0 v8
;; @00b4                               trapz v9, user4
;; @00b4                               v10 = call_indirect sig0, v9(v0)
;; @00b7                               return v10
;; }
;;
;; ;; wasm-function[5]
;; function u0:5(i32, i32) -> i32 tail {
;;     region0 = 11 "constants"
;;     sig0 = (i32) -> i32 tail
;;
;;                                 block0(v0: i32, v1: i32):
;; @00be                               v2 = iconst.i32 3
;; @00be                               v3 = icmp uge v1, v2  ; v2 = 3
;; @00be                               v4 = uextend.i64 v1
;; @00be                               v5 = iconst.i64 3
;; @00be                               v6 = ishl v4, v5  ; v5 = 3
;; @00be                               v7 = iconst.i64 0x3ff7_0c28
;; @00be                               v8 = iadd v7, v6  ; v7 = 0x3ff7_0c28
;; @00be                               trapnz v3, user3
;; @00be                               v9 = load.i64 notrap aligned readonly region0 v8
;; @00be                               v10 = load.i32 user4 aligned readonly v9-8
;; @00be                               v11 = iconst.i32 0
;; @00be                               v12 = icmp ne v10, v11  ; v11 = 0
;; @00be                               trapnz v12, user5
;; @00be                               v13 = call_indirect sig0, v9(v0)
;; @00c1                               return v13
;; }
;;
;; ;; wasm-function[6]
;; function u0:6(i32) tail {
;;     region0 = 11 "constants"
;;     sig0 = () tail
;;     fn0 = colocated u0:2 sig0
;;
;;                                 block0(v0: i32):
;; @00c6                               v1 = iconst.i32 3
;; @00c6                               v2 = icmp uge v0, v1  ; v1 = 3
;; @00c6                               v3 = uextend.i64 v0
;; @00c6                               v4 = iconst.i64 3
;; @00c6                               v5 = ishl v3, v4  ; v4 = 3
;; @00c6                               v6 = iconst.i64 0x3ff7_0c28
;; @00c6                               v7 = iadd v6, v5  ; v6 = 0x3ff7_0c28
;; @00c6                               trapnz v2, user3
;; @00c6                               v8 = load.i64 notrap aligned readonly region0 v7
;; @00c6                               v9 = load.i32 user4 aligned readonly v8-8
;; @00c6                               v10 = iconst.i32 1
;; @00c6                               v11 = icmp ne v9, v10  ; v10 = 1
;; @00c6                               trapnz v11, user5
;; @00c6                               jump block1
;;
;;                                 block1:
;; @00ce                               jump block2
;;
;;                                 block2:
;; @00c9                               return
;; }
;; ;; u0:2 = other
;;
;; ;; wasm-function[7]
;; function u0:7(i32, i32) -> i32 tail {
;;     region0 = 11 "constants"
;;     sig0 = (i32) -> i32 tail
;;     fn0 = colocated u0:0 sig0
;;
;;                                 block0(v0: i32, v1: i32):
;; @00d0                               v2 = iconst.i32 2
;; @00d0                               v3 = icmp uge v1, v2  ; v2 = 2
;; @00d0                               v4 = uextend.i64 v1
;; @00d0                               v5 = iconst.i64 3
;; @00d0                               v6 = ishl v4, v5  ; v5 = 3
;; @00d0                               v7 = iconst.i64 0x3ff7_0c40
;; @00d0                               v8 = iadd v7, v6  ; v7 = 0x3ff7_0c40
;; @00d0                               trapnz v3, user3
;; @00d0                               v9 = load.i64 notrap aligned readonly region0 v8
;; @00d0                               v10 = load.i32 user4 aligned readonly v9-8
;; @00d0                               v11 = iconst.i32 0
;; @00d0                               v12 = icmp ne v10, v11  ; v11 = 0
;; @00d0                               trapnz v12, user5
;; @00d0                               jump block1
;;
;;                                 block1:
;; @00da                               v15 = iconst.i32 1
;; @00dc                               jump block2(v15)  ; v15 = 1
;;
;;                                 block2(v14: i32):
;;                                     v13 -> v14
;; @00d3                               return v13
;; }
;; ;; u0:0 = one
