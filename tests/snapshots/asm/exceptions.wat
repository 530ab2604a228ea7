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
;;        4:  pushq   %r12
;;        6:  subq    $8, %rsp
;;                                 ;; @0x30
;;        a:  testl   %edi, %edi
;;        c:  movq    %rdi, %r12
;;        f:  je      0x2a
;;       11:  movq    %r12, %rax
;;                                 ;; @0x39
;;       14:  addq    $8, %rsp
;;       18:  popq    %r12
;;       1a:  popq    %rbp
;;       1b:  retq
;;       1c:  leaq    0x10(%rdi), %rax
;;                                 ;; @0x34
;;       20:  movq    %rax, 0x3fffffc0
;;       28:  jmp     0x55
;;       2a:  movq    0x3fffffc0, %rdi
;;       32:  movq    0x3fffffc8, %rcx
;;       3a:  leaq    0x10(%rdi), %rax
;;       3e:  cmpq    %rcx, %rax
;;       41:  jbe     0x1c
;;       43:  movl    $0x3fffffc0, %edi
;;       48:  movl    $0x10, %esi
;;       4d:  callq   0x52 ; wasi_aot_heap_allocate
;;       52:  movq    %rax, %rdi
;;       55:  movl    $2, (%rdi)
;;       5b:  movq    %r12, %rax
;;       5e:  movl    %eax, 8(%rdi)
;;       61:  callq   0x66 ; wasi_aot_throw
;;       66:  ud2 ; trap Unreachable
;;
;; wasm-function[1]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  pushq   %rbx
;;        5:  pushq   %r12
;;        7:  pushq   %r13
;;        9:  pushq   %r14
;;        b:  pushq   %r15
;;        d:  subq    $0x18, %rsp
;;       11:  movq    %rdi, (%rsp)
;;       15:  movq    (%rsp), %rdi
;;                                 ;; @0x48
;;       19:  callq   0x1e ; throws
;;                                 ;; @0x4a
;;       1e:  testl   %eax, %eax
;;       20:  jne     0x15
;;                                 ;; @0x4e
;;       22:  movl    $1, %eax
;;                                 ;; @0x51
;;       27:  addq    $0x18, %rsp
;;       2b:  popq    %r15
;;       2d:  popq    %r14
;;       2f:  popq    %r13
;;       31:  popq    %r12
;;       33:  popq    %rbx
;;       34:  popq    %rbp
;;       35:  retq
;;                                 ;; @0x4d
;;       36:  movl    8(%rax), %eax
;;       39:  jmp     0x27

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
;;       20:  mov     x2, #0x3fffffc0
;;                                 ;; @0x34
;;       24:  str     x1, [x2]
;;       28:  b       #0x54
;;       2c:  mov     x19, x2
;;       30:  mov     x14, #0x3fffffc0
;;       34:  ldr     x0, [x14]
;;       38:  ldr     x14, [x14, #8]
;;       3c:  add     x15, x0, #0x10
;;       40:  cmp     x15, x14
;;       44:  b.ls    #0x1c
;;       48:  mov     x0, #0x3fffffc0
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
