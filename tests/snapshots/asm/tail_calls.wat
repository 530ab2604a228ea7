;; Calls in tail position are jumps, also with more arguments than the caller has.
(module
  (import "host" "function" (func $host (param i32) (result i32)))
  (type $unary (func (param i32) (result i32)))
  (table funcref (elem $count $other $third))
  (func $count (export "count") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return_call $host (local.get 0))))
    (return_call $count (i32.sub (local.get 0) (i32.const 1))))
  (func $other (type $unary) (i32.const 5))
  (func $third (type $unary) (i32.const 6))
  (func (export "indirect") (param i32 i32) (result i32)
    (return_call_indirect (type $unary) (local.get 0) (local.get 1)))
  (func $many (param i64 i64 i64 i64 i64 i64 i64 i64) (result i64) (local.get 7))
  (func (export "grow") (param i64) (result i64)
    (return_call $many (local.get 0) (local.get 0) (local.get 0) (local.get 0)
      (local.get 0) (local.get 0) (local.get 0) (local.get 0))))

;;; x86_64-linux
;; count:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x7c
;;        4:  testl   %edi, %edi
;;        6:  je      0x11
;;                                 ;; @0x87
;;        8:  addl    $-1, %edi
;;                                 ;; @0x88
;;        b:  popq    %rbp
;;        c:  jmp     0x11 ; count
;;       11:  movq    %rdi, %rsi
;;                                 ;; @0x80
;;       14:  leaq    (%rip), %r10 ; wasi_aot_stack_limit
;;       1b:  movq    %rsp, %r11
;;       1e:  cmpq    (%r10), %r11
;;       21:  jb      0x2d
;;       23:  xorq    %rdi, %rdi
;;       26:  callq   0x2b ; host.function
;;       2b:  popq    %rbp
;;       2c:  retq
;;       2d:  ud2 ; trap StackOverflow
;;
;; other:
;;                                 ;; @0x8d
;;        0:  movl    $5, %eax
;;                                 ;; @0x8f
;;        5:  retq
;;
;; third:
;;                                 ;; @0x92
;;        0:  movl    $6, %eax
;;                                 ;; @0x94
;;        5:  retq
;;
;; wasm-function[4]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movl    %esi, %edx
;;                                 ;; @0x9b
;;        6:  cmpl    $3, %edx
;;        9:  jae     0x17
;;        b:  movq    0x3ff70c00(, %rdx, 8), %r10
;;       13:  popq    %rbp
;;       14:  jmpq    *%r10
;;       17:  ud2 ; trap TableOutOfBounds
;;
;; many:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movq    0x18(%rbp), %rax
;;                                 ;; @0xa3
;;        8:  popq    %rbp
;;        9:  retq    $0x10
;;
;; wasm-function[6]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  subq    $0x10, %rsp
;;        8:  movq    %rsp, %rbp
;;        b:  movq    0x10(%rsp), %r11
;;       10:  movq    %r11, (%rsp)
;;       14:  movq    0x18(%rsp), %r11
;;       19:  movq    %r11, 8(%rsp)
;;                                 ;; @0xb6
;;       1e:  movq    %rdi, 0x10(%rbp)
;;       22:  movq    %rdi, 0x18(%rbp)
;;       26:  movq    %rdi, %r9
;;       29:  movq    %r9, %rcx
;;       2c:  movq    %r9, %rdx
;;       2f:  movq    %r9, %rsi
;;       32:  movq    %r9, %r8
;;       35:  popq    %rbp
;;       36:  jmp     0x3b ; many

;;; aarch64-linux
;; count:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x7c
;;        8:  cbz     w2, #0x18
;;                                 ;; @0x87
;;        c:  sub     w2, w2, #1
;;                                 ;; @0x88
;;       10:  ldp     x29, x30, [sp], #0x10
;;       14:  b       #0x14 ; count
;;       18:  mov     x1, x2
;;                                 ;; @0x80
;;       1c:  adrp    x9, #0 ; wasi_aot_stack_limit
;;       20:  add     x9, x9, #0 ; wasi_aot_stack_limit
;;       24:  ldr     x9, [x9]
;;       28:  mov     x10, sp
;;       2c:  cmp     x10, x9
;;       30:  b.lo    #0x48
;;       34:  mov     x0, #0
;;       38:  bl      #0x38 ; host.function
;;       3c:  mov     x2, x0
;;       40:  ldp     x29, x30, [sp], #0x10
;;       44:  ret
;;       48:  udf     #0xc11f ; trap StackOverflow
;;
;; other:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x8d
;;        8:  mov     w2, #5
;;                                 ;; @0x8f
;;        c:  ldp     x29, x30, [sp], #0x10
;;       10:  ret
;;
;; third:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x92
;;        8:  mov     w2, #6
;;                                 ;; @0x94
;;        c:  ldp     x29, x30, [sp], #0x10
;;       10:  ret
;;
;; wasm-function[4]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x9b
;;        8:  cmp     w3, #3
;;        c:  b.hs    #0x2c
;;       10:  mov     w9, w3
;;       14:  lsl     x9, x9, #3
;;       18:  mov     w8, #0xc00
;;       1c:  movk    w8, #0x3ff7, lsl #16
;;       20:  ldr     x1, [x9, x8]
;;       24:  ldp     x29, x30, [sp], #0x10
;;       28:  br      x1
;;       2c:  udf     #0xc11f ; trap TableOutOfBounds
;;
;; many:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  ldur    x2, [sp, #0x18]
;;                                 ;; @0xa3
;;        c:  ldp     x29, x30, [sp], #0x10
;;       10:  add     sp, sp, #0x10
;;       14:  ret
;;
;; wasm-function[6]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  sub     sp, sp, #0x10
;;        c:  ldur    x29, [sp, #0x10]
;;       10:  stp     x29, x30, [sp]
;;       14:  mov     x29, sp
;;                                 ;; @0xb6
;;       18:  stur    x2, [sp, #0x10]
;;       1c:  stur    x2, [sp, #0x18]
;;       20:  mov     x7, x2
;;       24:  mov     x3, x7
;;       28:  mov     x4, x7
;;       2c:  mov     x5, x7
;;       30:  mov     x6, x7
;;       34:  ldp     x29, x30, [sp], #0x10
;;       38:  b       #0x38 ; many
