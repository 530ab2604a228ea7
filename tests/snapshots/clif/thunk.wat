;; A call of an import makes sure of the stack and passes the memory's region; whoever has its address, calls a thunk.
(module
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (memory 1)
  (elem declare func $random_get)
  (func (export "random") (param i32) (result i32)
    (call $random_get (local.get 0) (i32.const 8)))
  (func (export "address") (result funcref)
    (ref.func $random_get)))

;;; x86_64-linux
;; ;; wasi_snapshot_preview1.random_get [import]
;; function u0:0(i32, i32) -> i32 tail {
;;     region0 = 0 "state"
;;     gv0 = symbol colocated userextname0
;;     sig0 = (i64, i32, i32) -> i32 system_v
;;     fn0 = colocated u3:0 sig0
;;
;; block0(v0: i32, v1: i32):
;;     v2 = get_stack_pointer.i64
;;     v3 = symbol_value.i64 gv0
;;     v4 = load.i64 notrap aligned region0 v3
;;     v5 = icmp ult v2, v4
;;     trapnz v5, user9
;;     v6 = iconst.i64 0x3fff_ffc0
;;     v7 = call fn0(v6, v0, v1)  ; v6 = 0x3fff_ffc0
;;     return v7
;; }
;; ;; u2:0 = wasi_aot_stack_limit
;; ;; u3:0 = wasi_snapshot_preview1.random_get
;;
;; ;; wasm-function[1]
;; function u0:1(i32) -> i32 tail {
;;     region0 = 0 "state"
;;     gv0 = symbol colocated userextname0
;;     sig0 = (i64, i32, i32) -> i32 system_v
;;     fn0 = colocated u3:0 sig0
;;
;;                                 block0(v0: i32):
;; @006f                               v1 = iconst.i32 8
;; @0071                               v2 = get_stack_pointer.i64
;; @0071                               v3 = symbol_value.i64 gv0
;; @0071                               v4 = load.i64 notrap aligned region0 v3
;; @0071                               v5 = icmp ult v2, v4
;; @0071                               trapnz v5, user9
;; @0071                               v6 = iconst.i64 0x3fff_ffc0
;; @0071                               v7 = call fn0(v6, v0, v1)  ; v6 = 0x3fff_ffc0, v1 = 8
;; @0073                               return v7
;; }
;; ;; u2:0 = wasi_aot_stack_limit
;; ;; u3:0 = wasi_snapshot_preview1.random_get
;;
;; ;; wasm-function[2]
;; function u0:2() -> i64 tail {
;;     sig0 = (i32, i32) -> i32 tail
;;     fn0 = colocated u0:0 sig0
;;
;;                                 block0:
;; @0076                               v0 = func_addr.i64 fn0
;; @0078                               return v0
;; }
;; ;; u0:0 = wasi_snapshot_preview1.random_get [import]

;;; aarch64-linux
;; ;; wasi_snapshot_preview1.random_get [import]
;; function u0:0(i32, i32) -> i32 tail {
;;     region0 = 0 "state"
;;     gv0 = symbol colocated userextname0
;;     sig0 = (i64, i32, i32) -> i32 system_v
;;     fn0 = colocated u3:0 sig0
;;
;; block0(v0: i32, v1: i32):
;;     v2 = get_stack_pointer.i64
;;     v3 = symbol_value.i64 gv0
;;     v4 = load.i64 notrap aligned region0 v3
;;     v5 = icmp ult v2, v4
;;     trapnz v5, user9
;;     v6 = iconst.i64 0x3fff_ffc0
;;     v7 = call fn0(v6, v0, v1)  ; v6 = 0x3fff_ffc0
;;     return v7
;; }
;; ;; u2:0 = wasi_aot_stack_limit
;; ;; u3:0 = wasi_snapshot_preview1.random_get
;;
;; ;; wasm-function[1]
;; function u0:1(i32) -> i32 tail {
;;     region0 = 0 "state"
;;     gv0 = symbol colocated userextname0
;;     sig0 = (i64, i32, i32) -> i32 system_v
;;     fn0 = colocated u3:0 sig0
;;
;;                                 block0(v0: i32):
;; @006f                               v1 = iconst.i32 8
;; @0071                               v2 = get_stack_pointer.i64
;; @0071                               v3 = symbol_value.i64 gv0
;; @0071                               v4 = load.i64 notrap aligned region0 v3
;; @0071                               v5 = icmp ult v2, v4
;; @0071                               trapnz v5, user9
;; @0071                               v6 = iconst.i64 0x3fff_ffc0
;; @0071                               v7 = call fn0(v6, v0, v1)  ; v6 = 0x3fff_ffc0, v1 = 8
;; @0073                               return v7
;; }
;; ;; u2:0 = wasi_aot_stack_limit
;; ;; u3:0 = wasi_snapshot_preview1.random_get
;;
;; ;; wasm-function[2]
;; function u0:2() -> i64 tail {
;;     sig0 = (i32, i32) -> i32 tail
;;     fn0 = colocated u0:0 sig0
;;
;;                                 block0:
;; @0076                               v0 = func_addr.i64 fn0
;; @0078                               return v0
;; }
;; ;; u0:0 = wasi_snapshot_preview1.random_get [import]
