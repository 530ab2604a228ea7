;; Accesses to a guarded memory: the base is a constant, the offset stands in the access.
(module
  (memory 1)
  (func (export "plain") (param i32) (result i32) (i32.load offset=8 (local.get 0)))
  (func (export "constant_index") (result i64) (i64.load offset=8 (i32.const 1024)))
  (func (export "beyond_the_guard") (param i32) (result i32)
    (i32.load8_s offset=0xffff_fff0 (local.get 0)))
  (func (export "narrow_store") (param i32 i64) (i64.store16 (local.get 0) (local.get 1)))
  (func (export "size") (result i32) (memory.size))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))

;;; x86_64-linux
;; ;; wasm-function[0]
;; function u0:0(i32) -> i32 tail {
;;     region0 = 1073741824 "memory"
;;
;;                                 block0(v0: i32):
;;                                     v2 = iconst.i64 0x4000_0000
;; @007e                               v1 = uextend.i64 v0
;; @007e                               v3 = iadd v2, v1  ; v2 = 0x4000_0000
;; @007e                               v4 = load.i32 user2 little region0 v3+8
;; @0081                               return v4
;; }
;;
;; ;; wasm-function[1]
;; function u0:1() -> i64 tail {
;;     region0 = 1073741824 "memory"
;;
;;                                 block0:
;;                                     v2 = iconst.i64 0x4000_0000
;; @0084                               v0 = iconst.i32 1024
;; @0087                               v1 = uextend.i64 v0  ; v0 = 1024
;; @0087                               v3 = iadd v2, v1  ; v2 = 0x4000_0000
;; @0087                               v4 = load.i64 user2 little region0 v3+8
;; @008a                               return v4
;; }
;;
;; ;; wasm-function[2]
;; function u0:2(i32) -> i32 tail {
;;     region0 = 0 "state"
;;     region1 = 1073741824 "memory"
;;
;;                                 block0(v0: i32):
;; @008f                               v1 = uextend.i64 v0
;; @008f                               v2 = iconst.i64 0x3fff_ffc0
;; @008f                               v3 = load.i64 notrap aligned region0 v2+8  ; v2 = 0x3fff_ffc0
;; @008f                               v4 = iconst.i64 0xffff_fff1
;; @008f                               v5 = iadd v1, v4  ; v4 = 0xffff_fff1
;; @008f                               v6 = icmp ugt v5, v3
;; @008f                               trapnz v6, user2
;; @008f                               v7 = uextend.i64 v0
;; @008f                               v8 = iconst.i64 0x0001_3fff_fff0
;; @008f                               v9 = iadd v8, v7  ; v8 = 0x0001_3fff_fff0
;; @008f                               v10 = sload8.i32 user2 little region1 v9
;; @0096                               return v10
;; }
;;
;; ;; wasm-function[3]
;; function u0:3(i32, i64) tail {
;;     region0 = 1073741824 "memory"
;;
;;                                 block0(v0: i32, v1: i64):
;;                                     v3 = iconst.i64 0x4000_0000
;; @009d                               v2 = uextend.i64 v0
;; @009d                               v4 = iadd v3, v2  ; v3 = 0x4000_0000
;; @009d                               istore16 user2 little region0 v1, v4
;; @00a0                               return
;; }
;;
;; ;; wasm-function[4]
;; function u0:4() -> i32 tail {
;;     region0 = 0 "state"
;;
;;                                 block0:
;; @00a3                               v0 = iconst.i64 0x3fff_ffc0
;; @00a3                               v1 = load.i64 notrap aligned region0 v0+8  ; v0 = 0x3fff_ffc0
;; @00a3                               v2 = iconst.i64 16
;; @00a3                               v3 = sshr v1, v2  ; v2 = 16
;; @00a3                               v4 = ireduce.i32 v3
;; @00a5                               return v4
;; }
;;
;; ;; wasm-function[5]
;; function u0:5(i32) -> i32 tail {
;;     sig0 = (i64, i64) -> i64 system_v
;;     fn0 = colocated u2:1 sig0
;;
;;                                 block0(v0: i32):
;; @00aa                               v1 = uextend.i64 v0
;; @00aa                               v2 = iconst.i64 16
;; @00aa                               v3 = ishl v1, v2  ; v2 = 16
;; @00aa                               v4 = iconst.i64 0x3fff_ffc0
;; @00aa                               v5 = call fn0(v4, v3)  ; v4 = 0x3fff_ffc0
;; @00aa                               v6 = iconst.i64 16
;; @00aa                               v7 = sshr v5, v6  ; v6 = 16
;; @00aa                               v8 = ireduce.i32 v7
;; @00ac                               return v8
;; }
;; ;; u2:1 = wasi_aot_region_grow

