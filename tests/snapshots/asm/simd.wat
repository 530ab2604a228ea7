;; Loops over vectors: shapes change without code, truth values reach the branch, constants are operands.
(module
  (memory 1)
  (func (export "saxpy") (param $x i32) (param $y i32) (param $end i32) (param $a f32)
    (local $factor v128)
    (local.set $factor (f32x4.splat (local.get $a)))
    (loop $again
      (v128.store (local.get $y)
        (f32x4.add (v128.load (local.get $y))
                   (f32x4.mul (local.get $factor) (v128.load (local.get $x)))))
      (local.set $y (i32.add (local.get $y) (i32.const 16)))
      (br_if $again
        (i32.lt_u (local.tee $x (i32.add (local.get $x) (i32.const 16))) (local.get $end)))))
  (func (export "find_zero") (param $at i32) (result i32)
    (loop $again
      (if (i32.eqz (v128.any_true (i8x16.eq (v128.load (local.get $at)) (v128.const i64x2 0 0))))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br $again))))
    (local.get $at))
  (func (export "shapes") (param v128 v128) (result v128)
    (i16x8.extend_low_i8x16_u
      (i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23
        (f64x2.pmin (local.get 0) (local.get 1))
        (i32x4.shl (local.get 1) (i32.const 3)))))
  (func (export "multiply_add") (param v128 v128 v128) (result v128)
    (f32x4.relaxed_madd (local.get 0) (local.get 1) (local.get 2)))
  (func (export "dot") (param v128 v128 v128) (result v128)
    (i32x4.add (i32x4.dot_i16x8_s (local.get 0) (local.get 1)) (local.get 2))))

;;; x86_64-linux
;; wasm-function[0]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movl    %edi, %r8d
;;        7:  movl    %esi, %edi
;;                                 ;; @0x70
;;        9:  shufps  $0, %xmm0, %xmm0
;;                                 ;; @0x7a
;;        d:  movdqu  0x40000000(%rdi), %xmm1 ; trap MemoryOutOfBounds
;;                                 ;; @0x82
;;       15:  movdqu  0x40000000(%r8), %xmm2 ; trap MemoryOutOfBounds
;;       1e:  movdqa  %xmm0, %xmm3
;;                                 ;; @0x86
;;       22:  mulps   %xmm2, %xmm3
;;                                 ;; @0x89
;;       25:  addps   %xmm3, %xmm1
;;                                 ;; @0x8c
;;       28:  movdqu  %xmm1, 0x40000000(%rdi) ; trap MemoryOutOfBounds
;;       30:  addl    $0x10, %r8d
;;       34:  addl    $0x10, %edi
;;                                 ;; @0xa1
;;       37:  cmpl    %edx, %r8d
;;       3a:  jb      0xd
;;                                 ;; @0xa4
;;       3c:  popq    %rbp
;;       3d:  retq
;;
;; wasm-function[1]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movl    %edi, %eax
;;                                 ;; @0xaf
;;        6:  pxor    %xmm0, %xmm0
;;                                 ;; @0xab
;;        a:  movdqu  0x40000000(%rax), %xmm1 ; trap MemoryOutOfBounds
;;                                 ;; @0xc1
;;       12:  pcmpeqb %xmm0, %xmm1
;;                                 ;; @0xc6
;;       16:  ptest   %xmm1, %xmm1
;;       1b:  je      0x1f
;;                                 ;; @0xd5
;;       1d:  popq    %rbp
;;       1e:  retq
;;                                 ;; @0xcc
;;       1f:  addl    $0x10, %eax
;;                                 ;; @0xcf
;;       22:  jmp     0xa
;;
;; wasm-function[2]:
;;        0:  movdqa  %xmm1, %xmm4
;;                                 ;; @0xdc
;;        4:  minpd   %xmm0, %xmm4
;;                                 ;; @0xe3
;;        8:  pslld   $3, %xmm1
;;                                 ;; @0xe6
;;        d:  punpcklbw %xmm1, %xmm4
;;                                 ;; @0xf8
;;       11:  pmovzxbw %xmm4, %xmm0
;;                                 ;; @0xfb
;;       16:  retq
;;
;; wasm-function[3]:
;;                                 ;; @0x104
;;        0:  mulps   %xmm1, %xmm0
;;        3:  addps   %xmm2, %xmm0
;;                                 ;; @0x107
;;        6:  retq
;;
;; wasm-function[4]:
;;                                 ;; @0x10e
;;        0:  pmaddwd %xmm1, %xmm0
;;                                 ;; @0x113
;;        4:  paddd   %xmm2, %xmm0
;;                                 ;; @0x116
;;        8:  retq

