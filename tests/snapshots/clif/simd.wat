;; A vector takes the shape that an instruction wants; locals, calls and memory know one shape only. Constants
;; have the shape at once.
(module
  (memory 1)
  (global $g (mut v128) (v128.const i64x2 1 2))
  (func $callee (param v128) (result v128) (local.get 0))
  (func (export "shapes") (param v128 i32) (result v128)
    (local v128)
    (local.set 2 (f32x4.add (local.get 0) (v128.const f32x4 1 2 3 4)))
    (global.set $g (f32x4.mul (local.get 2) (f32x4.sqrt (local.get 2))))
    (call $callee (i64x2.add (global.get $g) (v128.load8_splat (local.get 1)))))
  (func (export "condition") (param v128 v128) (result v128)
    (select (local.get 0) (local.get 1) (i32x4.all_true (i32x4.gt_s (local.get 0) (local.get 1))))))

;;; x86_64-linux
;; ;; callee
;; function u0:0(i8x16) -> i8x16 tail {
;;                                 block0(v0: i8x16):
;; @005e                               return v0
;; }
;;
;; ;; wasm-function[1]
;; function u0:1(i8x16, i32) -> i8x16 tail {
;;     region0 = 3221225472 "global"
;;     region1 = 1073741824 "memory"
;;     sig0 = (i8x16) -> i8x16 tail
;;     fn0 = colocated u0:0 sig0
;;     const0 = 0x4080000040400000400000003f800000
;;
;;                                 block0(v0: i8x16, v1: i32):
;;                                     v14 = iconst.i64 0x4000_0000
;; @0065                               v2 = vconst.i8x16 const0
;; @0077                               v3 = vconst.f32x4 const0
;; @0077                               v4 = bitcast.f32x4 little v0
;; @0077                               v5 = fadd v4, v3  ; v3 = const0
;; @007a                               v6 = bitcast.i8x16 little v5
;; @0080                               v7 = sqrt v5
;; @0083                               v8 = fmul v5, v7
;; @0086                               v9 = bitcast.i8x16 little v8
;; @0086                               v10 = iconst.i64 0x3fff_ffc0
;; @0086                               store notrap aligned region0 v9, v10  ; v10 = 0x3fff_ffc0
;; @0088                               v11 = iconst.i64 0x3fff_ffc0
;; @0088                               v12 = load.i8x16 notrap aligned region0 v11  ; v11 = 0x3fff_ffc0
;; @008c                               v13 = uextend.i64 v1
;; @008c                               v15 = iadd v14, v13  ; v14 = 0x4000_0000
;; @008c                               v16 = load.i8 user2 little region1 v15
;; @008c                               v17 = splat.i8x16 v16
;; @0090                               v18 = bitcast.i64x2 little v17
;; @0090                               v19 = bitcast.i64x2 little v12
;; @0090                               v20 = iadd v19, v18
;; @0093                               v21 = bitcast.i8x16 little v20
;; @0093                               jump block1
;;
;;                                 block1:
;; @009e                               jump block2(v21)
;;
;;                                 block2(v23: i8x16):
;;                                     v22 -> v23
;; @0095                               return v22
;; }
;; ;; u0:0 = callee
;;
;; ;; wasm-function[2]
;; function u0:2(i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i8x16, v1: i8x16):
;; @00a0                               v2 = bitcast.i32x4 little v1
;; @00a0                               v3 = bitcast.i32x4 little v0
;; @00a0                               v4 = icmp sgt v3, v2
;; @00a2                               v5 = vall_true v4
;; @00a5                               v6 = select v5, v0, v1
;; @00a6                               return v6
;; }

;;; aarch64-linux
;; ;; callee
;; function u0:0(i8x16) -> i8x16 tail {
;;                                 block0(v0: i8x16):
;; @005e                               return v0
;; }
;;
;; ;; wasm-function[1]
;; function u0:1(i8x16, i32) -> i8x16 tail {
;;     region0 = 3221225472 "global"
;;     region1 = 1073741824 "memory"
;;     gv0 = symbol colocated %AddressZero+0x4000_0000
;;     sig0 = (i8x16) -> i8x16 tail
;;     fn0 = colocated u0:0 sig0
;;     const0 = 0x4080000040400000400000003f800000
;;
;;                                 block0(v0: i8x16, v1: i32):
;;                                     v10 = symbol_value.i64 gv0
;; @0065                               v2 = vconst.i8x16 const0
;; @0077                               v3 = vconst.f32x4 const0
;; @0077                               v4 = bitcast.f32x4 little v0
;; @0077                               v5 = fadd v4, v3  ; v3 = const0
;; @007a                               v6 = bitcast.i8x16 little v5
;; @0080                               v7 = sqrt v5
;; @0083                               v8 = fmul v5, v7
;; @0086                               v9 = bitcast.i8x16 little v8
;; @0086                               store notrap aligned region0 v9, v10-64
;; @0088                               v11 = load.i8x16 notrap aligned region0 v10-64
;; @008c                               v12 = uextend.i64 v1
;; @008c                               v13 = iadd v10, v12
;; @008c                               v14 = load.i8 user2 little region1 v13
;; @008c                               v15 = splat.i8x16 v14
;; @0090                               v16 = bitcast.i64x2 little v15
;; @0090                               v17 = bitcast.i64x2 little v11
;; @0090                               v18 = iadd v17, v16
;; @0093                               v19 = bitcast.i8x16 little v18
;; @0093                               jump block1
;;
;;                                 block1:
;; @009e                               jump block2(v19)
;;
;;                                 block2(v21: i8x16):
;;                                     v20 -> v21
;; @0095                               return v20
;; }
;; ;; u0:0 = callee
;;
;; ;; wasm-function[2]
;; function u0:2(i8x16, i8x16) -> i8x16 tail {
;;                                 block0(v0: i8x16, v1: i8x16):
;; @00a0                               v2 = bitcast.i32x4 little v1
;; @00a0                               v3 = bitcast.i32x4 little v0
;; @00a0                               v4 = icmp sgt v3, v2
;; @00a2                               v5 = vall_true v4
;; @00a5                               v6 = select v5, v0, v1
;; @00a6                               return v6
;; }
