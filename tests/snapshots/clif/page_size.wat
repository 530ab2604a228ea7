;; With pages of one byte no guard helps: the end of an access is compared.
(module
  (memory 100 (pagesize 1))
  (memory $grows 100 (pagesize 1))
  (func (export "constant_size") (param i32) (result i32) (i32.load offset=8 (local.get 0)))
  (func (export "growing") (param i32) (result i32)
    (drop (i32.load $grows offset=8 (local.get 0)))
    (i32.load $grows offset=4 (local.get 0)))
  (func (export "grow") (param i32) (result i32) (memory.grow $grows (local.get 0))))

;;; x86_64-linux
;; ;; wasm-function[0]
;; function u0:0(i32) -> i32 tail {
;;     region0 = 1073741824 "memory"
;;
;;                                 block0(v0: i32):
;;                                     v5 = iconst.i64 0x0002_0000_0000
;; @004a                               v1 = uextend.i64 v0
;; @004a                               v2 = iconst.i64 88
;; @004a                               v3 = icmp ugt v1, v2  ; v2 = 88
;; @004a                               trapnz v3, user2
;; @004a                               v4 = uextend.i64 v0
;; @004a                               v6 = iadd v5, v4  ; v5 = 0x0002_0000_0000
;; @004a                               v7 = load.i32 user2 little region0 v6+8
;; @004d                               return v7
;; }
;;
;; ;; wasm-function[1]
;; function u0:1(i32) -> i32 tail {
;;     region0 = 0 "state"
;;     region1 = 1073741825 "memory"
;;
;;                                 block0(v0: i32):
;;                                     v8 = iconst.i64 0x4000_0000
;; @0052                               v1 = uextend.i64 v0
;; @0052                               v2 = iconst.i64 0x3fff_ff80
;; @0052                               v3 = load.i64 notrap aligned region0 v2+8  ; v2 = 0x3fff_ff80
;; @0052                               v4 = iconst.i64 12
;; @0052                               v5 = iadd v1, v4  ; v4 = 12
;; @0052                               v6 = icmp ugt v5, v3
;; @0052                               trapnz v6, user2
;; @0052                               v7 = uextend.i64 v0
;; @0052                               v9 = iadd v8, v7  ; v8 = 0x4000_0000
;; @0052                               v10 = load.i32 user2 little region1 v9+8
;; @0059                               v11 = load.i32 user2 little region1 v9+4
;; @005d                               return v11
;; }
;;
;; ;; wasm-function[2]
;; function u0:2(i32) -> i32 tail {
;;     sig0 = (i64, i64) -> i64 system_v
;;     fn0 = colocated u2:1 sig0
;;
;;                                 block0(v0: i32):
;; @0062                               v1 = uextend.i64 v0
;; @0062                               v2 = iconst.i64 0
;; @0062                               v3 = ishl v1, v2  ; v2 = 0
;; @0062                               v4 = iconst.i64 0x3fff_ff80
;; @0062                               v5 = call fn0(v4, v3)  ; v4 = 0x3fff_ff80
;; @0062                               v6 = iconst.i64 0
;; @0062                               v7 = sshr v5, v6  ; v6 = 0
;; @0062                               v8 = ireduce.i32 v7
;; @0064                               return v8
;; }
;; ;; u2:1 = wasi_aot_region_grow

;;; aarch64-linux
;; ;; wasm-function[0]
;; function u0:0(i32) -> i32 tail {
;;     region0 = 1073741824 "memory"
;;     gv0 = symbol colocated %AddressZero+0x0002_0000_0000
;;
;;                                 block0(v0: i32):
;;                                     v5 = symbol_value.i64 gv0
;; @004a                               v1 = uextend.i64 v0
;; @004a                               v2 = iconst.i64 88
;; @004a                               v3 = icmp ugt v1, v2  ; v2 = 88
;; @004a                               trapnz v3, user2
;; @004a                               v4 = uextend.i64 v0
;; @004a                               v6 = iadd v5, v4
;; @004a                               v7 = load.i32 user2 little region0 v6+8
;; @004d                               return v7
;; }
;;
;; ;; wasm-function[1]
;; function u0:1(i32) -> i32 tail {
;;     region0 = 0 "state"
;;     region1 = 1073741825 "memory"
;;     gv0 = symbol colocated %AddressZero+0x4000_0000
;;
;;                                 block0(v0: i32):
;;                                     v8 = symbol_value.i64 gv0
;; @0052                               v1 = uextend.i64 v0
;; @0052                               v2 = iconst.i64 0x3fff_ff80
;; @0052                               v3 = load.i64 notrap aligned region0 v2+8  ; v2 = 0x3fff_ff80
;; @0052                               v4 = iconst.i64 12
;; @0052                               v5 = iadd v1, v4  ; v4 = 12
;; @0052                               v6 = icmp ugt v5, v3
;; @0052                               trapnz v6, user2
;; @0052                               v7 = uextend.i64 v0
;; @0052                               v9 = iadd v8, v7
;; @0052                               v10 = load.i32 user2 little region1 v9+8
;; @0059                               v11 = load.i32 user2 little region1 v9+4
;; @005d                               return v11
;; }
;;
;; ;; wasm-function[2]
;; function u0:2(i32) -> i32 tail {
;;     sig0 = (i64, i64) -> i64 system_v
;;     fn0 = colocated u2:1 sig0
;;
;;                                 block0(v0: i32):
;; @0062                               v1 = uextend.i64 v0
;; @0062                               v2 = iconst.i64 0
;; @0062                               v3 = ishl v1, v2  ; v2 = 0
;; @0062                               v4 = iconst.i64 0x3fff_ff80
;; @0062                               v5 = call fn0(v4, v3)  ; v4 = 0x3fff_ff80
;; @0062                               v6 = iconst.i64 0
;; @0062                               v7 = sshr v5, v6  ; v6 = 0
;; @0062                               v8 = ireduce.i32 v7
;; @0064                               return v8
;; }
;; ;; u2:1 = wasi_aot_region_grow
