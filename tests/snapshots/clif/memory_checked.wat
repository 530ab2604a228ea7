;;! bounds-checks = explicit
;; Accesses that are compared with the memory's size.
(module
  (memory 1)
  (func (export "plain") (param i32) (result i32) (i32.load offset=8 (local.get 0)))
  (func (export "store") (param i32 f64) (f64.store offset=0xffff_ffff (local.get 0) (local.get 1))))

;;; x86_64-linux
;; ;; wasm-function[0]
;; function u0:0(i32) -> i32 tail {
;;     region0 = 1073741824 "memory"
;;
;;                                 block0(v0: i32):
;;                                     v5 = iconst.i64 0x4000_0000
;; @0039                               v1 = uextend.i64 v0
;; @0039                               v2 = iconst.i64 0x0001_0000
;; @0039                               v3 = icmp uge v1, v2  ; v2 = 0x0001_0000
;; @0039                               trapnz v3, user2
;; @0039                               v4 = uextend.i64 v0
;; @0039                               v6 = iadd v5, v4  ; v5 = 0x4000_0000
;; @0039                               v7 = load.i32 user2 little region0 v6+8
;; @003c                               return v7
;; }
;;
;; ;; wasm-function[1]
;; function u0:1(i32, f64) tail {
;;     region0 = 1073741824 "memory"
;;
;;                                 block0(v0: i32, v1: f64):
;; @0043                               v2 = uextend.i64 v0
;; @0043                               v3 = iconst.i64 0x0001_0000
;; @0043                               v4 = iconst.i64 0x0001_0000_0007
;; @0043                               v5 = iadd v2, v4  ; v4 = 0x0001_0000_0007
;; @0043                               v6 = icmp ugt v5, v3  ; v3 = 0x0001_0000
;; @0043                               trapnz v6, user2
;; @0043                               v7 = uextend.i64 v0
;; @0043                               v8 = iconst.i64 0x0001_3fff_ffff
;; @0043                               v9 = iadd v8, v7  ; v8 = 0x0001_3fff_ffff
;; @0043                               store user2 little region0 v1, v9
;; @004a                               return
;; }

;;; aarch64-linux
;; ;; wasm-function[0]
;; function u0:0(i32) -> i32 tail {
;;     region0 = 1073741824 "memory"
;;     gv0 = symbol colocated %AddressZero+0x4000_0000
;;
;;                                 block0(v0: i32):
;;                                     v5 = symbol_value.i64 gv0
;; @0039                               v1 = uextend.i64 v0
;; @0039                               v2 = iconst.i64 0x0001_0000
;; @0039                               v3 = icmp uge v1, v2  ; v2 = 0x0001_0000
;; @0039                               trapnz v3, user2
;; @0039                               v4 = uextend.i64 v0
;; @0039                               v6 = iadd v5, v4
;; @0039                               v7 = load.i32 user2 little region0 v6+8
;; @003c                               return v7
;; }
;;
;; ;; wasm-function[1]
;; function u0:1(i32, f64) tail {
;;     region0 = 1073741824 "memory"
;;     gv0 = symbol colocated %AddressZero+0x4000_0000
;;
;;                                 block0(v0: i32, v1: f64):
;; @0043                               v2 = uextend.i64 v0
;; @0043                               v3 = iconst.i64 0x0001_0000
;; @0043                               v4 = iconst.i64 0x0001_0000_0007
;; @0043                               v5 = iadd v2, v4  ; v4 = 0x0001_0000_0007
;; @0043                               v6 = icmp ugt v5, v3  ; v3 = 0x0001_0000
;; @0043                               trapnz v6, user2
;; @0043                               v7 = uextend.i64 v0
;; @0043                               v8 = symbol_value.i64 gv0
;; @0043                               v9 = iconst.i64 0xffff_ffff
;; @0043                               v10 = iadd v8, v9  ; v9 = 0xffff_ffff
;; @0043                               v11 = iadd v10, v7
;; @0043                               store user2 little region0 v1, v11
;; @004a                               return
;; }