;;; aarch64-linux
;; ;; wasm-function[0]
;; function u0:0(i32) -> i32 tail {
;;     region0 = 1073741824 "memory"
;;     gv0 = symbol colocated %AddressZero+0x4000_0000
;;
;;                                 block0(v0: i32):
;;                                     v2 = symbol_value.i64 gv0
;; @007e                               v1 = uextend.i64 v0
;; @007e                               v3 = iadd v2, v1
;; @007e                               v4 = load.i32 user2 little region0 v3+8
;; @0081                               return v4
;; }
;;
;; ;; wasm-function[1]
;; function u0:1() -> i64 tail {
;;     region0 = 1073741824 "memory"
;;     gv0 = symbol colocated %AddressZero+0x4000_0000
;;
;;                                 block0:
;;                                     v2 = symbol_value.i64 gv0
;; @0084                               v0 = iconst.i32 1024
;; @0087                               v1 = uextend.i64 v0  ; v0 = 1024
;; @0087                               v3 = iadd v2, v1
;; @0087                               v4 = load.i64 user2 little region0 v3+8
;; @008a                               return v4
;; }
;;
;; ;; wasm-function[2]
;; function u0:2(i32) -> i32 tail {
;;     region0 = 0 "state"
;;     region1 = 1073741824 "memory"
;;     gv0 = symbol colocated %AddressZero+0x4000_0000
;;
;;                                 block0(v0: i32):
;; @008f                               v1 = uextend.i64 v0
;; @008f                               v2 = iconst.i64 0x3fff_ffc0
;; @008f                               v3 = load.i64 notrap aligned region0 v2+8  ; v2 = 0x3fff_ffc0
;; @008f                               v4 = iconst.i64 0xffff_fff1
;; @008f                               v5 = iadd v1, v4  ; v4 = 0xffff_fff1
;; @008f                               v6 = icmp ugt v5, v3
;; @008f                               trapnz v6, user2
;; @008f                               v7 = uextend.i64 v0
;; @008f                               v8 = symbol_value.i64 gv0
;; @008f                               v9 = iconst.i64 0xffff_fff0
;; @008f                               v10 = iadd v8, v9  ; v9 = 0xffff_fff0
;; @008f                               v11 = iadd v10, v7
;; @008f                               v12 = sload8.i32 user2 little region1 v11
;; @0096                               return v12
;; }
;;
;; ;; wasm-function[3]
;; function u0:3(i32, i64) tail {
;;     region0 = 1073741824 "memory"
;;     gv0 = symbol colocated %AddressZero+0x4000_0000
;;
;;                                 block0(v0: i32, v1: i64):
;;                                     v3 = symbol_value.i64 gv0
;; @009d                               v2 = uextend.i64 v0
;; @009d                               v4 = iadd v3, v2
;; @009d                               istore16 user2 little region0 v1, v4
;; @00a0                               return
;; }
;;
;; ;; wasm-function[4]
;; function u0:4() -> i32 tail {
;;     region0 = 0 "state"
;;
;;                                 block0:
;; @00a3                               v0 = iconst.i64 0x3fff_ffc0
;; @00a3                               v1 = load.i64 notrap aligned region0 v0+8  ; v0 = 0x3fff_ffc0
;; @00a3                               v2 = iconst.i64 16
;; @00a3                               v3 = sshr v1, v2  ; v2 = 16
;; @00a3                               v4 = ireduce.i32 v3
;; @00a5                               return v4
;; }
;;
;; ;; wasm-function[5]
;; function u0:5(i32) -> i32 tail {
;;     sig0 = (i64, i64) -> i64 system_v
;;     fn0 = colocated u2:1 sig0
;;
;;                                 block0(v0: i32):
;; @00aa                               v1 = uextend.i64 v0
;; @00aa                               v2 = iconst.i64 16
;; @00aa                               v3 = ishl v1, v2  ; v2 = 16
;; @00aa                               v4 = iconst.i64 0x3fff_ffc0
;; @00aa                               v5 = call fn0(v4, v3)  ; v4 = 0x3fff_ffc0
;; @00aa                               v6 = iconst.i64 16
;; @00aa                               v7 = sshr v5, v6  ; v6 = 16
;; @00aa                               v8 = ireduce.i32 v7
;; @00ac                               return v8
;; }
;; ;; u2:1 = wasi_aot_region_grow
