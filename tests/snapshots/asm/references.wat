;; Calls of references: one test for null, none where the type or the code in front says that it is not, and a direct
;; call of a known function.
(module
  (type $int (func (param i32) (result i32)))
  (global $known (ref $int) (ref.func $callee))
  (func $callee (export "callee") (type $int) (local.get 0))
  (func (export "nullable") (param (ref null $int)) (result i32)
    (call_ref $int (call_ref $int (i32.const 1) (local.get 0)) (local.get 0)))
  (func $strict (param (ref $int)) (result i32) (return_call_ref $int (i32.const 1) (local.get 0)))
  (func (export "strict") (result i32) (call $strict (ref.func $callee)))
  (func (export "known") (result i32) (call_ref $int (i32.const 1) (global.get $known))))

;;; x86_64-linux
;; callee:
;;        0:  movq    %rdi, %rax
;;                                 ;; @0x60
;;        3:  retq
;;
;; wasm-function[1]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  pushq   %r12
;;        6:  subq    $8, %rsp
;;                                 ;; @0x67
;;        a:  testq   %rdi, %rdi
;;        d:  movq    %rdi, %r9
;;       10:  je      0x2e
;;                                 ;; @0x63
;;       12:  movl    $1, %edi
;;       17:  movq    %r9, %r12
;;                                 ;; @0x67
;;       1a:  callq   *%r12
;;       1d:  movq    %rax, %rdi
;;       20:  movq    %r12, %r9
;;                                 ;; @0x6b
;;       23:  callq   *%r9
;;                                 ;; @0x6d
;;       26:  addq    $8, %rsp
;;       2a:  popq    %r12
;;       2c:  popq    %rbp
;;       2d:  retq
;;                                 ;; @0x67
;;       2e:  ud2 ; trap NullReference
;;
;; strict:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movq    %rdi, %r10
;;                                 ;; @0x70
;;        7:  movl    $1, %edi
;;                                 ;; @0x74
;;        c:  popq    %rbp
;;        d:  jmpq    *%r10
;;
;; wasm-function[3]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x79
;;        4:  leaq    (%rip), %rsi ; callee
;;                                 ;; @0x70 of strict
;;        b:  movl    $1, %edi
;;                                 ;; @0x7b
;;       10:  callq   *%rsi
;;                                 ;; @0x7d
;;       12:  popq    %rbp
;;       13:  retq
;;
;; wasm-function[4]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x80
;;        4:  movl    $1, %eax
;;                                 ;; @0x86
;;        9:  popq    %rbp
;;        a:  retq

;;; aarch64-linux
;; callee:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x60
;;        8:  ldp     x29, x30, [sp], #0x10
;;        c:  ret
;;
;; wasm-function[1]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  str     x19, [sp, #-0x10]!
;;                                 ;; @0x67
;;        c:  cbz     x2, #0x2c
;;       10:  mov     x19, x2
;;                                 ;; @0x63
;;       14:  mov     w2, #1
;;                                 ;; @0x67
;;       18:  blr     x19
;;                                 ;; @0x6b
;;       1c:  blr     x19
;;                                 ;; @0x6d
;;       20:  ldr     x19, [sp], #0x10
;;       24:  ldp     x29, x30, [sp], #0x10
;;       28:  ret
;;                                 ;; @0x67
;;       2c:  udf     #0xc11f ; trap NullReference
;;
;; strict:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x1, x2
;;                                 ;; @0x70
;;        c:  mov     w2, #1
;;                                 ;; @0x74
;;       10:  ldp     x29, x30, [sp], #0x10
;;       14:  br      x1
;;
;; wasm-function[3]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x79
;;        8:  adrp    x3, #0 ; callee
;;        c:  add     x3, x3, #0 ; callee
;;                                 ;; @0x70 of strict
;;       10:  mov     w2, #1
;;                                 ;; @0x7b
;;       14:  blr     x3
;;                                 ;; @0x7d
;;       18:  ldp     x29, x30, [sp], #0x10
;;       1c:  ret
;;
;; wasm-function[4]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x80
;;        8:  mov     w2, #1
;;                                 ;; @0x86
;;        c:  ldp     x29, x30, [sp], #0x10
;;       10:  ret
