;;! nan-canonicalization
;; A NaN that arithmetic makes becomes the canonical one, scalar or vector; what only moves bits is left alone.
(module
  (func (export "add") (param f64 f64) (result f64) (f64.add (local.get 0) (local.get 1)))
  (func (export "promote") (param f32) (result f64) (f64.promote_f32 (local.get 0)))
  (func (export "lanes") (param v128 v128) (result v128) (f32x4.mul (local.get 0) (local.get 1)))
  (func (export "relaxed") (param v128 v128) (result v128) (f32x4.relaxed_min (local.get 0) (local.get 1)))
  (func (export "bits") (param f32 f32) (result f32) (f32.neg (f32.copysign (local.get 0) (local.get 1)))))

;;; x86_64-linux
;; wasm-function[0]:
;;                                 ;; @0x5f
;;        0:  addsd   %xmm1, %xmm0
;;        4:  movdqa  %xmm0, %xmm1
;;        8:  xorpd   %xmm0, %xmm0
;;        c:  movsd   %xmm1, %xmm0
;;       10:  movdqa  %xmm0, %xmm1
;;       14:  cmpunordpd %xmm0, %xmm1
;;       19:  movupd  0x1f(%rip), %xmm2
;;       21:  movdqa  %xmm0, %xmm3
;;       25:  movdqa  %xmm1, %xmm0
;;       29:  movdqa  %xmm3, %xmm1
;;       2d:  pblendvb %xmm0, %xmm2, %xmm1
;;       32:  movdqa  %xmm1, %xmm0
;;                                 ;; @0x60
;;       36:  retq
;;       37:  addb    %al, (%rax)
;;       39:  addb    %al, (%rax)
;;       3b:  addb    %al, (%rax)
;;       3d:  addb    %al, (%rax)
;;       3f:  addb    %al, (%rax)
;;       41:  addb    %al, (%rax)
;;       43:  addb    %al, (%rax)
;;       45:  addb    %bh, %al
;;       47:  jg      0x49
;;       49:  addb    %al, (%rax)
;;       4b:  addb    %al, (%rax)
;;       4d:  addb    %al, (%rax)
;;       4f:  .byte 0x00
;;
;; wasm-function[1]:
;;                                 ;; @0x65
;;        0:  xorpd   %xmm1, %xmm1
;;        4:  cvtss2sd %xmm0, %xmm1
;;        8:  xorpd   %xmm0, %xmm0
;;        c:  movsd   %xmm1, %xmm0
;;       10:  movdqa  %xmm0, %xmm1
;;       14:  cmpunordpd %xmm0, %xmm1
;;       19:  movupd  0x1f(%rip), %xmm2
;;       21:  movdqa  %xmm0, %xmm3
;;       25:  movdqa  %xmm1, %xmm0
;;       29:  movdqa  %xmm3, %xmm1
;;       2d:  pblendvb %xmm0, %xmm2, %xmm1
;;       32:  movdqa  %xmm1, %xmm0
;;                                 ;; @0x66
;;       36:  retq
;;       37:  addb    %al, (%rax)
;;       39:  addb    %al, (%rax)
;;       3b:  addb    %al, (%rax)
;;       3d:  addb    %al, (%rax)
;;       3f:  addb    %al, (%rax)
;;       41:  addb    %al, (%rax)
;;       43:  addb    %al, (%rax)
;;       45:  addb    %bh, %al
;;       47:  jg      0x49
;;       49:  addb    %al, (%rax)
;;       4b:  addb    %al, (%rax)
;;       4d:  addb    %al, (%rax)
;;       4f:  .byte 0x00
;;
;; wasm-function[2]:
;;                                 ;; @0x6d
;;        0:  mulps   %xmm1, %xmm0
;;        3:  movdqa  %xmm0, %xmm6
;;        7:  cmpunordps %xmm0, %xmm6
;;        b:  movups  0x1e(%rip), %xmm7
;;       12:  movdqa  %xmm0, %xmm1
;;       16:  movdqa  %xmm6, %xmm0
;;       1a:  pblendvb %xmm0, %xmm7, %xmm1
;;       1f:  movdqa  %xmm1, %xmm0
;;                                 ;; @0x70
;;       23:  retq
;;       24:  addb    %al, (%rax)
;;       26:  addb    %al, (%rax)
;;       28:  addb    %al, (%rax)
;;       2a:  addb    %al, (%rax)
;;       2c:  addb    %al, (%rax)
;;       2e:  addb    %al, (%rax)
;;       30:  addb    %al, (%rax)
;;       32:  sarb    $0, (%rdi)
;;       36:  sarb    $0, (%rdi)
;;       3a:  sarb    $0, (%rdi)
;;       3e:  .byte 0xc0
;;       3f:  .byte 0x7f
;;
;; wasm-function[3]:
;;        0:  movdqa  %xmm0, %xmm2
;;                                 ;; @0x77
;;        4:  minps   %xmm1, %xmm2
;;        7:  minps   %xmm0, %xmm1
;;        a:  orps    %xmm1, %xmm2
;;        d:  movdqa  %xmm2, %xmm0
;;       11:  cmpunordps %xmm1, %xmm0
;;       15:  orps    %xmm0, %xmm2
;;       18:  psrld   $0xa, %xmm0
;;       1d:  andnps  %xmm2, %xmm0
;;       20:  movdqa  %xmm0, %xmm1
;;       24:  cmpunordps %xmm0, %xmm1
;;       28:  movups  0x21(%rip), %xmm2
;;       2f:  movdqa  %xmm0, %xmm3
;;       33:  movdqa  %xmm1, %xmm0
;;       37:  movdqa  %xmm3, %xmm1
;;       3b:  pblendvb %xmm0, %xmm2, %xmm1
;;       40:  movdqa  %xmm1, %xmm0
;;                                 ;; @0x7a
;;       44:  retq
;;       45:  addb    %al, (%rax)
;;       47:  addb    %al, (%rax)
;;       49:  addb    %al, (%rax)
;;       4b:  addb    %al, (%rax)
;;       4d:  addb    %al, (%rax)
;;       4f:  addb    %al, (%rax)
;;       51:  addb    %al, %al
;;       53:  jg      0x55
;;       55:  addb    %al, %al
;;       57:  jg      0x59
;;       59:  addb    %al, %al
;;       5b:  jg      0x5d
;;       5d:  addb    %al, %al
;;       5f:  .byte 0x7f
;;
;; wasm-function[4]:
;;                                 ;; @0x81
;;        0:  movss   0x20(%rip), %xmm7
;;        8:  movdqa  %xmm0, %xmm2
;;        c:  movdqa  %xmm7, %xmm0
;;       10:  andnps  %xmm2, %xmm0
;;       13:  andps   %xmm1, %xmm7
;;       16:  orps    %xmm7, %xmm0
;;                                 ;; @0x82
;;       19:  movss   7(%rip), %xmm7
;;       21:  xorps   %xmm7, %xmm0
;;                                 ;; @0x83
;;       24:  retq
;;       25:  addb    %al, (%rax)
;;       27:  addb    %al, (%rax)
;;       29:  addb    %al, (%rax)
;;       2b:  addb    $0, (%rax)
;;       2e:  addb    %al, (%rax)

