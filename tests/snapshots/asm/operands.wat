;; Constant operands decide which instructions are chosen: numbers, lanes, selections from zeros,
;; shuffles of one operand, first lanes, fields of bits.
(module
  (memory 1)
  (func (export "number") (param f64) (result f64)
    (f64.div (f64.const 0.1) (local.get 0)))
  (func (export "below") (param v128) (result v128)
    (i8x16.lt_u (local.get 0) (v128.const i64x2 0x1a1a1a1a1a1a1a1a 0x1a1a1a1a1a1a1a1a)))
  (func (export "below_zero") (param v128) (result v128)
    (i8x16.lt_u (local.get 0) (v128.const i64x2 0x001a1a1a1a1a1a1a 0x1a1a1a1a1a1a1a1a)))
  (func (export "above") (param v128) (result v128)
    (i32x4.gt_u (local.get 0) (v128.const i32x4 1 2 3 4)))
  (func (export "cleared") (param v128 v128) (result v128)
    (v128.bitselect (v128.const i64x2 0 0) (local.get 0) (local.get 1)))
  (func (export "kept") (param v128 v128) (result v128)
    (v128.bitselect (local.get 0) (v128.const i64x2 0 0) (local.get 1)))
  (func (export "not_negative") (param v128) (result v128)
    (f32x4.pmax (v128.const i64x2 0 0) (local.get 0)))
  (func (export "turned") (param v128 v128) (result v128)
    (i8x16.shuffle 3 2 1 0 7 6 5 4 11 10 9 8 15 14 13 12 (local.get 0) (local.get 1)))
  (func (export "first") (param i32 v128)
    (i64.store (local.get 0) (i64x2.extract_lane 0 (local.get 1))))
  (func (export "field") (param i32 i32) (result i32)
    (i32.add (local.get 0)
      (i32.and (i32.shr_u (local.get 1) (i32.const 3)) (i32.const 0xff0))))
  (func (export "low_field") (param i64) (result i64)
    (i64.and (i64.shr_u (local.get 0) (i64.const 12)) (i64.const 0xff)))
  (func (export "_start")))

