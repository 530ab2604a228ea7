;;! bounds-checks = explicit
;;! spectre-mitigation
;; What a comparison decides is the address itself, by a conditional move, and not a branch that the CPU may guess: linear
;; memory, tables, the cases of `br_table`, the function that `call_indirect` calls, and the reference that a cast returns. What is known to be inside by an earlier comparison uses its address.
(module
  (type $f (func (result i32)))
  (type $s (struct (field i32)))
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
    (i32.const 7))
  (func (export "cast") (param anyref) (result i32) (struct.get $s 0 (ref.cast (ref $s) (local.get 0))))
  (func (export "cast_null") (param anyref) (result (ref null $s)) (ref.cast (ref null $s) (local.get 0)))
  (func (export "taken") (param anyref) (result i32)
    (block $b (result (ref $s)) (br_on_cast $b anyref (ref $s) (local.get 0)) (drop) (return (i32.const 0)))
    (struct.get $s 0))
  (func (export "fallen") (param anyref) (result i32)
    (block $b (result anyref) (return (i31.get_s (br_on_cast_fail $b anyref i31ref (local.get 0)))))
    (drop) (i32.const 0))
  (func (export "new") (result (ref $s)) (struct.new $s (i32.const 1))))

;;; x86_64-linux
;; one:
;;                                 ;; @0xc8
;;        0:  movl    $1, %eax
;;                                 ;; @0xca
;;        5:  retq
;;
;; wasm-function[1]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0xd1
;;        4:  movq    0x3fffff08, %rax
;;        c:  movl    %edi, %esi
;;        e:  xorq    %rcx, %rcx
;;       11:  movabsq $0x200000000, %rdx
;;       1b:  leaq    (%rsi, %rdx), %r8
;;       1f:  cmpq    %rax, %rsi
;;       22:  cmovaeq %rcx, %r8
;;       26:  movl    (%r8), %esi ; trap MemoryOutOfBounds
;;                                 ;; @0xd4
;;       29:  movl    %esi, 4(%r8) ; trap MemoryOutOfBounds
;;                                 ;; @0xdb
;;       2d:  leal    0x10(%rdi), %esi
;;       30:  addq    %rsi, %rdx
;;                                 ;; @0xdc
;;       33:  cmpq    %rax, %rsi
;;       36:  cmovaeq %rcx, %rdx
;;       3a:  movl    8(%rdx), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0xdf
;;       3d:  popq    %rbp
;;       3e:  retq
;;
;; wasm-function[2]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0xe4
;;        4:  movabsq $0x100000004, %rax
;;        e:  leaq    (%rdi, %rax), %rcx
;;       12:  movl    $0x3fffff40, %eax
;;       17:  cmpq    8(%rax), %rcx
;;       1b:  seta    %al
;;       1e:  cmpq    %rdi, %rcx
;;       21:  setb    %cl
;;       24:  orl     %ecx, %eax
;;       26:  xorq    %rcx, %rcx
;;       29:  movabsq $0x500000000, %rdx
;;       33:  addq    %rdi, %rdx
;;       36:  testb   %al, %al
;;       38:  cmovneq %rcx, %rdx
;;       3c:  movl    (%rdx), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0xec
;;       3e:  popq    %rbp
;;       3f:  retq
;;
;; wasm-function[3]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movq    %rsi, %r8
;;                                 ;; @0xf5
;;        7:  movq    0x3fffff08, %rax
;;        f:  movl    %edi, %ecx
;;       11:  movl    %edx, %edx
;;       13:  leaq    (%rcx, %rdx), %rsi
;;       17:  cmpq    %rax, %rsi
;;       1a:  ja      0x52
;;       1c:  movl    %r8d, %r10d
;;       1f:  leaq    (%r10, %rdx), %r8
;;       23:  cmpq    %rax, %r8
;;       26:  ja      0x54
;;       28:  xorq    %r9, %r9
;;       2b:  movabsq $0x200000000, %r11
;;       35:  leaq    (%rcx, %r11), %rdi
;;       39:  cmpq    %rax, %rsi
;;       3c:  cmovaq  %r9, %rdi
;;       40:  leaq    (%r10, %r11), %rsi
;;       44:  cmpq    %rax, %r8
;;       47:  cmovaq  %r9, %rsi
;;       4b:  callq   0x50 ; memmove
;;                                 ;; @0xf9
;;       50:  popq    %rbp
;;       51:  retq
;;                                 ;; @0xf5
;;       52:  ud2 ; trap MemoryOutOfBounds
;;       54:  ud2 ; trap MemoryOutOfBounds
;;
;; wasm-function[4]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0xfe
;;        4:  movq    0x3fffff88, %rcx
;;        c:  movl    %edi, %edx
;;        e:  movq    %rdx, %rsi
;;       11:  shlq    $3, %rsi
;;       15:  xorq    %rax, %rax
;;       18:  movabsq $0x600000000, %rdi
;;       22:  leaq    (%rdi, %rdx, 8), %rdx
;;       26:  cmpq    %rcx, %rsi
;;       29:  cmovaeq %rax, %rdx
;;       2d:  movq    (%rdx), %rcx ; trap TableOutOfBounds
;;       30:  movl    -8(%rcx), %edx ; trap IndirectCallToNull
;;       33:  cmpl    $1, %edx
;;       36:  jne     0x43
;;       38:  cmpl    $1, %edx
;;       3b:  cmovneq %rax, %rcx
;;       3f:  callq   *%rcx
;;                                 ;; @0x101
;;       41:  popq    %rbp
;;       42:  retq
;;                                 ;; @0xfe
;;       43:  ud2 ; trap BadSignature
;;
;; wasm-function[5]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x106
;;        4:  leaq    (%rip), %r10 ; one
;;                                 ;; @0x108
;;        b:  movl    %edi, %ecx
;;        d:  movq    %rcx, %rax
;;       10:  shlq    $3, %rax
;;       14:  xorq    %r11, %r11
;;       17:  movabsq $0x600000000, %rdx
;;       21:  leaq    (%rdx, %rcx, 8), %r9
;;       25:  movl    $0x3fffff80, %ecx
;;       2a:  cmpq    8(%rcx), %rax
;;       2e:  cmovaeq %r11, %r9
;;       32:  movq    %r10, (%r9) ; trap TableOutOfBounds
;;                                 ;; @0x10a
;;       35:  popq    %rbp
;;       36:  retq
;;
;; wasm-function[6]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  pushq   %rbx
;;        5:  pushq   %r12
;;        7:  pushq   %r13
;;        9:  subq    $8, %rsp
;;                                 ;; @0x111
;;        d:  movl    $0x3fffff80, %edi
;;       12:  movl    $8, %esi
;;       17:  callq   0x1c ; wasi_aot_table_grow
;;       1c:  sarq    $3, %rax
;;       20:  cmpl    $-1, %eax
;;       23:  jne     0x2a
;;       25:  movq    %rax, %r12
;;       28:  jmp     0x5d
;;       2a:  movl    %eax, %ecx
;;       2c:  movq    %rax, %r12
;;       2f:  movabsq $0x600000000, %rax
;;       39:  leaq    (%rax, %rcx, 8), %r9
;;       3d:  movabsq $0x600000008, %rdx
;;       47:  leaq    (%rdx, %rcx, 8), %rax
;;       4b:  cmpq    %rax, %r9
;;       4e:  je      0x5d
;;       50:  movq    $0, (%r9) ; trap TableOutOfBounds
;;       57:  addq    $8, %r9
;;       5b:  jmp     0x47
;;                                 ;; @0x116
;;       5d:  movl    $0x3fffff00, %edi
;;       62:  movl    $0x10000, %ebx
;;       67:  movq    %rbx, %rsi
;;       6a:  callq   0x6f ; wasi_aot_region_grow
;;       6f:  movq    %rax, %r13
;;                                 ;; @0x11a
;;       72:  movl    $0x3fffff40, %edi
;;       77:  movq    %rbx, %rsi
;;       7a:  callq   0x7f ; wasi_aot_region_grow
;;       7f:  movq    %r13, %rcx
;;                                 ;; @0x116
;;       82:  sarq    $0x10, %rcx
;;       86:  movq    %rax, %rdx
;;                                 ;; @0x11a
;;       89:  sarq    $0x10, %rdx
;;       8d:  movq    %r12, %rax
;;                                 ;; @0x11c
;;       90:  addq    $8, %rsp
;;       94:  popq    %r13
;;       96:  popq    %r12
;;       98:  popq    %rbx
;;       99:  popq    %rbp
;;       9a:  retq
;;
;; wasm-function[7]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movq    %rdi, %r8
;;                                 ;; @0x127
;;        7:  movl    $2, %edi
;;        c:  movl    %r8d, %r8d
;;        f:  cmpl    %edi, %r8d
;;       12:  cmovbl  %r8d, %edi
;;       16:  jmpq    *(, %rdi, 8)
;;       1d:  addb    %al, (%rax)
;;       1f:  addb    %al, (%rax)
;;       21:  addb    %al, (%rax)
;;       23:  addb    %al, (%rax)
;;       25:  addb    %al, (%rax)
;;       27:  addb    %al, (%rax)
;;       29:  addb    %al, (%rax)
;;       2b:  addb    %al, (%rax)
;;       2d:  addb    %al, (%rax)
;;       2f:  addb    %al, (%rax)
;;       31:  addb    %al, (%rax)
;;       33:  addb    %al, (%rax)
;;       35:  addb    %al, (%rax)
;;       37:  addb    %bh, 5(%rax)
;;                                 ;; @0x133
;;       3d:  popq    %rbp
;;       3e:  retq
;;                                 ;; @0x12d
;;       3f:  movl    $3, %eax
;;                                 ;; @0x12f
;;       44:  popq    %rbp
;;       45:  retq
;;                                 ;; @0x135
;;       46:  movl    $7, %eax
;;                                 ;; @0x137
;;       4b:  popq    %rbp
;;       4c:  retq
;;
;; wasm-function[8]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x13c
;;        4:  testq   $3, %rdi
;;        b:  jne     0x2f
;;        d:  xorq    %r9, %r9
;;       10:  testq   $3, %rdi
;;       17:  cmovneq %r9, %rdi
;;       1b:  movl    (%rdi), %r10d ; trap CastFailure
;;       1e:  testl   %r10d, %r10d
;;       21:  jne     0x31
;;       23:  testl   %r10d, %r10d
;;       26:  cmovneq %r9, %rdi
;;                                 ;; @0x13f
;;       2a:  movl    8(%rdi), %eax
;;                                 ;; @0x143
;;       2d:  popq    %rbp
;;       2e:  retq
;;                                 ;; @0x13c
;;       2f:  ud2 ; trap CastFailure
;;       31:  ud2 ; trap CastFailure
;;
;; wasm-function[9]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x148
;;        4:  xorq    %rax, %rax
;;        7:  testq   %rdi, %rdi
;;        a:  je      0x32
;;        c:  testq   $3, %rdi
;;       13:  jne     0x34
;;       15:  xorq    %rax, %rax
;;       18:  testq   $3, %rdi
;;       1f:  cmovneq %rax, %rdi
;;       23:  movl    (%rdi), %ecx
;;       25:  testl   %ecx, %ecx
;;       27:  jne     0x36
;;       29:  testl   %ecx, %ecx
;;       2b:  cmovneq %rax, %rdi
;;       2f:  movq    %rdi, %rax
;;                                 ;; @0x14b
;;       32:  popq    %rbp
;;       33:  retq
;;                                 ;; @0x148
;;       34:  ud2 ; trap CastFailure
;;       36:  ud2 ; trap CastFailure
;;
;; wasm-function[10]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x153
;;        4:  testq   %rdi, %rdi
;;        7:  je      0x34
;;        9:  testq   $3, %rdi
;;       10:  jne     0x34
;;       12:  xorq    %rax, %rax
;;       15:  testq   $3, %rdi
;;       1c:  cmovneq %rax, %rdi
;;       20:  movl    (%rdi), %eax
;;       22:  testl   %eax, %eax
;;       24:  jne     0x34
;;       26:  xorq    %rcx, %rcx
;;       29:  testl   %eax, %eax
;;       2b:  cmovneq %rcx, %rdi
;;                                 ;; @0x15e
;;       2f:  movl    8(%rdi), %eax
;;                                 ;; @0x162
;;       32:  popq    %rbp
;;       33:  retq
;;       34:  xorl    %eax, %eax
;;                                 ;; @0x15c
;;       36:  popq    %rbp
;;       37:  retq
;;
;; wasm-function[11]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x169
;;        4:  xorq    %rax, %rax
;;        7:  testq   %rdi, %rdi
;;        a:  je      0x26
;;        c:  xorq    %rcx, %rcx
;;        f:  testq   $1, %rdi
;;       16:  movq    %rdi, %rax
;;       19:  cmoveq  %rcx, %rax
;;       1d:  testq   $1, %rdi
;;       24:  je      0x2f
;;                                 ;; @0x16f
;;       26:  testq   %rax, %rax
;;       29:  je      0x33
;;       2b:  sarl    $1, %eax
;;                                 ;; @0x171
;;       2d:  popq    %rbp
;;       2e:  retq
;;                                 ;; @0x174
;;       2f:  xorl    %eax, %eax
;;                                 ;; @0x176
;;       31:  popq    %rbp
;;       32:  retq
;;                                 ;; @0x16f
;;       33:  ud2 ; trap NullReference
;;
;; wasm-function[12]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x17b
;;        4:  movq    0x3fffffc0, %rax
;;        c:  movq    0x3fffffc8, %rdi
;;       14:  leaq    0x10(%rax), %r8
;;       18:  cmpq    %rdi, %r8
;;       1b:  ja      0x38
;;       1d:  leaq    0x10(%rax), %r10
;;       21:  movq    %r10, 0x3fffffc0
;;       29:  movl    $0, (%rax)
;;       2f:  movl    $1, 8(%rax)
;;                                 ;; @0x17e
;;       36:  popq    %rbp
;;       37:  retq
;;       38:  movl    $0x3fffffc0, %edi
;;       3d:  movl    $0x10, %esi
;;                                 ;; @0x17b
;;       42:  callq   0x47 ; wasi_aot_heap_allocate
;;       47:  jmp     0x29