;;; aarch64-linux
;; wasm-function[0]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x5f
;;        8:  fadd    d16, d0, d1
;;        c:  fmov    d16, d16
;;       10:  fcmeq   v17.2d, v16.2d, v16.2d
;;       14:  fcmeq   v18.2d, v16.2d, v16.2d
;;       18:  and     v17.16b, v17.16b, v18.16b
;;       1c:  mvn     v0.16b, v17.16b
;;       20:  mov     x10, #0x7ff8000000000000
;;       24:  fmov    d17, x10
;;       28:  bsl     v0.16b, v17.16b, v16.16b
;;                                 ;; @0x60
;;       2c:  ldp     x29, x30, [sp], #0x10
;;       30:  ret
;;
;; wasm-function[1]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x65
;;        8:  fcvt    d16, s0
;;        c:  fmov    d16, d16
;;       10:  fcmeq   v7.2d, v16.2d, v16.2d
;;       14:  fcmeq   v17.2d, v16.2d, v16.2d
;;       18:  and     v17.16b, v7.16b, v17.16b
;;       1c:  mvn     v0.16b, v17.16b
;;       20:  mov     x9, #0x7ff8000000000000
;;       24:  fmov    d17, x9
;;       28:  bsl     v0.16b, v17.16b, v16.16b
;;                                 ;; @0x66
;;       2c:  ldp     x29, x30, [sp], #0x10
;;       30:  ret
;;
;; wasm-function[2]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x6d
;;        8:  fmul    v16.4s, v0.4s, v1.4s
;;        c:  fcmeq   v7.4s, v16.4s, v16.4s
;;       10:  fcmeq   v17.4s, v16.4s, v16.4s
;;       14:  and     v17.16b, v7.16b, v17.16b
;;       18:  mvn     v0.16b, v17.16b
;;       1c:  mov     x9, #0x7fc00000
;;       20:  dup     v17.4s, w9
;;       24:  bsl     v0.16b, v17.16b, v16.16b
;;                                 ;; @0x70
;;       28:  ldp     x29, x30, [sp], #0x10
;;       2c:  ret
;;
;; wasm-function[3]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x77
;;        8:  fmin    v16.4s, v0.4s, v1.4s
;;        c:  fcmeq   v7.4s, v16.4s, v16.4s
;;       10:  fcmeq   v17.4s, v16.4s, v16.4s
;;       14:  and     v17.16b, v7.16b, v17.16b
;;       18:  mvn     v0.16b, v17.16b
;;       1c:  mov     x9, #0x7fc00000
;;       20:  dup     v17.4s, w9
;;       24:  bsl     v0.16b, v17.16b, v16.16b
;;                                 ;; @0x7a
;;       28:  ldp     x29, x30, [sp], #0x10
;;       2c:  ret
;;
;; wasm-function[4]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x81
;;        8:  ushr    v5.2s, v1.2s, #0x1f
;;        c:  sli     v0.2s, v5.2s, #0x1f
;;                                 ;; @0x82
;;       10:  fneg    s0, s0
;;                                 ;; @0x83
;;       14:  ldp     x29, x30, [sp], #0x10
;;       18:  ret