;;; x86_64-linux
;; wasm-function[0]:
;;        0:  movdqa  %xmm0, %xmm4
;;                                 ;; @0xbf
;;        4:  movsd   0xc(%rip), %xmm0
;;        c:  movdqa  %xmm4, %xmm5
;;                                 ;; @0xca
;;       10:  divsd   %xmm5, %xmm0
;;                                 ;; @0xcb
;;       14:  retq
;;       15:  addb    %al, (%rax)
;;       17:  addb    %bl, -0x66666667(%rdx)
;;       1d:  cltd
;;       1e:  .byte 0xb9
;;       1f:  .byte 0x3f
;;
;; wasm-function[1]:
;;        0:  movdqa  %xmm0, %xmm2
;;                                 ;; @0xe2
;;        4:  pminub  0x14(%rip), %xmm2
;;        c:  pcmpeqb %xmm2, %xmm0
;;                                 ;; @0xe4
;;       10:  retq
;;       11:  addb    %al, (%rax)
;;       13:  addb    %al, (%rax)
;;       15:  addb    %al, (%rax)
;;       17:  addb    %al, (%rax)
;;       19:  addb    %al, (%rax)
;;       1b:  addb    %al, (%rax)
;;       1d:  addb    %al, (%rax)
;;       1f:  addb    %bl, (%rcx)
;;       21:  sbbl    %ebx, (%rcx)
;;       23:  sbbl    %ebx, (%rcx)
;;       25:  sbbl    %ebx, (%rcx)
;;       27:  sbbl    %ebx, (%rcx)
;;       29:  sbbl    %ebx, (%rcx)
;;       2b:  sbbl    %ebx, (%rcx)
;;       2d:  sbbl    %ebx, (%rcx)
;;       2f:  .byte 0x19
;;
;; wasm-function[2]:
;;                                 ;; @0xe9
;;        0:  movdqu  0x18(%rip), %xmm7
;;                                 ;; @0xfb
;;        8:  pminub  %xmm7, %xmm0
;;        c:  pcmpeqb %xmm7, %xmm0
;;       10:  pcmpeqd %xmm1, %xmm1
;;       14:  pxor    %xmm1, %xmm0
;;                                 ;; @0xfd
;;       18:  retq
;;       19:  addb    %al, (%rax)
;;       1b:  addb    %al, (%rax)
;;       1d:  addb    %al, (%rax)
;;       1f:  addb    %bl, (%rdx)
;;       21:  sbbb    (%rdx), %bl
;;       23:  sbbb    (%rdx), %bl
;;       25:  sbbb    (%rdx), %bl
;;       27:  addb    %bl, (%rdx)
;;       29:  sbbb    (%rdx), %bl
;;       2b:  sbbb    (%rdx), %bl
;;       2d:  sbbb    (%rdx), %bl
;;       2f:  .byte 0x1a
;;
;; wasm-function[3]:
;;        0:  movdqa  %xmm0, %xmm2
;;                                 ;; @0x114
;;        4:  pmaxud  0x13(%rip), %xmm2
;;        d:  pcmpeqd %xmm2, %xmm0
;;                                 ;; @0x116
;;       11:  retq
;;       12:  addb    %al, (%rax)
;;       14:  addb    %al, (%rax)
;;       16:  addb    %al, (%rax)
;;       18:  addb    %al, (%rax)
;;       1a:  addb    %al, (%rax)
;;       1c:  addb    %al, (%rax)
;;       1e:  addb    %al, (%rax)
;;       20:  addb    (%rax), %al
;;       22:  addb    %al, (%rax)
;;       24:  addl    (%rax), %eax
;;       26:  addb    %al, (%rax)
;;       28:  addb    $0, %al
;;       2a:  addb    %al, (%rax)
;;       2c:  .byte 0x05
;;       2d:  addb    %al, (%rax)
;;       2f:  .byte 0x00
;;
;; wasm-function[4]:
;;        0:  movdqa  %xmm0, %xmm4
;;        4:  movdqa  %xmm1, %xmm0
;;                                 ;; @0x12f
;;        8:  pandn   %xmm4, %xmm0
;;                                 ;; @0x131
;;        c:  retq
;;
;; wasm-function[5]:
;;        0:  movdqa  %xmm0, %xmm4
;;        4:  movdqa  %xmm1, %xmm0
;;                                 ;; @0x14a
;;        8:  pand    %xmm4, %xmm0
;;                                 ;; @0x14c
;;        c:  retq
;;
;; wasm-function[6]:
;;                                 ;; @0x163
;;        0:  xorps   %xmm4, %xmm4
;;        3:  maxps   %xmm4, %xmm0
;;                                 ;; @0x166
;;        6:  retq
;;
;; wasm-function[7]:
;;        0:  pshufb  7(%rip), %xmm0
;;                                 ;; @0x17f
;;        9:  retq
;;        a:  addb    %al, (%rax)
;;        c:  addb    %al, (%rax)
;;        e:  addb    %al, (%rax)
;;       10:  addl    (%rdx), %eax
;;       12:  addl    %eax, (%rax)
;;       14:  .byte 0x07
;;       15:  .byte 0x06
;;       16:  addl    $0x90a0b04, %eax
;;       1b:  orb     %cl, (%rdi)
;;       1d:  .byte 0x0e
;;       1e:  .byte 0x0d
;;       1f:  .byte 0x0c
;;
;; wasm-function[8]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movl    %edi, %ecx
;;                                 ;; @0x189
;;        6:  movsd   %xmm0, 0x40000000(%rcx) ; trap MemoryOutOfBounds
;;                                 ;; @0x18c
;;        e:  popq    %rbp
;;        f:  retq
;;
;; wasm-function[9]:
;;                                 ;; @0x195
;;        0:  shrl    $3, %esi
;;                                 ;; @0x199
;;        3:  andl    $0xff0, %esi
;;                                 ;; @0x19a
;;        9:  leal    (%rdi, %rsi), %eax
;;                                 ;; @0x19b
;;        c:  retq
;;
;; wasm-function[10]:
;;                                 ;; @0x1a2
;;        0:  shrq    $0xc, %rdi
;;        4:  movq    %rdi, %rax
;;                                 ;; @0x1a6
;;        7:  andq    $0xff, %rax
;;                                 ;; @0x1a7
;;        d:  retq
;;
;; wasm-function[11]:
;;                                 ;; @0x1aa
;;        0:  retq

