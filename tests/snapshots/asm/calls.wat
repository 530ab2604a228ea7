;; Calls: direct, through constant tables, to the host.
(module
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (type $unary (func (param i32) (result i32)))
  (memory 1)
  (table $mixed funcref (elem $one $two $other))
  (func $one (param i32) (result i32) (i32.const 1))
  (func $two (param i32) (result i32) (i32.const 2))
  (func $other)
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
;;                                 ;; @0x92
;;        0:  retq
;;
;; wasm-function[4]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x99
;;        4:  cmpl    $3, %esi
;;        7:  jae     0x23
;;        9:  movl    %esi, %r8d
;;        c:  shlq    $3, %r8
;;       10:  movq    0x3f000000(%r8), %r8
;;       17:  cmpl    $0, -8(%r8) ; trap IndirectCallToNull
;;       1c:  jne     0x25
;;       1e:  callq   *%r8
;;                                 ;; @0x9c
;;       21:  popq    %rbp
;;       22:  retq
;;                                 ;; @0x99
;;       23:  ud2 ; trap TableOutOfBounds
;;       25:  ud2 ; trap BadSignature
;;
;; wasm-function[5]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0xa1
;;        4:  cmpl    $3, %edi
;;        7:  jae     0x25
;;        9:  movl    %edi, %esi
;;        b:  shlq    $3, %rsi
;;        f:  movq    0x3f000000(%rsi), %rdi
;;       16:  movl    -8(%rdi), %edi ; trap IndirectCallToNull
;;       19:  cmpl    $2, %edi
;;       1c:  jne     0x27
;;       1e:  callq   0x23 ; other
;;                                 ;; @0xa4
;;       23:  popq    %rbp
;;       24:  retq
;;                                 ;; @0xa1
;;       25:  ud2 ; trap TableOutOfBounds
;;       27:  ud2 ; trap BadSignature
;;
;; wasm-function[6]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movq    %rdi, %r8
;;                                 ;; @0xab
;;        7:  leaq    (%rip), %rsi ; wasi_aot_stack_limit
;;        e:  movq    %rsp, %rdi
;;       11:  cmpq    (%rsi), %rdi
;;       14:  jb      0x2a
;;       16:  movl    $0x3f001040, %edi
;;                                 ;; @0xa9
;;       1b:  movl    $8, %edx
;;       20:  movq    %r8, %rsi
;;                                 ;; @0xab
;;       23:  callq   0x28 ; wasi_snapshot_preview1.random_get
;;                                 ;; @0xad
;;       28:  popq    %rbp
;;       29:  retq
;;                                 ;; @0xab
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
;;                                 ;; @0x92
;;        8:  ldp     x29, x30, [sp], #0x10
;;        c:  ret
;;
;; wasm-function[4]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x99
;;        8:  cmp     w3, #3
;;        c:  b.hs    #0x34
;;       10:  mov     w10, w3
;;       14:  lsl     x10, x10, #3
;;       18:  mov     x9, #0x3f000000
;;       1c:  ldr     x11, [x10, x9]
;;       20:  ldur    w10, [x11, #-8] ; trap IndirectCallToNull
;;       24:  cbnz    w10, #0x38
;;       28:  blr     x11
;;                                 ;; @0x9c
;;       2c:  ldp     x29, x30, [sp], #0x10
;;       30:  ret
;;                                 ;; @0x99
;;       34:  udf     #0xc11f ; trap TableOutOfBounds
;;       38:  udf     #0xc11f ; trap BadSignature
;;
;; wasm-function[5]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xa1
;;        8:  cmp     w2, #3
;;        c:  b.hs    #0x38
;;       10:  mov     w8, w2
;;       14:  lsl     x8, x8, #3
;;       18:  mov     x7, #0x3f000000
;;       1c:  ldr     x9, [x8, x7]
;;       20:  ldur    w8, [x9, #-8] ; trap IndirectCallToNull
;;       24:  cmp     w8, #2
;;       28:  b.ne    #0x3c
;;       2c:  bl      #0x2c ; other
;;                                 ;; @0xa4
;;       30:  ldp     x29, x30, [sp], #0x10
;;       34:  ret
;;                                 ;; @0xa1
;;       38:  udf     #0xc11f ; trap TableOutOfBounds
;;       3c:  udf     #0xc11f ; trap BadSignature
;;
;; wasm-function[6]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x1, x2
;;                                 ;; @0xab
;;        c:  adrp    x8, #0 ; wasi_aot_stack_limit
;;       10:  add     x8, x8, #0 ; wasi_aot_stack_limit
;;       14:  ldr     x8, [x8]
;;       18:  mov     x9, sp
;;       1c:  cmp     x9, x8
;;       20:  b.lo    #0x40
;;       24:  mov     w0, #0x40
;;       28:  movk    w0, #0x3f01, lsl #16
;;                                 ;; @0xa9
;;       2c:  mov     w2, #8
;;                                 ;; @0xab
;;       30:  bl      #0x30 ; wasi_snapshot_preview1.random_get
;;       34:  mov     x2, x0
;;                                 ;; @0xad
;;       38:  ldp     x29, x30, [sp], #0x10
;;       3c:  ret
;;                                 ;; @0xab
;;       40:  udf     #0xc11f ; trap StackOverflow
