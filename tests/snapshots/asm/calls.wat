;; Calls: direct, through constant tables, to the host.
(module
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (type $unary (func (param i32) (result i32)))
  (memory 1)
  (table $mixed funcref (elem $one $two $other))
  (func $one (param i32) (result i32) (i32.const 1))
  (func $two (param i32) (result i32) (i32.const 2))
  (func $other
    ;; Too large to replace calls of it.
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff)))
  (func (export "indirect") (param i32 i32) (result i32)
    (call_indirect $mixed (type $unary) (local.get 0) (local.get 1)))
  (func (export "other") (param i32) (call_indirect $mixed (local.get 0)))
  (func (export "host") (param i32) (result i32)
    (call $random_get (local.get 0) (i32.const 8))))

;;; x86_64-linux
;; one:
;;                                 ;; @0x88
;;        0:  movl    $1, %eax
;;                                 ;; @0x8a
;;        5:  retq
;;
;; two:
;;                                 ;; @0x8d
;;        0:  movl    $2, %eax
;;                                 ;; @0x8f
;;        5:  retq
;;
;; other:
;;                                 ;; @0xda
;;        0:  retq
;;
;; wasm-function[4]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movl    %esi, %edx
;;                                 ;; @0xe1
;;        6:  cmpl    $3, %edx
;;        9:  jae     0x1f
;;        b:  movq    0x3ff70c00(, %rdx, 8), %r8
;;       13:  cmpl    $0, -8(%r8) ; trap IndirectCallToNull
;;       18:  jne     0x21
;;       1a:  callq   *%r8
;;                                 ;; @0xe4
;;       1d:  popq    %rbp
;;       1e:  retq
;;                                 ;; @0xe1
;;       1f:  ud2 ; trap TableOutOfBounds
;;       21:  ud2 ; trap BadSignature
;;
;; wasm-function[5]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movl    %edi, %ecx
;;                                 ;; @0xe9
;;        6:  cmpl    $3, %ecx
;;        9:  jae     0x22
;;        b:  movq    0x3ff70c00(, %rcx, 8), %rsi
;;       13:  movl    -8(%rsi), %esi ; trap IndirectCallToNull
;;       16:  cmpl    $2, %esi
;;       19:  jne     0x24
;;       1b:  callq   0x20 ; other
;;                                 ;; @0xec
;;       20:  popq    %rbp
;;       21:  retq
;;                                 ;; @0xe9
;;       22:  ud2 ; trap TableOutOfBounds
;;       24:  ud2 ; trap BadSignature
;;
;; wasm-function[6]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movq    %rdi, %r8
;;                                 ;; @0xf3
;;        7:  leaq    (%rip), %rsi ; wasi_aot_stack_limit
;;        e:  movq    %rsp, %rdi
;;       11:  cmpq    (%rsi), %rdi
;;       14:  jb      0x2a
;;       16:  movl    $0x3fffffc0, %edi
;;                                 ;; @0xf1
;;       1b:  movl    $8, %edx
;;       20:  movq    %r8, %rsi
;;                                 ;; @0xf3
;;       23:  callq   0x28 ; wasi_snapshot_preview1.random_get
;;                                 ;; @0xf5
;;       28:  popq    %rbp
;;       29:  retq
;;                                 ;; @0xf3
;;       2a:  ud2 ; trap StackOverflow

;;; aarch64-linux
;; one:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x88
;;        8:  mov     w2, #1
;;                                 ;; @0x8a
;;        c:  ldp     x29, x30, [sp], #0x10
;;       10:  ret
;;
;; two:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x8d
;;        8:  mov     w2, #2
;;                                 ;; @0x8f
;;        c:  ldp     x29, x30, [sp], #0x10
;;       10:  ret
;;
;; other:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xda
;;        8:  ldp     x29, x30, [sp], #0x10
;;        c:  ret
;;
;; wasm-function[4]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xe1
;;        8:  cmp     w3, #3
;;        c:  b.hs    #0x38
;;       10:  mov     w11, w3
;;       14:  lsl     x11, x11, #3
;;       18:  mov     w10, #0xc00
;;       1c:  movk    w10, #0x3ff7, lsl #16
;;       20:  ldr     x13, [x11, x10]
;;       24:  ldur    w11, [x13, #-8] ; trap IndirectCallToNull
;;       28:  cbnz    w11, #0x3c
;;       2c:  blr     x13
;;                                 ;; @0xe4
;;       30:  ldp     x29, x30, [sp], #0x10
;;       34:  ret
;;                                 ;; @0xe1
;;       38:  udf     #0xc11f ; trap TableOutOfBounds
;;       3c:  udf     #0xc11f ; trap BadSignature
;;
;; wasm-function[5]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xe9
;;        8:  cmp     w2, #3
;;        c:  b.hs    #0x3c
;;       10:  mov     w9, w2
;;       14:  lsl     x9, x9, #3
;;       18:  mov     w8, #0xc00
;;       1c:  movk    w8, #0x3ff7, lsl #16
;;       20:  ldr     x11, [x9, x8]
;;       24:  ldur    w9, [x11, #-8] ; trap IndirectCallToNull
;;       28:  cmp     w9, #2
;;       2c:  b.ne    #0x40
;;       30:  bl      #0x30 ; other
;;                                 ;; @0xec
;;       34:  ldp     x29, x30, [sp], #0x10
;;       38:  ret
;;                                 ;; @0xe9
;;       3c:  udf     #0xc11f ; trap TableOutOfBounds
;;       40:  udf     #0xc11f ; trap BadSignature
;;
;; wasm-function[6]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x1, x2
;;                                 ;; @0xf3
;;        c:  adrp    x7, #0 ; wasi_aot_stack_limit
;;       10:  add     x7, x7, #0 ; wasi_aot_stack_limit
;;       14:  ldr     x7, [x7]
;;       18:  mov     x8, sp
;;       1c:  cmp     x8, x7
;;       20:  b.lo    #0x3c
;;       24:  mov     x0, #0x3fffffc0
;;                                 ;; @0xf1
;;       28:  mov     w2, #8
;;                                 ;; @0xf3
;;       2c:  bl      #0x2c ; wasi_snapshot_preview1.random_get
;;       30:  mov     x2, x0
;;                                 ;; @0xf5
;;       34:  ldp     x29, x30, [sp], #0x10
;;       38:  ret
;;                                 ;; @0xf3
;;       3c:  udf     #0xc11f ; trap StackOverflow
