;; Accesses to different memories do not alias, and each memory has its own size.
(module
  (memory $one 1 1)
  (memory $two 2 5)
  (func (export "two_accesses") (param i32) (result i32)
    (i32.store $one (local.get 0) (i32.const 1))
    (i32.load $two (local.get 0)))
  (func (export "sizes") (result i32 i32) (memory.size $one) (memory.grow $two (i32.const 1)))
  (func (export "copy") (param i32 i32 i32)
    (memory.copy $one $two (local.get 0) (local.get 1) (local.get 2))))

;;; x86_64-linux
;; ;; wasm-function[0]
;; function u0:0(i32) -> i32 tail {
;;     region0 = 1073741824 "memory"
;;     region1 = 1073741825 "memory"
;;
;;                                 block0(v0: i32):
;;                                     v6 = iconst.i64 0x0002_0000_0000
;;                                     v3 = iconst.i64 0x4000_0000
;; @0052                               v1 = iconst.i32 1
;; @0054                               v2 = uextend.i64 v0
;; @0054                               v4 = iadd v3, v2  ; v3 = 0x4000_0000
;; @0054                               store user2 little region0 v1, v4  ; v1 = 1
;; @0059                               v5 = uextend.i64 v0
;; @0059                               v7 = iadd v6, v5  ; v6 = 0x0002_0000_0000
;; @0059                               v8 = load.i32 user2 little region1 v7
;; @005d                               return v8
;; }
;;
;; ;; wasm-function[1]
;; function u0:1() -> i32, i32 tail {
;;     sig0 = (i64, i64) -> i64 system_v
;;     fn0 = colocated u2:1 sig0
;;
;;                                 block0:
;; @0060                               v0 = iconst.i64 0x0001_0000
;; @0060                               v1 = iconst.i64 16
;; @0060                               v2 = sshr v0, v1  ; v0 = 0x0001_0000, v1 = 16
;; @0060                               v3 = ireduce.i32 v2
;; @0062                               v4 = iconst.i32 1
;; @0064                               v5 = uextend.i64 v4  ; v4 = 1
;; @0064                               v6 = iconst.i64 16
;; @0064                               v7 = ishl v5, v6  ; v6 = 16
;; @0064                               v8 = iconst.i64 0x3fff_ffc0
;; @0064                               v9 = call fn0(v8, v7)  ; v8 = 0x3fff_ffc0
;; @0064                               v10 = iconst.i64 16
;; @0064                               v11 = sshr v9, v10  ; v10 = 16
;; @0064                               v12 = ireduce.i32 v11
;; @0066                               return v3, v12
;; }
;; ;; u2:1 = wasi_aot_region_grow
;;
;; ;; wasm-function[2]
;; function u0:2(i32, i32, i32) tail {
;;     region0 = 0 "state"
;;     sig0 = (i64, i64, i64) -> i64 system_v
;;     fn0 = colocated u2:7 sig0
;;
;;                                 block0(v0: i32, v1: i32, v2: i32):
;; @006f                               v3 = uextend.i64 v0
;; @006f                               v4 = uextend.i64 v2
;; @006f                               v5 = iconst.i64 0x0001_0000
;; @006f                               v6 = iadd v3, v4
;; @006f                               v7 = icmp ugt v6, v5  ; v5 = 0x0001_0000
;; @006f                               trapnz v7, user2
;; @006f                               v8 = iconst.i64 0x4000_0000
;; @006f                               v9 = iadd v8, v3  ; v8 = 0x4000_0000
;; @006f                               v10 = uextend.i64 v1
;; @006f                               v11 = uextend.i64 v2
;; @006f                               v12 = iconst.i64 0x3fff_ffc0
;; @006f                               v13 = load.i64 notrap aligned region0 v12+8  ; v12 = 0x3fff_ffc0
;; @006f                               v14 = iadd v10, v11
;; @006f                               v15 = icmp ugt v14, v13
;; @006f                               trapnz v15, user2
;; @006f                               v16 = iconst.i64 0x0002_0000_0000
;; @006f                               v17 = iadd v16, v10  ; v16 = 0x0002_0000_0000
;; @006f                               v18 = call fn0(v9, v17, v4)
;; @0073                               return
;; }
;; ;; u2:7 = memmove

