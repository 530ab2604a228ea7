;;! state = pointer
;; The address of the state is a hidden parameter, which calls pass on.
(module
  (global $stack (mut i32) (i32.const 4096))
  (func $pop (param i32)
    (global.set $stack (i32.add (global.get $stack) (local.get 0))))
  (func (export "call") (param i32) (call $pop (local.get 0))))

;;; x86_64-linux
;; ;; pop
;; function u0:0(i64, i32) tail {
;;     region0 = 3221225472 "global"
;;
;;                                 block0(v0: i64, v1: i32):
;; @002c                               v2 = load.i32 notrap aligned region0 v0
;; @0030                               v3 = iadd v2, v1
;; @0031                               store notrap aligned region0 v3, v0
;; @0033                               return
;; }
;;
;; ;; wasm-function[1]
;; function u0:1(i64, i32) tail {
;;     region0 = 3221225472 "global"
;;     sig0 = (i64, i32) tail
;;     fn0 = colocated u0:0 sig0
;;
;;                                 block0(v0: i64, v1: i32):
;; @0038                               jump block1
;;
;;                                 block1:
;; @003f                               v2 = load.i32 notrap aligned region0 v0
;; @0043                               v3 = iadd v2, v1
;; @0044                               store notrap aligned region0 v3, v0
;; @0046                               jump block2
;;
;;                                 block2:
;; @003a                               return
;; }
;; ;; u0:0 = pop

;;; aarch64-linux
;; ;; pop
;; function u0:0(i64, i32) tail {
;;     region0 = 3221225472 "global"
;;
;;                                 block0(v0: i64, v1: i32):
;; @002c                               v2 = load.i32 notrap aligned region0 v0
;; @0030                               v3 = iadd v2, v1
;; @0031                               store notrap aligned region0 v3, v0
;; @0033                               return
;; }
;;
;; ;; wasm-function[1]
;; function u0:1(i64, i32) tail {
;;     region0 = 3221225472 "global"
;;     sig0 = (i64, i32) tail
;;     fn0 = colocated u0:0 sig0
;;
;;                                 block0(v0: i64, v1: i32):
;; @0038                               jump block1
;;
;;                                 block1:
;; @003f                               v2 = load.i32 notrap aligned region0 v0
;; @0043                               v3 = iadd v2, v1
;; @0044                               store notrap aligned region0 v3, v0
;; @0046                               jump block2
;;
;;                                 block2:
;; @003a                               return
;; }
;; ;; u0:0 = pop
