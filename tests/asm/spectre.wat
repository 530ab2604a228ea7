;;! bounds-checks = explicit
;;! spectre-mitigation
;; What a comparison decides is the address itself, by a conditional move, and not a branch that the CPU may guess: linear
;; memory, tables, and the cases of `br_table`. What is known to be inside by an earlier comparison uses its address.
(module
  (type $f (func (result i32)))
  (memory 1 100)
  (memory $wide i64 1 100)
  (table $t 2 10 funcref)
  (elem declare func $one)
  (func $one (result i32) (i32.const 1))
  (func (export "fields") (param i32) (result i32)
    (i32.store offset=4 (local.get 0) (i32.load (local.get 0)))
    (i32.load offset=8 (i32.add (local.get 0) (i32.const 16))))
  (func (export "far") (param i64) (result i32) (i32.load $wide offset=0x1_0000_0000 (local.get 0)))
  (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (export "call") (param i32) (result i32) (call_indirect $t (type $f) (local.get 0)))
  (func (export "set") (param i32) (table.set $t (local.get 0) (ref.func $one)))
  (func (export "grow") (result i32 i32 i64)
    (table.grow $t (ref.null func) (i32.const 1)) (memory.grow (i32.const 1)) (memory.grow $wide (i64.const 1)))
  (func (export "case") (param i32) (result i32)
    (block (block (block (br_table 0 1 2 (local.get 0)))
      (return (i32.const 3))) (return (i32.const 5)))
    (i32.const 7)))

