;; Tables that code changes: of a fixed size in the instance's state, growing in a region of their own.
(module
  (table $fixed 4 externref)
  (table $growing 1 funcref)
  (elem $elements func $f)
  (func $f)
  (func (export "get") (param i32) (result externref) (table.get $fixed (local.get 0)))
  (func (export "set") (param i32 externref) (table.set $fixed (local.get 0) (local.get 1)))
  (func (export "grow") (param i32) (result i32)
    (table.grow $growing (ref.func $f) (local.get 0)))
  (func (export "call") (param i32) (call_indirect $growing (local.get 0)))
  (func (export "init") (param i32 i32 i32)
    (table.init $growing $elements (local.get 0) (local.get 1) (local.get 2)))
  (func (export "drop") (elem.drop $elements)))

;;; x86_64-linux
;; ;; f
;; function u0:0() tail {
;;                                 block0:
;; @0071                               return
;; }
;;
;; ;; wasm-function[1]
;; function u0:1(i32) -> i64 tail {
;;     region0 = 2147483648 "table"
;;
;;                                 block0(v0: i32):
;; @0076                               v1 = iconst.i32 4
;; @0076                               v2 = icmp uge v0, v1  ; v1 = 4
;; @0076                               v3 = uextend.i64 v0
;; @0076                               v4 = iconst.i64 3
;; @0076                               v5 = ishl v3, v4  ; v4 = 3
;; @0076                               v6 = iconst.i64 0x3fff_ffc0
;; @0076                               v7 = iadd v6, v5  ; v6 = 0x3fff_ffc0
;; @0076                               trapnz v2, user3
;; @0076                               v8 = load.i64 notrap aligned region0 v7
;; @0078                               return v8
;; }
;;
;; ;; wasm-function[2]
;; function u0:2(i32, i64) tail {
;;     region0 = 2147483648 "table"
;;
;;                                 block0(v0: i32, v1: i64):
;; @007f                               v2 = iconst.i32 4
;; @007f                               v3 = icmp uge v0, v2  ; v2 = 4
;; @007f                               v4 = uextend.i64 v0
;; @007f                               v5 = iconst.i64 3
;; @007f                               v6 = ishl v4, v5  ; v5 = 3
;; @007f                               v7 = iconst.i64 0x3fff_ffc0
;; @007f                               v8 = iadd v7, v6  ; v7 = 0x3fff_ffc0
;; @007f                               trapnz v3, user3
;; @007f                               store notrap aligned region0 v1, v8
;; @0081                               return
;; }
;;
;; ;; wasm-function[3]
;; function u0:3(i32) -> i32 tail {
;;     region0 = 2147483649 "table"
;;     sig0 = () tail
;;     sig1 = (i64, i64) -> i64 system_v
;;     fn0 = colocated u0:0 sig0
;;     fn1 = colocated u2:2 sig1
;;
;;                                 block0(v0: i32):
;; @0084                               v1 = func_addr.i64 fn0
;; @0088                               v2 = uextend.i64 v0
;; @0088                               v3 = iconst.i64 3
;; @0088                               v4 = ishl v2, v3  ; v3 = 3
;; @0088                               v5 = iconst.i64 0x3fff_ff80
;; @0088                               v6 = call fn1(v5, v4)  ; v5 = 0x3fff_ff80
;; @0088                               v7 = iconst.i64 3
;; @0088                               v8 = sshr v6, v7  ; v7 = 3
;; @0088                               v9 = ireduce.i32 v8
;; @0088                               v10 = iconst.i32 -1
;; @0088                               v11 = icmp eq v9, v10  ; v10 = -1
;; @0088                               brif v11, block2, block1
;;
;;                                 block1:
;; @0088                               v12 = uextend.i64 v9
;; @0088                               v13 = uextend.i64 v0
;; @0088                               v14 = iconst.i64 3
;; @0088                               v15 = ishl v12, v14  ; v14 = 3
;; @0088                               v16 = iconst.i64 0x4000_0000
;; @0088                               v17 = iadd v16, v15  ; v16 = 0x4000_0000
;; @0088                               v18 = iconst.i64 3
;; @0088                               v19 = ishl v13, v18  ; v18 = 3
;; @0088                               v20 = iadd v17, v19
;; @0088                               jump block3(v17)
;;
;;                                 block3(v21: i64):
;; @0088                               v22 = icmp eq v21, v20
;; @0088                               brif v22, block5, block4
;;
;;                                 block4:
;; @0088                               store.i64 notrap aligned region0 v1, v21
;; @0088                               v23 = iconst.i64 8
;; @0088                               v24 = iadd.i64 v21, v23  ; v23 = 8
;; @0088                               jump block3(v24)
;;
;;                                 block5:
;; @0088                               jump block2
;;
;;                                 block2:
;; @008b                               return v9
;; }
;; ;; u0:0 = f
;; ;; u2:2 = wasi_aot_table_grow
;;
;; ;; wasm-function[4]
;; function u0:4(i32) tail {
;;     region0 = 0 "state"
;;     region1 = 2147483649 "table"
;;     sig0 = () tail
;;
;;                                 block0(v0: i32):
;; @0090                               v1 = uextend.i64 v0
;; @0090                               v2 = iconst.i64 3
;; @0090                               v3 = ishl v1, v2  ; v2 = 3
;; @0090                               v4 = iconst.i64 0x3fff_ff80
;; @0090                               v5 = load.i64 notrap aligned region0 v4+8  ; v4 = 0x3fff_ff80
;; @0090                               v6 = icmp uge v3, v5
;; @0090                               v7 = iconst.i64 0x4000_0000
;; @0090                               v8 = iadd v7, v3  ; v7 = 0x4000_0000
;; @0090                               trapnz v6, user3
;; @0090                               v9 = load.i64 notrap aligned region1 v8
;; @0090                               v10 = load.i32 user4 aligned readonly v9-8
;; @0090                               v11 = iconst.i32 0
;; @0090                               v12 = icmp ne v10, v11  ; v11 = 0
;; @0090                               trapnz v12, user5
;; @0090                               call_indirect sig0, v9()
;; @0093                               return
;; }
;;
;; ;; wasm-function[5]
;; function u0:5(i32, i32, i32) tail {
;;     region0 = 0 "state"
;;     gv0 = symbol colocated userextname0
;;     sig0 = (i64, i64, i64) -> i64 system_v
;;     fn0 = colocated u2:9 sig0
;;
;;                                 block0(v0: i32, v1: i32, v2: i32):
;; @009c                               v3 = uextend.i64 v0
;; @009c                               v4 = uextend.i64 v2
;; @009c                               v5 = iconst.i64 0x3fff_ff80
;; @009c                               v6 = load.i64 notrap aligned region0 v5+8  ; v5 = 0x3fff_ff80
;; @009c                               v7 = iconst.i64 3
;; @009c                               v8 = ushr v6, v7  ; v7 = 3
;; @009c                               v9 = iadd v3, v4
;; @009c                               v10 = icmp ugt v9, v8
;; @009c                               trapnz v10, user3
;; @009c                               v11 = iconst.i64 3
;; @009c                               v12 = ishl v3, v11  ; v11 = 3
;; @009c                               v13 = iconst.i64 0x4000_0000
;; @009c                               v14 = iadd v13, v12  ; v13 = 0x4000_0000
;; @009c                               v15 = uextend.i64 v1
;; @009c                               v16 = iadd v15, v4
;; @009c                               v17 = iconst.i64 0x3fff_ffe0
;; @009c                               v18 = uload32 notrap aligned region0 v17  ; v17 = 0x3fff_ffe0
;; @009c                               v19 = icmp ugt v16, v18
;; @009c                               trapnz v19, user3
;; @009c                               v20 = symbol_value.i64 gv0
;; @009c                               v21 = iconst.i64 3
;; @009c                               v22 = ishl v15, v21  ; v21 = 3
;; @009c                               v23 = iadd v20, v22
;; @009c                               v24 = iconst.i64 3
;; @009c                               v25 = ishl v4, v24  ; v24 = 3
;; @009c                               v26 = call fn0(v14, v23, v25)
;; @00a0                               return
;; }
;; ;; u5:0 = element segment 0
;; ;; u2:9 = memcpy
;;
;; ;; wasm-function[6]
;; function u0:6() tail {
;;     region0 = 0 "state"
;;
;;                                 block0:
;; @00a3                               v0 = iconst.i32 0
;; @00a3                               v1 = iconst.i64 0x3fff_ffe0
;; @00a3                               store notrap aligned region0 v0, v1  ; v0 = 0, v1 = 0x3fff_ffe0
;; @00a6                               return
;; }