;;; aarch64-linux
;; wasm-function[0]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xbf
;;        8:  ldr     d3, #0x18
;;                                 ;; @0xca
;;        c:  fdiv    d0, d3, d0
;;                                 ;; @0xcb
;;       10:  ldp     x29, x30, [sp], #0x10
;;       14:  ret
;;       18:  .byte 0x9a
;;       19:  .byte 0x99
;;       1a:  .byte 0x99
;;       1b:  ldrsw   x25, [x12, #0x1998]
;;       1f:  .byte 0x3f
;;
;; wasm-function[1]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xd0
;;        8:  movi    v3.16b, #0x1a
;;                                 ;; @0xe2
;;        c:  cmhi    v0.16b, v3.16b, v0.16b
;;                                 ;; @0xe4
;;       10:  ldp     x29, x30, [sp], #0x10
;;       14:  ret
;;
;; wasm-function[2]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xe9
;;        8:  ldr     q3, #0x20
;;                                 ;; @0xfb
;;        c:  cmhi    v0.16b, v3.16b, v0.16b
;;                                 ;; @0xfd
;;       10:  ldp     x29, x30, [sp], #0x10
;;       14:  ret
;;       18:  udf     #0
;;       1c:  udf     #0
;;       20:  .byte 0x1a
;;       21:  .byte 0x1a
;;       22:  .byte 0x1a
;;       23:  .byte 0x1a
;;       24:  .byte 0x1a
;;       25:  .byte 0x1a
;;       26:  adc     w26, w0, w26
;;       2a:  .byte 0x1a
;;       2b:  .byte 0x1a
;;       2c:  .byte 0x1a
;;       2d:  .byte 0x1a
;;       2e:  .byte 0x1a
;;       2f:  .byte 0x1a
;;
;; wasm-function[3]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x114
;;        8:  ldr     q3, #0x20
;;        c:  cmhi    v0.4s, v0.4s, v3.4s
;;                                 ;; @0x116
;;       10:  ldp     x29, x30, [sp], #0x10
;;       14:  ret
;;       18:  udf     #0
;;       1c:  udf     #0
;;       20:  udf     #1
;;       24:  udf     #2
;;       28:  udf     #3
;;       2c:  udf     #4
;;
;; wasm-function[4]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x119
;;        8:  movi    v4.16b, #0
;;        c:  mov     v6.16b, v0.16b
;;       10:  mov     v0.16b, v1.16b
;;                                 ;; @0x12f
;;       14:  bsl     v0.16b, v4.16b, v6.16b
;;                                 ;; @0x131
;;       18:  ldp     x29, x30, [sp], #0x10
;;       1c:  ret
;;
;; wasm-function[5]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x136
;;        8:  movi    v4.16b, #0
;;        c:  mov     v6.16b, v0.16b
;;       10:  mov     v0.16b, v1.16b
;;                                 ;; @0x14a
;;       14:  bsl     v0.16b, v6.16b, v4.16b
;;                                 ;; @0x14c
;;       18:  ldp     x29, x30, [sp], #0x10
;;       1c:  ret
;;
;; wasm-function[6]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x163
;;        8:  movi    v4.16b, #0
;;        c:  mov     v7.16b, v0.16b
;;       10:  fcmgt   v0.4s, v7.4s, #0.0
;;       14:  bsl     v0.16b, v7.16b, v4.16b
;;                                 ;; @0x166
;;       18:  ldp     x29, x30, [sp], #0x10
;;       1c:  ret
;;
;; wasm-function[7]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  rev32   v0.16b, v0.16b
;;                                 ;; @0x17f
;;        c:  ldp     x29, x30, [sp], #0x10
;;       10:  ret
;;
;; wasm-function[8]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x186
;;        8:  mov     x4, v0.d[0]
;;        c:  mov     x5, #0x40000000
;;                                 ;; @0x189
;;       10:  str     x4, [x5, w2, uxtw] ; trap MemoryOutOfBounds
;;                                 ;; @0x18c
;;       14:  ldp     x29, x30, [sp], #0x10
;;       18:  ret
;;
;; wasm-function[9]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x19a
;;        8:  ubfx    w3, w3, #7, #8
;;        c:  add     w2, w2, w3, lsl #4
;;                                 ;; @0x19b
;;       10:  ldp     x29, x30, [sp], #0x10
;;       14:  ret
;;
;; wasm-function[10]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x1a6
;;        8:  ubfx    x2, x2, #0xc, #8
;;                                 ;; @0x1a7
;;        c:  ldp     x29, x30, [sp], #0x10
;;       10:  ret
;;
;; wasm-function[11]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x1aa
;;        8:  ldp     x29, x30, [sp], #0x10
;;        c:  ret