;;; x86_64-linux
;; one:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x84
;;        4:  movl    $1, %eax
;;                                 ;; @0x86
;;        9:  movq    %rbp, %rsp
;;        c:  popq    %rbp
;;        d:  retq
;;
;; wasm-function[1]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x8d
;;        4:  movl    $0x3f000000, %eax
;;        9:  movq    8(%rax), %rax
;;        d:  movl    %edi, %edx
;;        f:  xorq    %rcx, %rcx
;;       12:  leaq    0x40000000(%rdx), %rsi
;;       19:  cmpq    %rax, %rdx
;;       1c:  cmovaeq %rcx, %rsi
;;       20:  movl    (%rsi), %edx ; trap MemoryOutOfBounds
;;                                 ;; @0x90
;;       22:  movl    %edx, 4(%rsi) ; trap MemoryOutOfBounds
;;                                 ;; @0x97
;;       25:  leal    0x10(%rdi), %esi
;;       28:  leaq    0x40000000(%rsi), %rdx
;;                                 ;; @0x98
;;       2f:  cmpq    %rax, %rsi
;;       32:  cmovaeq %rcx, %rdx
;;       36:  movl    8(%rdx), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0x9b
;;       39:  movq    %rbp, %rsp
;;       3c:  popq    %rbp
;;       3d:  retq
;;
;; wasm-function[2]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0xa0
;;        4:  movabsq $0x100000004, %rax
;;        e:  leaq    (%rdi, %rax), %rcx
;;       12:  movl    $0x3f000040, %eax
;;       17:  cmpq    8(%rax), %rcx
;;       1b:  seta    %al
;;       1e:  cmpq    %rdi, %rcx
;;       21:  setb    %cl
;;       24:  orl     %ecx, %eax
;;       26:  xorq    %rcx, %rcx
;;       29:  movabsq $0x300000000, %rdx
;;       33:  addq    %rdi, %rdx
;;       36:  testb   %al, %al
;;       38:  cmovneq %rcx, %rdx
;;       3c:  movl    (%rdx), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0xa8
;;       3e:  movq    %rbp, %rsp
;;       41:  popq    %rbp
;;       42:  retq
;;
;; wasm-function[3]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movq    %rsi, %r8
;;                                 ;; @0xb1
;;        7:  movl    $0x3f000000, %eax
;;        c:  movq    8(%rax), %rax
;;       10:  movl    %edi, %ecx
;;       12:  movl    %edx, %edx
;;       14:  leaq    (%rcx, %rdx), %rsi
;;       18:  cmpq    %rax, %rsi
;;       1b:  ja      0x5d
;;       21:  movq    %r8, %rdi
;;       24:  movl    %edi, %r10d
;;       27:  leaq    (%r10, %rdx), %r8
;;       2b:  cmpq    %rax, %r8
;;       2e:  ja      0x5f
;;       34:  xorq    %r9, %r9
;;       37:  leaq    0x40000000(%rcx), %rdi
;;       3e:  cmpq    %rax, %rsi
;;       41:  cmovaq  %r9, %rdi
;;       45:  leaq    0x40000000(%r10), %rsi
;;       4c:  cmpq    %rax, %r8
;;       4f:  cmovaq  %r9, %rsi
;;       53:  callq   0x58 ; memmove
;;                                 ;; @0xb5
;;       58:  movq    %rbp, %rsp
;;       5b:  popq    %rbp
;;       5c:  retq
;;                                 ;; @0xb1
;;       5d:  ud2 ; trap MemoryOutOfBounds
;;       5f:  ud2 ; trap MemoryOutOfBounds
;;
;; wasm-function[4]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0xba
;;        4:  movl    $0x3f000080, %eax
;;        9:  movq    8(%rax), %rax
;;        d:  movl    %edi, %edx
;;        f:  movq    %rdx, %rsi
;;       12:  shlq    $3, %rsi
;;       16:  xorq    %rcx, %rcx
;;       19:  movabsq $0x400000000, %rdi
;;       23:  leaq    (%rdi, %rdx, 8), %rdx
;;       27:  cmpq    %rax, %rsi
;;       2a:  cmovaeq %rcx, %rdx
;;       2e:  movq    (%rdx), %rax ; trap TableOutOfBounds
;;       31:  movl    -8(%rax), %ecx ; trap IndirectCallToNull
;;       34:  testl   %ecx, %ecx
;;       36:  jne     0x43
;;       3c:  callq   *%rax
;;                                 ;; @0xbd
;;       3e:  movq    %rbp, %rsp
;;       41:  popq    %rbp
;;       42:  retq
;;                                 ;; @0xba
;;       43:  ud2 ; trap BadSignature
;;
;; wasm-function[5]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0xc2
;;        4:  leaq    (%rip), %r10 ; one
;;                                 ;; @0xc4
;;        b:  movl    %edi, %ecx
;;        d:  movq    %rcx, %rax
;;       10:  shlq    $3, %rax
;;       14:  xorq    %r11, %r11
;;       17:  movabsq $0x400000000, %rdx
;;       21:  leaq    (%rdx, %rcx, 8), %r9
;;       25:  movl    $0x3f000080, %ecx
;;       2a:  cmpq    8(%rcx), %rax
;;       2e:  cmovaeq %r11, %r9
;;       32:  movq    %r10, (%r9) ; trap TableOutOfBounds
;;                                 ;; @0xc6
;;       35:  movq    %rbp, %rsp
;;       38:  popq    %rbp
;;       39:  retq
;;
;; wasm-function[6]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  subq    $0x20, %rsp
;;        8:  movq    %rbx, (%rsp)
;;        c:  movq    %r12, 8(%rsp)
;;       11:  movq    %r13, 0x10(%rsp)
;;                                 ;; @0xcd
;;       16:  movl    $0x3f000080, %edi
;;       1b:  movl    $8, %esi
;;       20:  callq   0x25 ; wasi_aot_region_grow
;;       25:  sarq    $3, %rax
;;       29:  cmpl    $-1, %eax
;;       2c:  jne     0x3a
;;       32:  movq    %rax, %r12
;;       35:  jmp     0x77
;;       3a:  movl    %eax, %ecx
;;       3c:  movq    %rax, %r12
;;       3f:  movabsq $0x400000000, %rax
;;       49:  leaq    (%rax, %rcx, 8), %r9
;;       4d:  movabsq $0x400000008, %rdx
;;       57:  leaq    (%rdx, %rcx, 8), %rax
;;       5b:  cmpq    %rax, %r9
;;       5e:  je      0x77
;;       64:  movq    $0, (%r9) ; trap TableOutOfBounds
;;       6b:  addq    $8, %r9
;;       72:  jmp     0x57
;;                                 ;; @0xd2
;;       77:  movl    $0x3f000000, %edi
;;       7c:  movl    $0x10000, %ebx
;;       81:  movq    %rbx, %rsi
;;       84:  callq   0x89 ; wasi_aot_region_grow
;;       89:  movq    %rax, %r13
;;                                 ;; @0xd6
;;       8c:  movl    $0x3f000040, %edi
;;       91:  movq    %rbx, %rsi
;;       94:  callq   0x99 ; wasi_aot_region_grow
;;       99:  movq    %r13, %rcx
;;                                 ;; @0xd2
;;       9c:  sarq    $0x10, %rcx
;;       a0:  movq    %rax, %rdx
;;                                 ;; @0xd6
;;       a3:  sarq    $0x10, %rdx
;;       a7:  movq    %r12, %rax
;;                                 ;; @0xd8
;;       aa:  movq    (%rsp), %rbx
;;       ae:  movq    8(%rsp), %r12
;;       b3:  movq    0x10(%rsp), %r13
;;       b8:  addq    $0x20, %rsp
;;       bc:  movq    %rbp, %rsp
;;       bf:  popq    %rbp
;;       c0:  retq
;;
;; wasm-function[7]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movq    %rdi, %r11
;;                                 ;; @0xe3
;;        7:  movl    $2, %edi
;;        c:  movl    %r11d, %r8d
;;        f:  cmpl    %edi, %r8d
;;       12:  cmovbl  %r8d, %edi
;;       16:  leaq    9(%rip), %rcx
;;       1d:  movslq  (%rcx, %rdi, 4), %rax
;;       21:  addq    %rax, %rcx
;;       24:  jmpq    *%rcx
;;       26:  .byte 0x16
;;       27:  addb    %al, (%rax)
;;       29:  addb    %cl, (%rax, %rax)
;;       2c:  addb    %al, (%rax)
;;       2e:  andb    %al, (%rax)
;;       30:  addb    %al, (%rax)
;;                                 ;; @0xed
;;       32:  movl    $5, %eax
;;                                 ;; @0xef
;;       37:  movq    %rbp, %rsp
;;       3a:  popq    %rbp
;;       3b:  retq
;;                                 ;; @0xe9
;;       3c:  movl    $3, %eax
;;                                 ;; @0xeb
;;       41:  movq    %rbp, %rsp
;;       44:  popq    %rbp
;;       45:  retq
;;                                 ;; @0xf1
;;       46:  movl    $7, %eax
;;                                 ;; @0xf3
;;       4b:  movq    %rbp, %rsp
;;       4e:  popq    %rbp
;;       4f:  retq

