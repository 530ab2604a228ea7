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
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x5f
;;        4:  addsd   %xmm1, %xmm0
;;        8:  movdqa  %xmm0, %xmm1
;;        c:  xorpd   %xmm0, %xmm0
;;       10:  movsd   %xmm1, %xmm0
;;       14:  movdqa  %xmm0, %xmm1
;;       18:  cmpunordpd %xmm0, %xmm1
;;       1d:  movupd  0x1b(%rip), %xmm2
;;       25:  movdqa  %xmm0, %xmm3
;;       29:  movdqa  %xmm1, %xmm0
;;       2d:  movdqa  %xmm3, %xmm1
;;       31:  pblendvb %xmm0, %xmm2, %xmm1
;;       36:  movdqa  %xmm1, %xmm0
;;                                 ;; @0x60
;;       3a:  popq    %rbp
;;       3b:  retq
;;       3c:  addb    %al, (%rax)
;;       3e:  addb    %al, (%rax)
;;       40:  addb    %al, (%rax)
;;       42:  addb    %al, (%rax)
;;       44:  addb    %al, (%rax)
;;       46:  clc
;;       47:  jg      0x49
;;       49:  addb    %al, (%rax)
;;       4b:  addb    %al, (%rax)
;;       4d:  addb    %al, (%rax)
;;       4f:  .byte 0x00
;;
;; wasm-function[1]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x65
;;        4:  xorpd   %xmm1, %xmm1
;;        8:  cvtss2sd %xmm0, %xmm1
;;        c:  xorpd   %xmm0, %xmm0
;;       10:  movsd   %xmm1, %xmm0
;;       14:  movdqa  %xmm0, %xmm1
;;       18:  cmpunordpd %xmm0, %xmm1
;;       1d:  movupd  0x1b(%rip), %xmm2
;;       25:  movdqa  %xmm0, %xmm3
;;       29:  movdqa  %xmm1, %xmm0
;;       2d:  movdqa  %xmm3, %xmm1
;;       31:  pblendvb %xmm0, %xmm2, %xmm1
;;       36:  movdqa  %xmm1, %xmm0
;;                                 ;; @0x66
;;       3a:  popq    %rbp
;;       3b:  retq
;;       3c:  addb    %al, (%rax)
;;       3e:  addb    %al, (%rax)
;;       40:  addb    %al, (%rax)
;;       42:  addb    %al, (%rax)
;;       44:  addb    %al, (%rax)
;;       46:  clc
;;       47:  jg      0x49
;;       49:  addb    %al, (%rax)
;;       4b:  addb    %al, (%rax)
;;       4d:  addb    %al, (%rax)
;;       4f:  .byte 0x00
;;
;; wasm-function[2]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x6d
;;        4:  mulps   %xmm1, %xmm0
;;        7:  movdqa  %xmm0, %xmm6
;;        b:  cmpunordps %xmm0, %xmm6
;;        f:  movups  0x1a(%rip), %xmm7
;;       16:  movdqa  %xmm0, %xmm1
;;       1a:  movdqa  %xmm6, %xmm0
;;       1e:  pblendvb %xmm0, %xmm7, %xmm1
;;       23:  movdqa  %xmm1, %xmm0
;;                                 ;; @0x70
;;       27:  popq    %rbp
;;       28:  retq
;;       29:  addb    %al, (%rax)
;;       2b:  addb    %al, (%rax)
;;       2d:  addb    %al, (%rax)
;;       2f:  addb    %al, (%rax)
;;       31:  addb    %al, %al
;;       33:  jg      0x35
;;       35:  addb    %al, %al
;;       37:  jg      0x39
;;       39:  addb    %al, %al
;;       3b:  jg      0x3d
;;       3d:  addb    %al, %al
;;       3f:  .byte 0x7f
;;
;; wasm-function[3]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movdqa  %xmm0, %xmm2
;;                                 ;; @0x77
;;        8:  minps   %xmm1, %xmm2
;;        b:  minps   %xmm0, %xmm1
;;        e:  orps    %xmm1, %xmm2
;;       11:  movdqa  %xmm2, %xmm0
;;       15:  cmpunordps %xmm1, %xmm0
;;       19:  orps    %xmm0, %xmm2
;;       1c:  psrld   $0xa, %xmm0
;;       21:  andnps  %xmm2, %xmm0
;;       24:  movdqa  %xmm0, %xmm1
;;       28:  cmpunordps %xmm0, %xmm1
;;       2c:  movups  0x1d(%rip), %xmm2
;;       33:  movdqa  %xmm0, %xmm3
;;       37:  movdqa  %xmm1, %xmm0
;;       3b:  movdqa  %xmm3, %xmm1
;;       3f:  pblendvb %xmm0, %xmm2, %xmm1
;;       44:  movdqa  %xmm1, %xmm0
;;                                 ;; @0x7a
;;       48:  popq    %rbp
;;       49:  retq
;;       4a:  addb    %al, (%rax)
;;       4c:  addb    %al, (%rax)
;;       4e:  addb    %al, (%rax)
;;       50:  addb    %al, (%rax)
;;       52:  sarb    $0, (%rdi)
;;       56:  sarb    $0, (%rdi)
;;       5a:  sarb    $0, (%rdi)
;;       5e:  .byte 0xc0
;;       5f:  .byte 0x7f
;;
;; wasm-function[4]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x81
;;        4:  movl    $-0x80000000, %esi
;;        9:  movd    %esi, %xmm2
;;        d:  movdqa  %xmm0, %xmm3
;;       11:  movdqa  %xmm2, %xmm0
;;       15:  andnps  %xmm3, %xmm0
;;       18:  andps   %xmm1, %xmm2
;;       1b:  orps    %xmm2, %xmm0
;;                                 ;; @0x82
;;       1e:  movl    $-0x80000000, %r8d
;;       24:  movd    %r8d, %xmm1
;;       29:  xorps   %xmm1, %xmm0
;;                                 ;; @0x83
;;       2c:  popq    %rbp
;;       2d:  retq

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
