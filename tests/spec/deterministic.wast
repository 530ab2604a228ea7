;; The relaxed instructions with the results of the deterministic profile, where others are allowed too.
(module
  (func (export "swizzle") (param v128 v128) (result v128)
    (i8x16.relaxed_swizzle (local.get 0) (local.get 1)))
  (func (export "trunc_s") (param v128) (result v128) (i32x4.relaxed_trunc_f32x4_s (local.get 0)))
  (func (export "trunc_u") (param v128) (result v128) (i32x4.relaxed_trunc_f32x4_u (local.get 0)))
  (func (export "trunc_s_zero") (param v128) (result v128)
    (i32x4.relaxed_trunc_f64x2_s_zero (local.get 0)))
  (func (export "trunc_u_zero") (param v128) (result v128)
    (i32x4.relaxed_trunc_f64x2_u_zero (local.get 0)))
  (func (export "madd32") (param v128 v128 v128) (result v128)
    (f32x4.relaxed_madd (local.get 0) (local.get 1) (local.get 2)))
  (func (export "nmadd32") (param v128 v128 v128) (result v128)
    (f32x4.relaxed_nmadd (local.get 0) (local.get 1) (local.get 2)))
  (func (export "madd64") (param v128 v128 v128) (result v128)
    (f64x2.relaxed_madd (local.get 0) (local.get 1) (local.get 2)))
  (func (export "nmadd64") (param v128 v128 v128) (result v128)
    (f64x2.relaxed_nmadd (local.get 0) (local.get 1) (local.get 2)))
  (func (export "laneselect") (param v128 v128 v128) (result v128)
    (i8x16.relaxed_laneselect (local.get 0) (local.get 1) (local.get 2)))
  (func (export "min") (param v128 v128) (result v128)
    (f32x4.relaxed_min (local.get 0) (local.get 1)))
  (func (export "max") (param v128 v128) (result v128)
    (f64x2.relaxed_max (local.get 0) (local.get 1)))
  (func (export "q15mulr") (param v128 v128) (result v128)
    (i16x8.relaxed_q15mulr_s (local.get 0) (local.get 1)))
  (func (export "dot") (param v128 v128) (result v128)
    (i16x8.relaxed_dot_i8x16_i7x16_s (local.get 0) (local.get 1)))
  (func (export "dot_add") (param v128 v128 v128) (result v128)
    (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get 0) (local.get 1) (local.get 2))))

(assert_return
  (invoke "swizzle" (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
                    (v128.const i8x16 16 17 18 19 128 255 127 64 1 2 3 4 5 6 7 8))
  (v128.const i8x16 0 0 0 0 0 0 0 0 1 2 3 4 5 6 7 8))
(assert_return
  (invoke "trunc_s" (v128.const f32x4 nan 2147483648.0 -2147483904.0 -1.5))
  (v128.const i32x4 0 2147483647 -2147483648 -1))
(assert_return
  (invoke "trunc_u" (v128.const f32x4 nan 4294967296.0 -1.0 3000000000.0))
  (v128.const i32x4 0 4294967295 0 3000000000))
(assert_return
  (invoke "trunc_s_zero" (v128.const f64x2 nan -3000000000.0))
  (v128.const i32x4 0 -2147483648 0 0))
(assert_return
  (invoke "trunc_u_zero" (v128.const f64x2 -1.0 5000000000.0))
  (v128.const i32x4 0 4294967295 0 0))
;; The largest float times 2 minus itself: rounded twice, it overflows. And products whose lost bits matter.
(assert_return
  (invoke "madd32" (v128.const f32x4 0x1.fffffep+127 0x1.000002p0 0x1.000002p+23 -0.0)
                   (v128.const f32x4 2.0 0x1.000002p0 0x1p-23 1.0)
                   (v128.const f32x4 -0x1.fffffep+127 -0x1.000004p0 0x1p-24 0.0))
  (v128.const f32x4 0x1.fffffep+127 0x1p-46 0x1.000004p0 0.0))
(assert_return
  (invoke "nmadd32" (v128.const f32x4 0x1.fffffep+127 0x1.000002p0 1.0 nan)
                    (v128.const f32x4 2.0 0x1.000002p0 1.0 1.0)
                    (v128.const f32x4 0x1.fffffep+127 0x1.000004p0 1.0 1.0))
  (v128.const f32x4 -0x1.fffffep+127 -0x1p-46 0.0 nan:arithmetic))
(assert_return
  (invoke "madd64" (v128.const f64x2 0x1.fffffffffffffp+1023 0x1.0000000000001p0)
                   (v128.const f64x2 2.0 0x1.0000000000001p0)
                   (v128.const f64x2 -0x1.fffffffffffffp+1023 -0x1.0000000000002p0))
  (v128.const f64x2 0x1.fffffffffffffp+1023 0x1p-104))
(assert_return
  (invoke "nmadd64" (v128.const f64x2 0x1.0000000000001p0 inf)
                    (v128.const f64x2 0x1.0000000000001p0 0.0)
                    (v128.const f64x2 0x1.0000000000002p0 1.0))
  (v128.const f64x2 -0x1p-104 nan:arithmetic))
(assert_return
  (invoke "laneselect" (v128.const i8x16 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1)
                       (v128.const i8x16 0x10 0x10 0x10 0x10 0x10 0x10 0x10 0x10 0x10 0x10 0x10 0x10 0x10 0x10 0x10 0x10)
                       (v128.const i8x16 0x80 0x01 0x7f 0xff 0 0 0 0 0 0 0 0 0 0 0 0x0f))
  (v128.const i8x16 0x10 0x11 0x01 0x01 0x10 0x10 0x10 0x10 0x10 0x10 0x10 0x10 0x10 0x10 0x10 0x11))
(assert_return
  (invoke "min" (v128.const f32x4 nan 1.0 -0.0 0.0) (v128.const f32x4 1.0 nan 0.0 -0.0))
  (v128.const f32x4 nan:canonical nan:canonical -0.0 -0.0))
(assert_return
  (invoke "max" (v128.const f64x2 -0.0 0.0) (v128.const f64x2 0.0 -0.0))
  (v128.const f64x2 0.0 0.0))
(assert_return
  (invoke "q15mulr" (v128.const i16x8 -32768 1 2 3 4 5 6 7) (v128.const i16x8 -32768 0 0 0 0 0 0 0))
  (v128.const i16x8 32767 0 0 0 0 0 0 0))
(assert_return
  (invoke "dot" (v128.const i8x16 -128 -128 127 127 -1 1 0 0 0 0 0 0 0 0 0 0)
                (v128.const i8x16 -128 -128 127 127 -1 -1 0 0 0 0 0 0 0 0 0 0))
  (v128.const i16x8 0x8000 32258 0 0 0 0 0 0))
(assert_return
  (invoke "dot_add" (v128.const i8x16 127 127 127 127 -1 0 0 0 0 0 0 0 0 0 0 0)
                    (v128.const i8x16 127 127 127 127 -1 0 0 0 0 0 0 0 0 0 0 0)
                    (v128.const i32x4 1 -1 0 7))
  (v128.const i32x4 64517 0 0 7))