;;; aarch64-linux
;; one:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xc8
;;        8:  mov     w2, #1
;;                                 ;; @0xca
;;        c:  ldp     x29, x30, [sp], #0x10
;;       10:  ret
;;
;; wasm-function[1]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x15, #0x3fffff00
;;        c:  ldr     x14, [x15]
;;                                 ;; @0xd1
;;       10:  ldr     x15, [x15, #8]
;;       14:  mov     w1, w2
;;       18:  mov     x0, #0
;;       1c:  add     x3, x14, w2, uxtw
;;       20:  cmp     x1, x15
;;       24:  csel    x1, x0, x3, hs
;;       28:  ldr     w3, [x1] ; trap MemoryOutOfBounds
;;                                 ;; @0xd4
;;       2c:  str     w3, [x1, #4] ; trap MemoryOutOfBounds
;;                                 ;; @0xdb
;;       30:  add     w1, w2, #0x10
;;                                 ;; @0xdc
;;       34:  mov     w2, w1
;;       38:  add     x1, x14, w1, uxtw
;;       3c:  cmp     x2, x15
;;       40:  csel    x0, x0, x1, hs
;;       44:  ldr     w2, [x0, #8] ; trap MemoryOutOfBounds
;;                                 ;; @0xdf
;;       48:  ldp     x29, x30, [sp], #0x10
;;       4c:  ret
;;
;; wasm-function[2]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xe4
;;        8:  mov     w0, #0xff40
;;        c:  movk    w0, #0x3fff, lsl #16
;;       10:  ldr     x1, [x0, #8]
;;       14:  ldr     x0, [x0]
;;       18:  mov     x3, #4
;;       1c:  movk    x3, #1, lsl #32
;;       20:  add     x3, x2, x3
;;       24:  cmp     x3, x1
;;       28:  cset    x1, hi
;;       2c:  cmp     x3, x2
;;       30:  cset    x3, lo
;;       34:  orr     w1, w1, w3
;;       38:  mov     x3, #0
;;       3c:  mov     x4, #0x100000000
;;       40:  add     x0, x0, x4
;;       44:  add     x0, x0, x2
;;       48:  tst     w1, #0xff
;;       4c:  csel    x0, x3, x0, ne
;;       50:  ldr     w2, [x0] ; trap MemoryOutOfBounds
;;                                 ;; @0xec
;;       54:  ldp     x29, x30, [sp], #0x10
;;       58:  ret
;;
;; wasm-function[3]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x0, x2
;;                                 ;; @0xf5
;;        c:  mov     x5, #0x3fffff00
;;       10:  ldr     x15, [x5, #8]
;;       14:  mov     w2, w4
;;       18:  mov     x1, x0
;;       1c:  add     x0, x2, w1, uxtw
;;       20:  cmp     x0, x15
;;       24:  b.hi    #0x60
;;       28:  ldr     x4, [x5]
;;       2c:  add     x5, x2, w3, uxtw
;;       30:  cmp     x5, x15
;;       34:  b.hi    #0x64
;;       38:  mov     x6, #0
;;       3c:  add     x1, x4, w1, uxtw
;;       40:  cmp     x0, x15
;;       44:  csel    x0, x6, x1, hi
;;       48:  add     x1, x4, w3, uxtw
;;       4c:  cmp     x5, x15
;;       50:  csel    x1, x6, x1, hi
;;       54:  bl      #0x54 ; memmove
;;                                 ;; @0xf9
;;       58:  ldp     x29, x30, [sp], #0x10
;;       5c:  ret
;;                                 ;; @0xf5
;;       60:  udf     #0xc11f ; trap MemoryOutOfBounds
;;       64:  udf     #0xc11f ; trap MemoryOutOfBounds
;;
;; wasm-function[4]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xfe
;;        8:  mov     x13, #0x3fffff80
;;        c:  ldr     x14, [x13, #8]
;;       10:  ldr     x15, [x13]
;;       14:  mov     w0, w2
;;       18:  lsl     x1, x0, #3
;;       1c:  mov     x13, #0
;;       20:  add     x15, x15, x0, lsl #3
;;       24:  cmp     x1, x14
;;       28:  csel    x14, x13, x15, hs
;;       2c:  ldr     x14, [x14] ; trap TableOutOfBounds
;;       30:  ldur    w15, [x14, #-8] ; trap IndirectCallToNull
;;       34:  cmp     w15, #1
;;       38:  b.ne    #0x50
;;       3c:  cmp     w15, #1
;;       40:  csel    x0, x13, x14, ne
;;       44:  blr     x0
;;                                 ;; @0x101
;;       48:  ldp     x29, x30, [sp], #0x10
;;       4c:  ret
;;                                 ;; @0xfe
;;       50:  udf     #0xc11f ; trap BadSignature
;;
;; wasm-function[5]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x108
;;        8:  mov     x11, #0x3fffff80
;;        c:  ldr     x10, [x11, #8]
;;       10:  ldr     x12, [x11]
;;                                 ;; @0x106
;;       14:  adrp    x11, #0 ; one
;;       18:  add     x11, x11, #0 ; one
;;                                 ;; @0x108
;;       1c:  mov     w13, w2
;;       20:  lsl     x14, x13, #3
;;       24:  mov     x15, #0
;;       28:  add     x12, x12, x13, lsl #3
;;       2c:  cmp     x14, x10
;;       30:  csel    x12, x15, x12, hs
;;       34:  str     x11, [x12] ; trap TableOutOfBounds
;;                                 ;; @0x10a
;;       38:  ldp     x29, x30, [sp], #0x10
;;       3c:  ret
;;
;; wasm-function[6]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  str     x24, [sp, #-0x10]!
;;        c:  stp     x19, x20, [sp, #-0x10]!
;;                                 ;; @0x111
;;       10:  mov     x0, #0x3fffff80
;;       14:  mov     x1, #8
;;       18:  bl      #0x18 ; wasi_aot_table_grow
;;       1c:  asr     x20, x0, #3
;;       20:  mov     w0, #0xffffffff
;;       24:  cmp     w20, w0
;;       28:  b.eq    #0x58
;;       2c:  mov     x0, #0x3fffff80
;;       30:  ldr     x0, [x0]
;;       34:  mov     w1, w20
;;       38:  add     x11, x0, x1, lsl #3
;;       3c:  add     x1, x11, #8
;;       40:  cmp     x11, x1
;;       44:  b.eq    #0x58
;;       48:  mov     x0, #0
;;       4c:  str     x0, [x11] ; trap TableOutOfBounds
;;       50:  add     x11, x11, #8
;;       54:  b       #0x40
;;                                 ;; @0x116
;;       58:  mov     x0, #0x3fffff00
;;       5c:  mov     x19, #0x10000
;;       60:  mov     x1, x19
;;       64:  bl      #0x64 ; wasi_aot_region_grow
;;       68:  mov     x24, x0
;;                                 ;; @0x11a
;;       6c:  mov     w0, #0xff40
;;       70:  movk    w0, #0x3fff, lsl #16
;;       74:  mov     x1, x19
;;       78:  bl      #0x78 ; wasi_aot_region_grow
;;       7c:  mov     x1, x24
;;                                 ;; @0x116
;;       80:  asr     x3, x1, #0x10
;;                                 ;; @0x11a
;;       84:  asr     x4, x0, #0x10
;;       88:  mov     x2, x20
;;                                 ;; @0x11c
;;       8c:  ldp     x19, x20, [sp], #0x10
;;       90:  ldr     x24, [sp], #0x10
;;       94:  ldp     x29, x30, [sp], #0x10
;;       98:  ret
;;
;; wasm-function[7]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x127
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
;;                                 ;; @0x131
;;       30:  mov     w2, #5
;;                                 ;; @0x133
;;       34:  ldp     x29, x30, [sp], #0x10
;;       38:  ret
;;                                 ;; @0x12d
;;       3c:  mov     w2, #3
;;                                 ;; @0x12f
;;       40:  ldp     x29, x30, [sp], #0x10
;;       44:  ret
;;                                 ;; @0x135
;;       48:  mov     w2, #7
;;                                 ;; @0x137
;;       4c:  ldp     x29, x30, [sp], #0x10
;;       50:  ret
;;
;; wasm-function[8]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x13c
;;        8:  and     x7, x2, #3
;;        c:  cbnz    x7, #0x38
;;       10:  mov     x8, #0
;;       14:  cmp     x7, xzr
;;       18:  csel    x9, x8, x2, ne
;;       1c:  ldr     w10, [x9] ; trap CastFailure
;;       20:  cbnz    w10, #0x3c
;;       24:  cmp     w10, wzr
;;       28:  csel    x11, x8, x9, ne
;;                                 ;; @0x13f
;;       2c:  ldr     w2, [x11, #8]
;;                                 ;; @0x143
;;       30:  ldp     x29, x30, [sp], #0x10
;;       34:  ret
;;                                 ;; @0x13c
;;       38:  udf     #0xc11f ; trap CastFailure
;;       3c:  udf     #0xc11f ; trap CastFailure
;;
;; wasm-function[9]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x10, x2
;;                                 ;; @0x148
;;        c:  mov     x2, #0
;;       10:  mov     x11, x10
;;       14:  cbz     x11, #0x40
;;       18:  and     x12, x11, #3
;;       1c:  cbnz    x12, #0x48
;;       20:  and     x14, x11, #3
;;       24:  mov     x13, #0
;;       28:  cmp     x14, xzr
;;       2c:  csel    x14, x13, x11, ne
;;       30:  ldr     w15, [x14]
;;       34:  cbnz    w15, #0x4c
;;       38:  cmp     w15, wzr
;;       3c:  csel    x2, x13, x14, ne
;;                                 ;; @0x14b
;;       40:  ldp     x29, x30, [sp], #0x10
;;       44:  ret
;;                                 ;; @0x148
;;       48:  udf     #0xc11f ; trap CastFailure
;;       4c:  udf     #0xc11f ; trap CastFailure
;;
;; wasm-function[10]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x153
;;        8:  cbz     x2, #0x44
;;        c:  and     x12, x2, #3
;;       10:  cbnz    x12, #0x44
;;       14:  and     x14, x2, #3
;;       18:  mov     x15, #0
;;       1c:  cmp     x14, xzr
;;       20:  csel    x15, x15, x2, ne
;;       24:  ldr     w0, [x15]
;;       28:  cbnz    w0, #0x44
;;       2c:  mov     x1, #0
;;       30:  cmp     w0, wzr
;;       34:  csel    x0, x1, x15, ne
;;                                 ;; @0x15e
;;       38:  ldr     w2, [x0, #8]
;;                                 ;; @0x162
;;       3c:  ldp     x29, x30, [sp], #0x10
;;       40:  ret
;;       44:  mov     w2, #0
;;                                 ;; @0x15c
;;       48:  ldp     x29, x30, [sp], #0x10
;;       4c:  ret
;;
;; wasm-function[11]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x169
;;        8:  mov     x3, #0
;;        c:  cbz     x2, #0x24
;;       10:  and     x10, x2, #1
;;       14:  mov     x11, #0
;;       18:  cmp     x10, xzr
;;       1c:  csel    x3, x11, x2, eq
;;       20:  tbz     w2, #0, #0x34
;;                                 ;; @0x16f
;;       24:  cbz     x3, #0x40
;;       28:  asr     w2, w3, #1
;;                                 ;; @0x171
;;       2c:  ldp     x29, x30, [sp], #0x10
;;       30:  ret
;;                                 ;; @0x174
;;       34:  mov     w2, #0
;;                                 ;; @0x176
;;       38:  ldp     x29, x30, [sp], #0x10
;;       3c:  ret
;;                                 ;; @0x16f
;;       40:  udf     #0xc11f ; trap NullReference
;;
;; wasm-function[12]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x17b
;;        8:  mov     x11, #0x3fffffc0
;;        c:  ldr     x2, [x11]
;;       10:  ldr     x11, [x11, #8]
;;       14:  add     x12, x2, #0x10
;;       18:  cmp     x12, x11
;;       1c:  b.hi    #0x44
;;       20:  add     x14, x2, #0x10
;;       24:  mov     x15, #0x3fffffc0
;;       28:  str     x14, [x15]
;;       2c:  mov     w0, #0
;;       30:  str     w0, [x2]
;;                                 ;; @0x179
;;       34:  mov     w0, #1
;;                                 ;; @0x17b
;;       38:  str     w0, [x2, #8]
;;                                 ;; @0x17e
;;       3c:  ldp     x29, x30, [sp], #0x10
;;       40:  ret
;;       44:  mov     x0, #0x3fffffc0
;;       48:  mov     x1, #0x10
;;                                 ;; @0x17b
;;       4c:  bl      #0x4c ; wasi_aot_heap_allocate
;;       50:  mov     x2, x0
;;       54:  b       #0x2c