;;; aarch64-linux
;; one:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x84
;;        8:  mov     w2, #1
;;                                 ;; @0x86
;;        c:  ldp     x29, x30, [sp], #0x10
;;       10:  ret
;;
;; wasm-function[1]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x8d
;;        8:  mov     x14, #0x3f000000
;;        c:  ldr     x14, [x14, #8]
;;       10:  mov     w1, w2
;;       14:  mov     x15, #0
;;       18:  mov     x0, #0x40000000
;;       1c:  add     x3, x0, w2, uxtw
;;       20:  cmp     x1, x14
;;       24:  csel    x1, x15, x3, hs
;;       28:  ldr     w3, [x1] ; trap MemoryOutOfBounds
;;                                 ;; @0x90
;;       2c:  str     w3, [x1, #4] ; trap MemoryOutOfBounds
;;                                 ;; @0x97
;;       30:  add     w1, w2, #0x10
;;                                 ;; @0x98
;;       34:  mov     w2, w1
;;       38:  add     x0, x0, w1, uxtw
;;       3c:  cmp     x2, x14
;;       40:  csel    x0, x15, x0, hs
;;       44:  ldr     w2, [x0, #8] ; trap MemoryOutOfBounds
;;                                 ;; @0x9b
;;       48:  ldp     x29, x30, [sp], #0x10
;;       4c:  ret
;;
;; wasm-function[2]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xa0
;;        8:  mov     w15, #0x40
;;        c:  movk    w15, #0x3f00, lsl #16
;;       10:  ldr     x15, [x15, #8]
;;       14:  mov     x0, #4
;;       18:  movk    x0, #1, lsl #32
;;       1c:  add     x0, x2, x0
;;       20:  cmp     x0, x15
;;       24:  cset    x1, hi
;;       28:  cmp     x0, x2
;;       2c:  cset    x0, lo
;;       30:  orr     w0, w1, w0
;;       34:  mov     x1, #0
;;       38:  mov     x3, #0x300000000
;;       3c:  add     x2, x2, x3
;;       40:  tst     w0, #0xff
;;       44:  csel    x0, x1, x2, ne
;;       48:  ldr     w2, [x0] ; trap MemoryOutOfBounds
;;                                 ;; @0xa8
;;       4c:  ldp     x29, x30, [sp], #0x10
;;       50:  ret
;;
;; wasm-function[3]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x0, x2
;;                                 ;; @0xb1
;;        c:  mov     x15, #0x3f000000
;;       10:  ldr     x15, [x15, #8]
;;       14:  mov     w2, w4
;;       18:  mov     x4, x0
;;       1c:  add     x0, x2, w4, uxtw
;;       20:  cmp     x0, x15
;;       24:  b.hi    #0x60
;;       28:  add     x1, x2, w3, uxtw
;;       2c:  cmp     x1, x15
;;       30:  b.hi    #0x64
;;       34:  mov     x5, #0
;;       38:  mov     x6, #0x40000000
;;       3c:  add     x4, x6, w4, uxtw
;;       40:  cmp     x0, x15
;;       44:  csel    x0, x5, x4, hi
;;       48:  add     x3, x6, w3, uxtw
;;       4c:  cmp     x1, x15
;;       50:  csel    x1, x5, x3, hi
;;       54:  bl      #0x54 ; memmove
;;                                 ;; @0xb5
;;       58:  ldp     x29, x30, [sp], #0x10
;;       5c:  ret
;;                                 ;; @0xb1
;;       60:  udf     #0xc11f ; trap MemoryOutOfBounds
;;       64:  udf     #0xc11f ; trap MemoryOutOfBounds
;;
;; wasm-function[4]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xba
;;        8:  mov     w13, #0x80
;;        c:  movk    w13, #0x3f00, lsl #16
;;       10:  ldr     x13, [x13, #8]
;;       14:  mov     w14, w2
;;       18:  lsl     x15, x14, #3
;;       1c:  mov     x0, #0
;;       20:  mov     x1, #0x400000000
;;       24:  add     x14, x1, x14, lsl #3
;;       28:  cmp     x15, x13
;;       2c:  csel    x14, x0, x14, hs
;;       30:  ldr     x14, [x14] ; trap TableOutOfBounds
;;       34:  ldur    w15, [x14, #-8] ; trap IndirectCallToNull
;;       38:  cbnz    w15, #0x48
;;       3c:  blr     x14
;;                                 ;; @0xbd
;;       40:  ldp     x29, x30, [sp], #0x10
;;       44:  ret
;;                                 ;; @0xba
;;       48:  udf     #0xc11f ; trap BadSignature
;;
;; wasm-function[5]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xc4
;;        8:  mov     w11, #0x80
;;        c:  movk    w11, #0x3f00, lsl #16
;;       10:  ldr     x12, [x11, #8]
;;                                 ;; @0xc2
;;       14:  adrp    x11, #0 ; one
;;       18:  add     x11, x11, #0 ; one
;;                                 ;; @0xc4
;;       1c:  mov     w13, w2
;;       20:  lsl     x14, x13, #3
;;       24:  mov     x15, #0
;;       28:  mov     x0, #0x400000000
;;       2c:  add     x13, x0, x13, lsl #3
;;       30:  cmp     x14, x12
;;       34:  csel    x12, x15, x13, hs
;;       38:  str     x11, [x12] ; trap TableOutOfBounds
;;                                 ;; @0xc6
;;       3c:  ldp     x29, x30, [sp], #0x10
;;       40:  ret
;;
;; wasm-function[6]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  str     x26, [sp, #-0x10]!
;;        c:  stp     x19, x22, [sp, #-0x10]!
;;                                 ;; @0xcd
;;       10:  mov     w0, #0x80
;;       14:  movk    w0, #0x3f00, lsl #16
;;       18:  mov     x1, #8
;;       1c:  bl      #0x1c ; wasi_aot_region_grow
;;       20:  asr     x22, x0, #3
;;       24:  mov     w0, #-1
;;       28:  cmp     w22, w0
;;       2c:  b.eq    #0x60
;;       30:  mov     w1, w22
;;       34:  mov     x0, #0x400000000
;;       38:  add     x11, x0, x1, lsl #3
;;       3c:  mov     x2, #8
;;       40:  movk    x2, #4, lsl #32
;;       44:  add     x0, x2, x1, lsl #3
;;       48:  cmp     x11, x0
;;       4c:  b.eq    #0x60
;;       50:  mov     x0, #0
;;       54:  str     x0, [x11] ; trap TableOutOfBounds
;;       58:  add     x11, x11, #8
;;       5c:  b       #0x44
;;                                 ;; @0xd2
;;       60:  mov     x0, #0x3f000000
;;       64:  mov     x19, #0x10000
;;       68:  mov     x1, x19
;;       6c:  bl      #0x6c ; wasi_aot_region_grow
;;       70:  mov     x26, x0
;;                                 ;; @0xd6
;;       74:  mov     w0, #0x40
;;       78:  movk    w0, #0x3f00, lsl #16
;;       7c:  mov     x1, x19
;;       80:  bl      #0x80 ; wasi_aot_region_grow
;;       84:  mov     x1, x26
;;                                 ;; @0xd2
;;       88:  asr     x3, x1, #0x10
;;                                 ;; @0xd6
;;       8c:  asr     x4, x0, #0x10
;;       90:  mov     x2, x22
;;                                 ;; @0xd8
;;       94:  ldp     x19, x22, [sp], #0x10
;;       98:  ldr     x26, [sp], #0x10
;;       9c:  ldp     x29, x30, [sp], #0x10
;;       a0:  ret
;;
;; wasm-function[7]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xe3
;;        8:  cmp     w2, #2
;;        c:  mov     x8, #2
;;       10:  csel    x8, x2, x8, lo
;;       14:  adr     x7, #0x24
;;       18:  ldrsw   x8, [x7, w8, uxtw #2]
;;       1c:  add     x7, x7, x8
;;       20:  br      x7
;;       24:  udf     #0x18
;;       28:  udf     #0xc
;;       2c:  udf     #0x24
;;                                 ;; @0xed
;;       30:  mov     w2, #5
;;                                 ;; @0xef
;;       34:  ldp     x29, x30, [sp], #0x10
;;       38:  ret
;;                                 ;; @0xe9
;;       3c:  mov     w2, #3
;;                                 ;; @0xeb
;;       40:  ldp     x29, x30, [sp], #0x10
;;       44:  ret
;;                                 ;; @0xf1
;;       48:  mov     w2, #7
;;                                 ;; @0xf3
;;       4c:  ldp     x29, x30, [sp], #0x10
;;       50:  ret