;;; aarch64-linux
;; ;; f
;; function u0:0() tail {
;;                                 block0:
;; @0071                               return
;; }
;;
;; ;; wasm-function[1]
;; function u0:1(i32) -> i64 tail {
;;     region0 = 2147483648 "table"
;;
;;                                 block0(v0: i32):
;; @0076                               v1 = iconst.i32 4
;; @0076                               v2 = icmp uge v0, v1  ; v1 = 4
;; @0076                               v3 = uextend.i64 v0
;; @0076                               v4 = iconst.i64 3
;; @0076                               v5 = ishl v3, v4  ; v4 = 3
;; @0076                               v6 = iconst.i64 0x3fff_ffc0
;; @0076                               v7 = iadd v6, v5  ; v6 = 0x3fff_ffc0
;; @0076                               trapnz v2, user3
;; @0076                               v8 = load.i64 notrap aligned region0 v7
;; @0078                               return v8
;; }
;;
;; ;; wasm-function[2]
;; function u0:2(i32, i64) tail {
;;     region0 = 2147483648 "table"
;;
;;                                 block0(v0: i32, v1: i64):
;; @007f                               v2 = iconst.i32 4
;; @007f                               v3 = icmp uge v0, v2  ; v2 = 4
;; @007f                               v4 = uextend.i64 v0
;; @007f                               v5 = iconst.i64 3
;; @007f                               v6 = ishl v4, v5  ; v5 = 3
;; @007f                               v7 = iconst.i64 0x3fff_ffc0
;; @007f                               v8 = iadd v7, v6  ; v7 = 0x3fff_ffc0
;; @007f                               trapnz v3, user3
;; @007f                               store notrap aligned region0 v1, v8
;; @0081                               return
;; }
;;
;; ;; wasm-function[3]
;; function u0:3(i32) -> i32 tail {
;;     region0 = 2147483649 "table"
;;     gv0 = symbol colocated %AddressZero+0x4000_0000
;;     sig0 = () tail
;;     sig1 = (i64, i64) -> i64 system_v
;;     fn0 = colocated u0:0 sig0
;;     fn1 = colocated u2:2 sig1
;;
;;                                 block0(v0: i32):
;; @0084                               v1 = func_addr.i64 fn0
;; @0088                               v2 = uextend.i64 v0
;; @0088                               v3 = iconst.i64 3
;; @0088                               v4 = ishl v2, v3  ; v3 = 3
;; @0088                               v5 = iconst.i64 0x3fff_ff80
;; @0088                               v6 = call fn1(v5, v4)  ; v5 = 0x3fff_ff80
;; @0088                               v7 = iconst.i64 3
;; @0088                               v8 = sshr v6, v7  ; v7 = 3
;; @0088                               v9 = ireduce.i32 v8
;; @0088                               v10 = iconst.i32 -1
;; @0088                               v11 = icmp eq v9, v10  ; v10 = -1
;; @0088                               brif v11, block2, block1
;;
;;                                 block1:
;; @0088                               v12 = uextend.i64 v9
;; @0088                               v13 = uextend.i64 v0
;; @0088                               v14 = iconst.i64 3
;; @0088                               v15 = ishl v12, v14  ; v14 = 3
;; @0088                               v16 = symbol_value.i64 gv0
;; @0088                               v17 = iadd v16, v15
;; @0088                               v18 = iconst.i64 3
;; @0088                               v19 = ishl v13, v18  ; v18 = 3
;; @0088                               v20 = iadd v17, v19
;; @0088                               jump block3(v17)
;;
;;                                 block3(v21: i64):
;; @0088                               v22 = icmp eq v21, v20
;; @0088                               brif v22, block5, block4
;;
;;                                 block4:
;; @0088                               store.i64 notrap aligned region0 v1, v21
;; @0088                               v23 = iconst.i64 8
;; @0088                               v24 = iadd.i64 v21, v23  ; v23 = 8
;; @0088                               jump block3(v24)
;;
;;                                 block5:
;; @0088                               jump block2
;;
;;                                 block2:
;; @008b                               return v9
;; }
;; ;; u0:0 = f
;; ;; u2:2 = wasi_aot_table_grow
;;
;; ;; wasm-function[4]
;; function u0:4(i32) tail {
;;     region0 = 0 "state"
;;     region1 = 2147483649 "table"
;;     gv0 = symbol colocated %AddressZero+0x4000_0000
;;     sig0 = () tail
;;
;;                                 block0(v0: i32):
;; @0090                               v1 = uextend.i64 v0
;; @0090                               v2 = iconst.i64 3
;; @0090                               v3 = ishl v1, v2  ; v2 = 3
;; @0090                               v4 = iconst.i64 0x3fff_ff80
;; @0090                               v5 = load.i64 notrap aligned region0 v4+8  ; v4 = 0x3fff_ff80
;; @0090                               v6 = icmp uge v3, v5
;; @0090                               v7 = symbol_value.i64 gv0
;; @0090                               v8 = iadd v7, v3
;; @0090                               trapnz v6, user3
;; @0090                               v9 = load.i64 notrap aligned region1 v8
;; @0090                               v10 = load.i32 user4 aligned readonly v9-8
;; @0090                               v11 = iconst.i32 0
;; @0090                               v12 = icmp ne v10, v11  ; v11 = 0
;; @0090                               trapnz v12, user5
;; @0090                               call_indirect sig0, v9()
;; @0093                               return
;; }
;;
;; ;; wasm-function[5]
;; function u0:5(i32, i32, i32) tail {
;;     region0 = 0 "state"
;;     gv0 = symbol colocated %AddressZero+0x4000_0000
;;     gv1 = symbol colocated userextname0
;;     sig0 = (i64, i64, i64) -> i64 system_v
;;     fn0 = colocated u2:9 sig0
;;
;;                                 block0(v0: i32, v1: i32, v2: i32):
;; @009c                               v3 = uextend.i64 v0
;; @009c                               v4 = uextend.i64 v2
;; @009c                               v5 = iconst.i64 0x3fff_ff80
;; @009c                               v6 = load.i64 notrap aligned region0 v5+8  ; v5 = 0x3fff_ff80
;; @009c                               v7 = iconst.i64 3
;; @009c                               v8 = ushr v6, v7  ; v7 = 3
;; @009c                               v9 = iadd v3, v4
;; @009c                               v10 = icmp ugt v9, v8
;; @009c                               trapnz v10, user3
;; @009c                               v11 = iconst.i64 3
;; @009c                               v12 = ishl v3, v11  ; v11 = 3
;; @009c                               v13 = symbol_value.i64 gv0
;; @009c                               v14 = iadd v13, v12
;; @009c                               v15 = uextend.i64 v1
;; @009c                               v16 = iadd v15, v4
;; @009c                               v17 = iconst.i64 0x3fff_ffe0
;; @009c                               v18 = uload32 notrap aligned region0 v17  ; v17 = 0x3fff_ffe0
;; @009c                               v19 = icmp ugt v16, v18
;; @009c                               trapnz v19, user3
;; @009c                               v20 = symbol_value.i64 gv1
;; @009c                               v21 = iconst.i64 3
;; @009c                               v22 = ishl v15, v21  ; v21 = 3
;; @009c                               v23 = iadd v20, v22
;; @009c                               v24 = iconst.i64 3
;; @009c                               v25 = ishl v4, v24  ; v24 = 3
;; @009c                               v26 = call fn0(v14, v23, v25)
;; @00a0                               return
;; }
;; ;; u5:0 = element segment 0
;; ;; u2:9 = memcpy
;;
;; ;; wasm-function[6]
;; function u0:6() tail {
;;     region0 = 0 "state"
;;
;;                                 block0:
;; @00a3                               v0 = iconst.i32 0
;; @00a3                               v1 = iconst.i64 0x3fff_ffe0
;; @00a3                               store notrap aligned region0 v0, v1  ; v0 = 0, v1 = 0x3fff_ffe0
;; @00a6                               return
;; }