;;; aarch64-linux
;; wasm-function[0]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x14, #0x40000000
;;                                 ;; @0x70
;;        c:  dup     v16.4s, v0.s[0]
;;                                 ;; @0x7a
;;       10:  ldr     q17, [x14, w3, uxtw] ; trap MemoryOutOfBounds
;;                                 ;; @0x82
;;       14:  ldr     q18, [x14, w2, uxtw] ; trap MemoryOutOfBounds
;;                                 ;; @0x86
;;       18:  fmul    v18.4s, v16.4s, v18.4s
;;                                 ;; @0x89
;;       1c:  fadd    v17.4s, v17.4s, v18.4s
;;                                 ;; @0x8c
;;       20:  str     q17, [x14, w3, uxtw] ; trap MemoryOutOfBounds
;;       24:  add     w2, w2, #0x10
;;       28:  add     w3, w3, #0x10
;;                                 ;; @0xa1
;;       2c:  cmp     w2, w4
;;       30:  b.lo    #0x10
;;                                 ;; @0xa4
;;       34:  ldp     x29, x30, [sp], #0x10
;;       38:  ret
;;
;; wasm-function[1]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x9, #0x40000000
;;                                 ;; @0xab
;;        c:  ldr     q16, [x9, w2, uxtw] ; trap MemoryOutOfBounds
;;                                 ;; @0xc1
;;       10:  cmeq    v16.16b, v16.16b, #0
;;                                 ;; @0xc3
;;       14:  umaxp   v16.4s, v16.4s, v16.4s
;;       18:  mov     x10, v16.d[0]
;;       1c:  cmp     x10, #0
;;       20:  cset    x13, ne
;;                                 ;; @0xc6
;;       24:  tst     w13, #0xff
;;       28:  b.eq    #0x34
;;                                 ;; @0xd5
;;       2c:  ldp     x29, x30, [sp], #0x10
;;       30:  ret
;;                                 ;; @0xcc
;;       34:  add     w2, w2, #0x10
;;                                 ;; @0xcf
;;       38:  b       #0xc
;;
;; wasm-function[2]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xdc
;;        8:  fcmgt   v6.2d, v0.2d, v1.2d
;;        c:  bsl     v6.16b, v1.16b, v0.16b
;;                                 ;; @0xe3
;;       10:  shl     v7.4s, v1.4s, #3
;;                                 ;; @0xe6
;;       14:  zip1    v7.16b, v6.16b, v7.16b
;;                                 ;; @0xf8
;;       18:  ushll   v0.8h, v7.8b, #0
;;                                 ;; @0xfb
;;       1c:  ldp     x29, x30, [sp], #0x10
;;       20:  ret
;;
;; wasm-function[3]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     v5.16b, v0.16b
;;        c:  mov     v0.16b, v2.16b
;;                                 ;; @0x104
;;       10:  fmla    v0.4s, v5.4s, v1.4s
;;                                 ;; @0x107
;;       14:  ldp     x29, x30, [sp], #0x10
;;       18:  ret
;;
;; wasm-function[4]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x10e
;;        8:  smull   v7.4s, v0.4h, v1.4h
;;        c:  smull2  v16.4s, v0.8h, v1.8h
;;       10:  addp    v7.4s, v7.4s, v16.4s
;;                                 ;; @0x113
;;       14:  add     v0.4s, v7.4s, v2.4s
;;                                 ;; @0x116
;;       18:  ldp     x29, x30, [sp], #0x10
;;       1c:  ret
