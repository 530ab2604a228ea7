;; A global that something writes is a place, any other a constant.
(module
  (global $stack (mut i32) (i32.const 4096))
  (global $never_written (mut i64) (i64.const 5))
  (global $limit f64 (f64.const 0.5))
  (func (export "push") (result i32)
    (global.set $stack (i32.sub (global.get $stack) (i32.const 16)))
    (global.get $stack))
  (func (export "constants") (result i64 f64) (global.get $never_written) (global.get $limit)))

;;; x86_64-linux
;; ;; wasm-function[0]
;; function u0:0() -> i32 tail {
;;     region0 = 3221225472 "global"
;;
;;                                 block0:
;; @004e                               v0 = iconst.i64 0x3fff_ffc0
;; @004e                               v1 = load.i32 notrap aligned region0 v0  ; v0 = 0x3fff_ffc0
;; @0050                               v2 = iconst.i32 16
;; @0052                               v3 = isub v1, v2  ; v2 = 16
;; @0053                               v4 = iconst.i64 0x3fff_ffc0
;; @0053                               store notrap aligned region0 v3, v4  ; v4 = 0x3fff_ffc0
;; @0055                               v5 = iconst.i64 0x3fff_ffc0
;; @0055                               v6 = load.i32 notrap aligned region0 v5  ; v5 = 0x3fff_ffc0
;; @0057                               return v6
;; }
;;
;; ;; wasm-function[1]
;; function u0:1() -> i64, f64 tail {
;;                                 block0:
;; @005a                               v0 = iconst.i64 5
;; @005c                               v1 = f64const 0x1.0000000000000p-1
;; @005e                               return v0, v1  ; v0 = 5, v1 = 0x1.0000000000000p-1
;; }

;;; aarch64-linux
;; ;; wasm-function[0]
;; function u0:0() -> i32 tail {
;;     region0 = 3221225472 "global"
;;
;;                                 block0:
;; @004e                               v0 = iconst.i64 0x3fff_ffc0
;; @004e                               v1 = load.i32 notrap aligned region0 v0  ; v0 = 0x3fff_ffc0
;; @0050                               v2 = iconst.i32 16
;; @0052                               v3 = isub v1, v2  ; v2 = 16
;; @0053                               v4 = iconst.i64 0x3fff_ffc0
;; @0053                               store notrap aligned region0 v3, v4  ; v4 = 0x3fff_ffc0
;; @0055                               v5 = iconst.i64 0x3fff_ffc0
;; @0055                               v6 = load.i32 notrap aligned region0 v5  ; v5 = 0x3fff_ffc0
;; @0057                               return v6
;; }
;;
;; ;; wasm-function[1]
;; function u0:1() -> i64, f64 tail {
;;                                 block0:
;; @005a                               v0 = iconst.i64 5
;; @005c                               v1 = f64const 0x1.0000000000000p-1
;; @005e                               return v0, v1  ; v0 = 5, v1 = 0x1.0000000000000p-1
;; }
