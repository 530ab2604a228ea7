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
;; wasi_snapshot_preview1.random_get [import]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movq    %rdi, %r10
;;        7:  leaq    (%rip), %r8 ; wasi_aot_stack_limit
;;        e:  movq    %rsp, %r9
;;       11:  cmpq    (%r8), %r9
;;       14:  jb      0x2f
;;       1a:  movl    $0x3f001040, %edi
;;       1f:  movq    %rsi, %rdx
;;       22:  movq    %r10, %rsi
;;       25:  callq   0x2a ; wasi_snapshot_preview1.random_get
;;       2a:  movq    %rbp, %rsp
;;       2d:  popq    %rbp
;;       2e:  retq
;;       2f:  ud2 ; trap StackOverflow
;;
;; one:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x88
;;        4:  movl    $1, %eax
;;                                 ;; @0x8a
;;        9:  movq    %rbp, %rsp
;;        c:  popq    %rbp
;;        d:  retq
;;
;; two:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x8d
;;        4:  movl    $2, %eax
;;                                 ;; @0x8f
;;        9:  movq    %rbp, %rsp
;;        c:  popq    %rbp
;;        d:  retq
;;
;; other:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x92
;;        4:  movq    %rbp, %rsp
;;        7:  popq    %rbp
;;        8:  retq
;;
;; wasm-function[4]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x99
;;        4:  cmpl    $3, %esi
;;        7:  jae     0x30
;;        d:  movl    %esi, %r8d
;;       10:  shlq    $3, %r8
;;       14:  movq    0x3f000000(%r8), %r9
;;       1b:  movl    -8(%r9), %r10d ; trap IndirectCallToNull
;;       1f:  testl   %r10d, %r10d
;;       22:  jne     0x32
;;       28:  callq   *%r9
;;                                 ;; @0x9c
;;       2b:  movq    %rbp, %rsp
;;       2e:  popq    %rbp
;;       2f:  retq
;;                                 ;; @0x99
;;       30:  ud2 ; trap TableOutOfBounds
;;       32:  ud2 ; trap BadSignature
;;
;; wasm-function[5]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0xa1
;;        4:  cmpl    $3, %edi
;;        7:  jae     0x30
;;        d:  movl    %edi, %esi
;;        f:  shlq    $3, %rsi
;;       13:  movq    0x3f000000(%rsi), %rdi
;;       1a:  movl    -8(%rdi), %edi ; trap IndirectCallToNull
;;       1d:  cmpl    $2, %edi
;;       20:  jne     0x32
;;       26:  callq   0x2b ; other
;;                                 ;; @0xa4
;;       2b:  movq    %rbp, %rsp
;;       2e:  popq    %rbp
;;       2f:  retq
;;                                 ;; @0xa1
;;       30:  ud2 ; trap TableOutOfBounds
;;       32:  ud2 ; trap BadSignature
;;
;; wasm-function[6]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0xa9
;;        4:  movl    $8, %esi
;;                                 ;; @0xab
;;        9:  callq   0xe ; wasi_snapshot_preview1.random_get [import]
;;                                 ;; @0xad
;;        e:  movq    %rbp, %rsp
;;       11:  popq    %rbp
;;       12:  retq

;;; aarch64-linux
;; wasi_snapshot_preview1.random_get [import]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  adrp    x8, #0 ; wasi_aot_stack_limit
;;        c:  add     x8, x8, #0 ; wasi_aot_stack_limit
;;       10:  ldr     x8, [x8]
;;       14:  mov     x9, sp
;;       18:  cmp     x9, x8
;;       1c:  b.lo    #0x40
;;       20:  mov     w0, #0x40
;;       24:  movk    w0, #0x3f01, lsl #16
;;       28:  mov     x1, x2
;;       2c:  mov     x2, x3
;;       30:  bl      #0x30 ; wasi_snapshot_preview1.random_get
;;       34:  mov     x2, x0
;;       38:  ldp     x29, x30, [sp], #0x10
;;       3c:  ret
;;       40:  udf     #0xc11f ; trap StackOverflow
;;
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
;;                                 ;; @0xa9
;;        8:  mov     w3, #8
;;                                 ;; @0xab
;;        c:  bl      #0xc ; wasi_snapshot_preview1.random_get [import]
;;                                 ;; @0xad
;;       10:  ldp     x29, x30, [sp], #0x10
;;       14:  ret
