;; A `try_table` is no instruction: what is inside is called and goes on as outside. The handlers are behind everything else.
(module
  (tag $number (param i32))
  (func $throws (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (throw $number (local.get 0)))) (local.get 0))
  (func (export "loop") (param i32) (result i32)
    (block $h (result i32)
      (try_table (catch $number $h)
        (loop $next (br_if $next (call $throws (local.get 0)))))
      (i32.const 1))))

;;; x86_64-linux
;; throws:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  subq    $0x10, %rsp
;;        8:  movq    %r12, (%rsp)
;;                                 ;; @0x30
;;        c:  testl   %edi, %edi
;;        e:  movq    %rdi, %r12
;;       11:  je      0x38
;;       17:  movq    %r12, %rax
;;                                 ;; @0x39
;;       1a:  movq    (%rsp), %r12
;;       1e:  addq    $0x10, %rsp
;;       22:  movq    %rbp, %rsp
;;       25:  popq    %rbp
;;       26:  retq
;;       27:  leaq    0x10(%rdi), %rax
;;       2b:  movl    $0x3f000000, %ecx
;;                                 ;; @0x34
;;       30:  movq    %rax, (%rcx)
;;       33:  jmp     0x63
;;       38:  movl    $0x3f000000, %ecx
;;       3d:  movq    (%rcx), %rdi
;;       40:  movq    8(%rcx), %rcx
;;       44:  leaq    0x10(%rdi), %rax
;;       48:  cmpq    %rcx, %rax
;;       4b:  jbe     0x27
;;       51:  movl    $0x3f000000, %edi
;;       56:  movl    $0x10, %esi
;;       5b:  callq   0x60 ; wasi_aot_heap_allocate
;;       60:  movq    %rax, %rdi
;;       63:  movl    $2, (%rdi)
;;       69:  movq    %r12, %rax
;;       6c:  movl    %eax, 8(%rdi)
;;       6f:  callq   0x74 ; wasi_aot_throw
;;       74:  ud2 ; trap Unreachable
;;
;; wasm-function[1]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  subq    $0x40, %rsp
;;        8:  movq    %rbx, 0x10(%rsp)
;;        d:  movq    %r12, 0x18(%rsp)
;;       12:  movq    %r13, 0x20(%rsp)
;;       17:  movq    %r14, 0x28(%rsp)
;;       1c:  movq    %r15, 0x30(%rsp)
;;       21:  movq    %rdi, (%rsp)
;;       25:  movq    (%rsp), %rdi
;;                                 ;; @0x48
;;       29:  callq   0x2e ; throws
;;                                 ;; @0x4a
;;       2e:  testl   %eax, %eax
;;       30:  jne     0x25
;;                                 ;; @0x4e
;;       36:  movl    $1, %eax
;;                                 ;; @0x51
;;       3b:  movq    0x10(%rsp), %rbx
;;       40:  movq    0x18(%rsp), %r12
;;       45:  movq    0x20(%rsp), %r13
;;       4a:  movq    0x28(%rsp), %r14
;;       4f:  movq    0x30(%rsp), %r15
;;       54:  addq    $0x40, %rsp
;;       58:  movq    %rbp, %rsp
;;       5b:  popq    %rbp
;;       5c:  retq
;;                                 ;; @0x4d
;;       5d:  movl    8(%rax), %eax
;;       60:  jmp     0x3b

;;; aarch64-linux
;; throws:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  str     x19, [sp, #-0x10]!
;;                                 ;; @0x30
;;        c:  cbz     w2, #0x2c
;;                                 ;; @0x39
;;       10:  ldr     x19, [sp], #0x10
;;       14:  ldp     x29, x30, [sp], #0x10
;;       18:  ret
;;       1c:  add     x1, x0, #0x10
;;       20:  mov     x2, #0x3f000000
;;                                 ;; @0x34
;;       24:  str     x1, [x2]
;;       28:  b       #0x54
;;       2c:  mov     x19, x2
;;       30:  mov     x14, #0x3f000000
;;       34:  ldr     x0, [x14]
;;       38:  ldr     x14, [x14, #8]
;;       3c:  add     x15, x0, #0x10
;;       40:  cmp     x15, x14
;;       44:  b.ls    #0x1c
;;       48:  mov     x0, #0x3f000000
;;       4c:  mov     x1, #0x10
;;       50:  bl      #0x50 ; wasi_aot_heap_allocate
;;       54:  mov     w1, #2
;;       58:  str     w1, [x0]
;;       5c:  mov     x2, x19
;;       60:  str     w2, [x0, #8]
;;       64:  bl      #0x64 ; wasi_aot_throw
;;       68:  udf     #0xc11f ; trap Unreachable
;;
;; wasm-function[1]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  stp     x27, x28, [sp, #-0x10]!
;;        c:  stp     x25, x26, [sp, #-0x10]!
;;       10:  stp     x23, x24, [sp, #-0x10]!
;;       14:  stp     x21, x22, [sp, #-0x10]!
;;       18:  stp     x19, x20, [sp, #-0x10]!
;;       1c:  stp     d14, d15, [sp, #-0x10]!
;;       20:  stp     d12, d13, [sp, #-0x10]!
;;       24:  stp     d10, d11, [sp, #-0x10]!
;;       28:  stp     d8, d9, [sp, #-0x10]!
;;       2c:  sub     sp, sp, #0x10
;;       30:  stur    x2, [sp]
;;       34:  ldur    x2, [sp]
;;                                 ;; @0x48
;;       38:  bl      #0x38 ; throws
;;                                 ;; @0x4a
;;       3c:  cbnz    w2, #0x34
;;                                 ;; @0x4e
;;       40:  mov     w2, #1
;;                                 ;; @0x51
;;       44:  add     sp, sp, #0x10
;;       48:  ldp     d8, d9, [sp], #0x10
;;       4c:  ldp     d10, d11, [sp], #0x10
;;       50:  ldp     d12, d13, [sp], #0x10
;;       54:  ldp     d14, d15, [sp], #0x10
;;       58:  ldp     x19, x20, [sp], #0x10
;;       5c:  ldp     x21, x22, [sp], #0x10
;;       60:  ldp     x23, x24, [sp], #0x10
;;       64:  ldp     x25, x26, [sp], #0x10
;;       68:  ldp     x27, x28, [sp], #0x10
;;       6c:  ldp     x29, x30, [sp], #0x10
;;       70:  ret
;;                                 ;; @0x4d
;;       74:  ldr     w2, [x0, #8]
;;       78:  b       #0x44
