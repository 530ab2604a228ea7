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
;;        4:  movl    %edi, %edx
;;                                 ;; @0xd1
;;        6:  movq    0x3fffff08, %rcx
;;        e:  xorq    %rax, %rax
;;       11:  movabsq $0x200000000, %rsi
;;       1b:  leaq    (%rdx, %rsi), %rdi
;;       1f:  cmpq    %rcx, %rdx
;;       22:  cmovaeq %rax, %rdi
;;       26:  movl    (%rdi), %r8d ; trap MemoryOutOfBounds
;;                                 ;; @0xd4
;;       29:  movl    %r8d, 4(%rdi) ; trap MemoryOutOfBounds
;;                                 ;; @0xdb
;;       2d:  leal    0x10(%rdx), %edi
;;       30:  leaq    (%rdi, %rsi), %rdx
;;                                 ;; @0xdc
;;       34:  cmpq    %rcx, %rdi
;;       37:  cmovaeq %rax, %rdx
;;       3b:  movl    8(%rdx), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0xdf
;;       3e:  popq    %rbp
;;       3f:  retq
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
;;        4:  movl    %edi, %ecx
;;        6:  movl    %esi, %esi
;;        8:  movl    %edx, %edx
;;                                 ;; @0xf5
;;        a:  movq    0x3fffff08, %rax
;;       12:  leaq    (%rcx, %rdx), %r10
;;       16:  cmpq    %rax, %r10
;;       19:  ja      0x4d
;;       1b:  leaq    (%rsi, %rdx), %r8
;;       1f:  cmpq    %rax, %r8
;;       22:  ja      0x4f
;;       24:  xorq    %r9, %r9
;;       27:  movabsq $0x200000000, %r11
;;       31:  leaq    (%rcx, %r11), %rdi
;;       35:  cmpq    %rax, %r10
;;       38:  cmovaq  %r9, %rdi
;;       3c:  addq    %r11, %rsi
;;       3f:  cmpq    %rax, %r8
;;       42:  cmovaq  %r9, %rsi
;;       46:  callq   0x4b ; memmove
;;                                 ;; @0xf9
;;       4b:  popq    %rbp
;;       4c:  retq
;;                                 ;; @0xf5
;;       4d:  ud2 ; trap MemoryOutOfBounds
;;       4f:  ud2 ; trap MemoryOutOfBounds
;;
;; wasm-function[4]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movl    %edi, %edx
;;        6:  movq    %rdx, %rcx
;;                                 ;; @0xfe
;;        9:  shlq    $3, %rcx
;;        d:  xorq    %rax, %rax
;;       10:  movabsq $0x600000000, %rsi
;;       1a:  leaq    (%rsi, %rdx, 8), %rdx
;;       1e:  movl    $0x3fffff80, %esi
;;       23:  cmpq    8(%rsi), %rcx
;;       27:  cmovaeq %rax, %rdx
;;       2b:  movq    (%rdx), %rcx ; trap TableOutOfBounds
;;       2e:  movl    -8(%rcx), %edx ; trap IndirectCallToNull
;;       31:  cmpl    $1, %edx
;;       34:  jne     0x41
;;       36:  cmpl    $1, %edx
;;       39:  cmovneq %rax, %rcx
;;       3d:  callq   *%rcx
;;                                 ;; @0x101
;;       3f:  popq    %rbp
;;       40:  retq
;;                                 ;; @0xfe
;;       41:  ud2 ; trap BadSignature
;;
;; wasm-function[5]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movl    %edi, %ecx
;;                                 ;; @0x106
;;        6:  leaq    (%rip), %r10 ; one
;;        d:  movq    %rcx, %rax
;;                                 ;; @0x108
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
;;       3d:  movabsq $0x600000008, %rax
;;       47:  leaq    (%rax, %rcx, 8), %rcx
;;       4b:  cmpq    %rcx, %r9
;;       4e:  je      0x5d
;;       50:  movq    $0, (%r9) ; trap TableOutOfBounds
;;       57:  addq    $8, %r9
;;       5b:  jmp     0x4b
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
;;                                 ;; @0xd1
;;        8:  mov     x14, #0x3fffff00
;;        c:  ldr     x14, [x14, #8]
;;       10:  mov     w1, w2
;;       14:  mov     x15, #0
;;       18:  mov     x0, #0x200000000
;;       1c:  add     x3, x0, w2, uxtw
;;       20:  cmp     x1, x14
;;       24:  csel    x1, x15, x3, hs
;;       28:  ldr     w3, [x1] ; trap MemoryOutOfBounds
;;                                 ;; @0xd4
;;       2c:  str     w3, [x1, #4] ; trap MemoryOutOfBounds
;;                                 ;; @0xdb
;;       30:  add     w1, w2, #0x10
;;                                 ;; @0xdc
;;       34:  mov     w2, w1
;;       38:  add     x0, x0, w1, uxtw
;;       3c:  cmp     x2, x14
;;       40:  csel    x0, x15, x0, hs
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
;;       10:  ldr     x0, [x0, #8]
;;       14:  mov     x1, #4
;;       18:  movk    x1, #1, lsl #32
;;       1c:  add     x1, x2, x1
;;       20:  cmp     x1, x0
;;       24:  cset    x0, hi
;;       28:  cmp     x1, x2
;;       2c:  cset    x1, lo
;;       30:  orr     w0, w0, w1
;;       34:  mov     x1, #0
;;       38:  mov     x3, #0x400000000
;;       3c:  mov     x4, #0x100000000
;;       40:  add     x3, x3, x4
;;       44:  add     x2, x3, x2
;;       48:  tst     w0, #0xff
;;       4c:  csel    x0, x1, x2, ne
;;       50:  ldr     w2, [x0] ; trap MemoryOutOfBounds
;;                                 ;; @0xec
;;       54:  ldp     x29, x30, [sp], #0x10
;;       58:  ret
;;
;; wasm-function[3]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xf5
;;        8:  mov     x0, #0x3fffff00
;;        c:  ldr     x7, [x0, #8]
;;       10:  mov     w8, w4
;;       14:  add     x5, x8, w2, uxtw
;;       18:  cmp     x5, x7
;;       1c:  b.hi    #0x60
;;       20:  add     x4, x8, w3, uxtw
;;       24:  cmp     x4, x7
;;       28:  b.hi    #0x64
;;       2c:  mov     x6, #0
;;       30:  mov     x0, #0x200000000
;;       34:  add     x0, x0, w2, uxtw
;;       38:  cmp     x5, x7
;;       3c:  csel    x0, x6, x0, hi
;;       40:  mov     x2, #0x200000000
;;       44:  add     x2, x2, w3, uxtw
;;       48:  cmp     x4, x7
;;       4c:  csel    x1, x6, x2, hi
;;       50:  mov     x2, x8
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
;;       10:  mov     w15, w2
;;       14:  lsl     x0, x15, #3
;;       18:  mov     x13, #0
;;       1c:  mov     x1, #0x600000000
;;       20:  add     x15, x1, x15, lsl #3
;;       24:  cmp     x0, x14
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
;;        8:  mov     x10, #0x3fffff80
;;        c:  ldr     x11, [x10, #8]
;;                                 ;; @0x106
;;       10:  adrp    x10, #0 ; one
;;       14:  add     x10, x10, #0 ; one
;;                                 ;; @0x108
;;       18:  mov     w12, w2
;;       1c:  lsl     x13, x12, #3
;;       20:  mov     x14, #0
;;       24:  mov     x15, #0x600000000
;;       28:  add     x12, x15, x12, lsl #3
;;       2c:  cmp     x13, x11
;;       30:  csel    x11, x14, x12, hs
;;       34:  str     x10, [x11] ; trap TableOutOfBounds
;;                                 ;; @0x10a
;;       38:  ldp     x29, x30, [sp], #0x10
;;       3c:  ret
;;
;; wasm-function[6]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  str     x27, [sp, #-0x10]!
;;        c:  stp     x19, x22, [sp, #-0x10]!
;;                                 ;; @0x111
;;       10:  mov     x0, #0x3fffff80
;;       14:  mov     x1, #8
;;       18:  bl      #0x18 ; wasi_aot_table_grow
;;       1c:  asr     x19, x0, #3
;;       20:  cmn     w19, #1
;;       24:  b.eq    #0x50
;;       28:  mov     x0, #0x600000000
;;       2c:  mov     w1, w19
;;       30:  add     x9, x0, x1, lsl #3
;;       34:  add     x1, x9, #8
;;       38:  cmp     x9, x1
;;       3c:  b.eq    #0x50
;;       40:  mov     x0, #0
;;       44:  str     x0, [x9] ; trap TableOutOfBounds
;;       48:  add     x9, x9, #8
;;       4c:  b       #0x38
;;                                 ;; @0x116
;;       50:  mov     x0, #0x3fffff00
;;       54:  mov     x27, #0x10000
;;       58:  mov     x1, x27
;;       5c:  bl      #0x5c ; wasi_aot_region_grow
;;       60:  mov     x22, x0
;;                                 ;; @0x11a
;;       64:  mov     w0, #0xff40
;;       68:  movk    w0, #0x3fff, lsl #16
;;       6c:  mov     x1, x27
;;       70:  bl      #0x70 ; wasi_aot_region_grow
;;       74:  mov     x1, x22
;;                                 ;; @0x116
;;       78:  asr     x3, x1, #0x10
;;                                 ;; @0x11a
;;       7c:  asr     x4, x0, #0x10
;;       80:  mov     x2, x19
;;                                 ;; @0x11c
;;       84:  ldp     x19, x22, [sp], #0x10
;;       88:  ldr     x27, [sp], #0x10
;;       8c:  ldp     x29, x30, [sp], #0x10
;;       90:  ret
;;
;; wasm-function[7]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x127
;;        8:  cmp     w2, #2
;;        c:  mov     x8, #2
;;       10:  csel    x8, x2, x8, lo
;;       14:  adr     x7, #0x20
;;       18:  ldr     x7, [x7, w8, uxtw #3]
;;       1c:  br      x7
;;       20:  udf     #0
;;       24:  udf     #0
;;       28:  udf     #0
;;       2c:  udf     #0
;;       30:  udf     #0
;;       34:  udf     #0
;;                                 ;; @0x131
;;       38:  mov     w2, #5
;;                                 ;; @0x133
;;       3c:  ldp     x29, x30, [sp], #0x10
;;       40:  ret
;;                                 ;; @0x12d
;;       44:  mov     w2, #3
;;                                 ;; @0x12f
;;       48:  ldp     x29, x30, [sp], #0x10
;;       4c:  ret
;;                                 ;; @0x135
;;       50:  mov     w2, #7
;;                                 ;; @0x137
;;       54:  ldp     x29, x30, [sp], #0x10
;;       58:  ret
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
