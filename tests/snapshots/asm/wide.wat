;; Wide arithmetic is an instruction for each half, or one for both.
(module
  (func (export "add") (param i64 i64 i64 i64) (result i64 i64)
    (i64.add128 (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
  (func (export "sub") (param i64 i64 i64 i64) (result i64 i64)
    (i64.sub128 (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
  (func (export "mul_s") (param i64 i64) (result i64 i64)
    (i64.mul_wide_s (local.get 0) (local.get 1)))
  (func (export "mul_u") (param i64 i64) (result i64 i64)
    (i64.mul_wide_u (local.get 0) (local.get 1))))

;;; x86_64-linux
;; wasm-function[0]:
;;        0:  movq    %rcx, %r8
;;        3:  movq    %rdi, %rax
;;                                 ;; @0x4e
;;        6:  addq    %rdx, %rax
;;        9:  movq    %rsi, %rcx
;;        c:  adcq    %r8, %rcx
;;                                 ;; @0x50
;;        f:  retq
;;
;; wasm-function[1]:
;;        0:  movq    %rcx, %r8
;;        3:  movq    %rdi, %rax
;;                                 ;; @0x5b
;;        6:  subq    %rdx, %rax
;;        9:  movq    %rsi, %rcx
;;        c:  sbbq    %r8, %rcx
;;                                 ;; @0x5d
;;        f:  retq
;;
;; wasm-function[2]:
;;        0:  movq    %rdi, %rax
;;                                 ;; @0x64
;;        3:  imulq   %rsi
;;        6:  movq    %rdx, %rcx
;;                                 ;; @0x66
;;        9:  retq
;;
;; wasm-function[3]:
;;        0:  movq    %rdi, %rax
;;                                 ;; @0x6d
;;        3:  mulq    %rsi
;;        6:  movq    %rdx, %rcx
;;                                 ;; @0x6f
;;        9:  retq

;;; aarch64-linux
;; wasm-function[0]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x4e
;;        8:  adds    x2, x2, x4
;;        c:  adc     x3, x3, x5
;;                                 ;; @0x50
;;       10:  ldp     x29, x30, [sp], #0x10
;;       14:  ret
;;
;; wasm-function[1]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x5b
;;        8:  subs    x2, x2, x4
;;        c:  sbc     x3, x3, x5
;;                                 ;; @0x5d
;;       10:  ldp     x29, x30, [sp], #0x10
;;       14:  ret
;;
;; wasm-function[2]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x64
;;        8:  mul     x4, x2, x3
;;        c:  smulh   x3, x2, x3
;;       10:  mov     x2, x4
;;                                 ;; @0x66
;;       14:  ldp     x29, x30, [sp], #0x10
;;       18:  ret
;;
;; wasm-function[3]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x6d
;;        8:  mul     x4, x2, x3
;;        c:  umulh   x3, x2, x3
;;       10:  mov     x2, x4
;;                                 ;; @0x6f
;;       14:  ldp     x29, x30, [sp], #0x10
;;       18:  ret
