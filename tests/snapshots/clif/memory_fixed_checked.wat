;;! bounds-checks = explicit
;; A memory that cannot grow is compared with constants.
(module
  (memory 2 2)
  (func (export "load") (param i32) (result i32) (i32.load offset=8 (local.get 0)))
  (func (export "outside") (param i32) (result i32) (i32.load offset=0x20000 (local.get 0)))
  (func (export "size") (result i32) (memory.size)))

;;; x86_64-linux
;; ;; wasm-function[0]
;; function u0:0(i32) -> i32 tail {
;;     region0 = 1073741824 "memory"
;;
;;                                 block0(v0: i32):
;;                                     v5 = iconst.i64 0x4000_0000
;; @0042                               v1 = uextend.i64 v0
;; @0042                               v2 = iconst.i64 0x0002_0000
;; @0042                               v3 = icmp uge v1, v2  ; v2 = 0x0002_0000
;; @0042                               trapnz v3, user2
;; @0042                               v4 = uextend.i64 v0
;; @0042                               v6 = iadd v5, v4  ; v5 = 0x4000_0000
;; @0042                               v7 = load.i32 user2 little region0 v6+8
;; @0045                               return v7
;; }
;;
;; ;; wasm-function[1]
;; function u0:1(i32) -> i32 tail {
;;     region0 = 1073741824 "memory"
;;
;;                                 block0(v0: i32):
;;                                     v7 = iconst.i64 0x4000_0000
;; @004a                               v1 = uextend.i64 v0
;; @004a                               v2 = iconst.i64 0x0002_0000
;; @004a                               v3 = iconst.i64 0x0002_0004
;; @004a                               v4 = iadd v1, v3  ; v3 = 0x0002_0004
;; @004a                               v5 = icmp ugt v4, v2  ; v2 = 0x0002_0000
;; @004a                               trapnz v5, user2
;; @004a                               v6 = uextend.i64 v0
;; @004a                               v8 = iadd v7, v6  ; v7 = 0x4000_0000
;; @004a                               v9 = load.i32 user2 little region0 v8+0x0002_0000
;; @004f                               return v9
;; }
;;
;; ;; wasm-function[2]
;; function u0:2() -> i32 tail {
;;                                 block0:
;; @0052                               v0 = iconst.i64 0x0002_0000
;; @0052                               v1 = iconst.i64 16
;; @0052                               v2 = sshr v0, v1  ; v0 = 0x0002_0000, v1 = 16
;; @0052                               v3 = ireduce.i32 v2
;; @0054                               return v3
;; }

;;; aarch64-linux
;; ;; wasm-function[0]
;; function u0:0(i32) -> i32 tail {
;;     region0 = 1073741824 "memory"
;;     gv0 = symbol colocated %AddressZero+0x4000_0000
;;
;;                                 block0(v0: i32):
;;                                     v5 = symbol_value.i64 gv0
;; @0042                               v1 = uextend.i64 v0
;; @0042                               v2 = iconst.i64 0x0002_0000
;; @0042                               v3 = icmp uge v1, v2  ; v2 = 0x0002_0000
;; @0042                               trapnz v3, user2
;; @0042                               v4 = uextend.i64 v0
;; @0042                               v6 = iadd v5, v4
;; @0042                               v7 = load.i32 user2 little region0 v6+8
;; @0045                               return v7
;; }
;;
;; ;; wasm-function[1]
;; function u0:1(i32) -> i32 tail {
;;     region0 = 1073741824 "memory"
;;     gv0 = symbol colocated %AddressZero+0x4000_0000
;;
;;                                 block0(v0: i32):
;;                                     v7 = symbol_value.i64 gv0
;; @004a                               v1 = uextend.i64 v0
;; @004a                               v2 = iconst.i64 0x0002_0000
;; @004a                               v3 = iconst.i64 0x0002_0004
;; @004a                               v4 = iadd v1, v3  ; v3 = 0x0002_0004
;; @004a                               v5 = icmp ugt v4, v2  ; v2 = 0x0002_0000
;; @004a                               trapnz v5, user2
;; @004a                               v6 = uextend.i64 v0
;; @004a                               v8 = iadd v7, v6
;; @004a                               v9 = load.i32 user2 little region0 v8+0x0002_0000
;; @004f                               return v9
;; }
;;
;; ;; wasm-function[2]
;; function u0:2() -> i32 tail {
;;                                 block0:
;; @0052                               v0 = iconst.i64 0x0002_0000
;; @0052                               v1 = iconst.i64 16
;; @0052                               v2 = sshr v0, v1  ; v0 = 0x0002_0000, v1 = 16
;; @0052                               v3 = ireduce.i32 v2
;; @0054                               return v3
;; }