;;; aarch64-linux
;; ;; wasm-function[0]
;; function u0:0(i32) -> i32 tail {
;;     region0 = 1073741824 "memory"
;;     region1 = 1073741825 "memory"
;;     gv0 = symbol colocated %AddressZero+0x4000_0000
;;     gv1 = symbol colocated %AddressZero+0x0002_0000_0000
;;
;;                                 block0(v0: i32):
;;                                     v6 = symbol_value.i64 gv1
;;                                     v3 = symbol_value.i64 gv0
;; @0052                               v1 = iconst.i32 1
;; @0054                               v2 = uextend.i64 v0
;; @0054                               v4 = iadd v3, v2
;; @0054                               store user2 little region0 v1, v4  ; v1 = 1
;; @0059                               v5 = uextend.i64 v0
;; @0059                               v7 = iadd v6, v5
;; @0059                               v8 = load.i32 user2 little region1 v7
;; @005d                               return v8
;; }
;;
;; ;; wasm-function[1]
;; function u0:1() -> i32, i32 tail {
;;     sig0 = (i64, i64) -> i64 system_v
;;     fn0 = colocated u2:1 sig0
;;
;;                                 block0:
;; @0060                               v0 = iconst.i64 0x0001_0000
;; @0060                               v1 = iconst.i64 16
;; @0060                               v2 = sshr v0, v1  ; v0 = 0x0001_0000, v1 = 16
;; @0060                               v3 = ireduce.i32 v2
;; @0062                               v4 = iconst.i32 1
;; @0064                               v5 = uextend.i64 v4  ; v4 = 1
;; @0064                               v6 = iconst.i64 16
;; @0064                               v7 = ishl v5, v6  ; v6 = 16
;; @0064                               v8 = iconst.i64 0x3fff_ffc0
;; @0064                               v9 = call fn0(v8, v7)  ; v8 = 0x3fff_ffc0
;; @0064                               v10 = iconst.i64 16
;; @0064                               v11 = sshr v9, v10  ; v10 = 16
;; @0064                               v12 = ireduce.i32 v11
;; @0066                               return v3, v12
;; }
;; ;; u2:1 = wasi_aot_region_grow
;;
;; ;; wasm-function[2]
;; function u0:2(i32, i32, i32) tail {
;;     region0 = 0 "state"
;;     gv0 = symbol colocated %AddressZero+0x4000_0000
;;     gv1 = symbol colocated %AddressZero+0x0002_0000_0000
;;     sig0 = (i64, i64, i64) -> i64 system_v
;;     fn0 = colocated u2:7 sig0
;;
;;                                 block0(v0: i32, v1: i32, v2: i32):
;; @006f                               v3 = uextend.i64 v0
;; @006f                               v4 = uextend.i64 v2
;; @006f                               v5 = iconst.i64 0x0001_0000
;; @006f                               v6 = iadd v3, v4
;; @006f                               v7 = icmp ugt v6, v5  ; v5 = 0x0001_0000
;; @006f                               trapnz v7, user2
;; @006f                               v8 = symbol_value.i64 gv0
;; @006f                               v9 = iadd v8, v3
;; @006f                               v10 = uextend.i64 v1
;; @006f                               v11 = uextend.i64 v2
;; @006f                               v12 = iconst.i64 0x3fff_ffc0
;; @006f                               v13 = load.i64 notrap aligned region0 v12+8  ; v12 = 0x3fff_ffc0
;; @006f                               v14 = iadd v10, v11
;; @006f                               v15 = icmp ugt v14, v13
;; @006f                               trapnz v15, user2
;; @006f                               v16 = symbol_value.i64 gv1
;; @006f                               v17 = iadd v16, v10
;; @006f                               v18 = call fn0(v9, v17, v4)
;; @0073                               return
;; }
;; ;; u2:7 = memmove
