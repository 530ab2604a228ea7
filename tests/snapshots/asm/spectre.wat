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
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0xc8
;;        4:  movl    $1, %eax
;;                                 ;; @0xca
;;        9:  popq    %rbp
;;        a:  retq
;;
;; wasm-function[1]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0xd1
;;        4:  movl    $0x3fffff00, %eax
;;        9:  movq    8(%rax), %rax
;;        d:  movl    %edi, %esi
;;        f:  xorq    %rcx, %rcx
;;       12:  movabsq $0x200000000, %rdx
;;       1c:  leaq    (%rsi, %rdx), %r8
;;       20:  cmpq    %rax, %rsi
;;       23:  cmovaeq %rcx, %r8
;;       27:  movl    (%r8), %esi ; trap MemoryOutOfBounds
;;                                 ;; @0xd4
;;       2a:  movl    %esi, 4(%r8) ; trap MemoryOutOfBounds
;;                                 ;; @0xdb
;;       2e:  leal    0x10(%rdi), %esi
;;       31:  addq    %rsi, %rdx
;;                                 ;; @0xdc
;;       34:  cmpq    %rax, %rsi
;;       37:  cmovaeq %rcx, %rdx
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
;;        4:  movq    %rsi, %r8
;;                                 ;; @0xf5
;;        7:  movl    $0x3fffff00, %eax
;;        c:  movq    8(%rax), %rax
;;       10:  movl    %edi, %ecx
;;       12:  movl    %edx, %edx
;;       14:  leaq    (%rcx, %rdx), %rsi
;;       18:  cmpq    %rax, %rsi
;;       1b:  ja      0x53
;;       1d:  movl    %r8d, %r10d
;;       20:  leaq    (%r10, %rdx), %r8
;;       24:  cmpq    %rax, %r8
;;       27:  ja      0x55
;;       29:  xorq    %r9, %r9
;;       2c:  movabsq $0x200000000, %r11
;;       36:  leaq    (%rcx, %r11), %rdi
;;       3a:  cmpq    %rax, %rsi
;;       3d:  cmovaq  %r9, %rdi
;;       41:  leaq    (%r10, %r11), %rsi
;;       45:  cmpq    %rax, %r8
;;       48:  cmovaq  %r9, %rsi
;;       4c:  callq   0x51 ; memmove
;;                                 ;; @0xf9
;;       51:  popq    %rbp
;;       52:  retq
;;                                 ;; @0xf5
;;       53:  ud2 ; trap MemoryOutOfBounds
;;       55:  ud2 ; trap MemoryOutOfBounds
;;
;; wasm-function[4]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0xfe
;;        4:  movl    $0x3fffff80, %eax
;;        9:  movq    8(%rax), %rcx
;;        d:  movl    %edi, %edx
;;        f:  movq    %rdx, %rsi
;;       12:  shlq    $3, %rsi
;;       16:  xorq    %rax, %rax
;;       19:  movabsq $0x600000000, %rdi
;;       23:  leaq    (%rdi, %rdx, 8), %rdx
;;       27:  cmpq    %rcx, %rsi
;;       2a:  cmovaeq %rax, %rdx
;;       2e:  movq    (%rdx), %rcx ; trap TableOutOfBounds
;;       31:  movl    -8(%rcx), %edx ; trap IndirectCallToNull
;;       34:  cmpl    $1, %edx
;;       37:  jne     0x44
;;       39:  cmpl    $1, %edx
;;       3c:  cmovneq %rax, %rcx
;;       40:  callq   *%rcx
;;                                 ;; @0x101
;;       42:  popq    %rbp
;;       43:  retq
;;                                 ;; @0xfe
;;       44:  ud2 ; trap BadSignature
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
;;        4:  movq    %rdi, %r10
;;                                 ;; @0x127
;;        7:  movl    $2, %edi
;;        c:  movl    %r10d, %r8d
;;        f:  cmpl    %edi, %r8d
;;       12:  cmovbl  %r8d, %edi
;;       16:  leaq    9(%rip), %rcx
;;       1d:  movslq  (%rcx, %rdi, 4), %rax
;;       21:  addq    %rax, %rcx
;;       24:  jmpq    *%rcx
;;       26:  adcl    (%rax), %eax
;;       28:  addb    %al, (%rax)
;;       2a:  orb     $0, %al
;;       2c:  addb    %al, (%rax)
;;       2e:  sbbb    (%rax), %al
;;       30:  addb    %al, (%rax)
;;                                 ;; @0x131
;;       32:  movl    $5, %eax
;;                                 ;; @0x133
;;       37:  popq    %rbp
;;       38:  retq
;;                                 ;; @0x12d
;;       39:  movl    $3, %eax
;;                                 ;; @0x12f
;;       3e:  popq    %rbp
;;       3f:  retq
;;                                 ;; @0x135
;;       40:  movl    $7, %eax
;;                                 ;; @0x137
;;       45:  popq    %rbp
;;       46:  retq
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
;;        4:  movl    $0x3fffffc0, %r9d
;;        a:  movq    (%r9), %rax
;;        d:  movq    8(%r9), %r9
;;       11:  leaq    0x10(%rax), %r10
;;       15:  cmpq    %r9, %r10
;;       18:  ja      0x35
;;       1a:  leaq    0x10(%rax), %rcx
;;       1e:  movl    $0x3fffffc0, %edx
;;       23:  movq    %rcx, (%rdx)
;;       26:  movl    $0, (%rax)
;;       2c:  movl    $1, 8(%rax)
;;                                 ;; @0x17e
;;       33:  popq    %rbp
;;       34:  retq
;;       35:  movl    $0x3fffffc0, %edi
;;       3a:  movl    $0x10, %esi
;;                                 ;; @0x17b
;;       3f:  callq   0x44 ; wasi_aot_heap_allocate
;;       44:  jmp     0x26

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
;;        8:  mov     w15, #0xff40
;;        c:  movk    w15, #0x3fff, lsl #16
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
;;       38:  mov     x3, #0x500000000
;;       3c:  add     x2, x2, x3
;;       40:  tst     w0, #0xff
;;       44:  csel    x0, x1, x2, ne
;;       48:  ldr     w2, [x0] ; trap MemoryOutOfBounds
;;                                 ;; @0xec
;;       4c:  ldp     x29, x30, [sp], #0x10
;;       50:  ret
;;
;; wasm-function[3]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x0, x2
;;                                 ;; @0xf5
;;        c:  mov     x15, #0x3fffff00
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
;;       38:  mov     x6, #0x200000000
;;       3c:  add     x4, x6, w4, uxtw
;;       40:  cmp     x0, x15
;;       44:  csel    x0, x5, x4, hi
;;       48:  add     x3, x6, w3, uxtw
;;       4c:  cmp     x1, x15
;;       50:  csel    x1, x5, x3, hi
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
;;        8:  str     x25, [sp, #-0x10]!
;;        c:  stp     x19, x21, [sp, #-0x10]!
;;                                 ;; @0x111
;;       10:  mov     x0, #0x3fffff80
;;       14:  mov     x1, #8
;;       18:  bl      #0x18 ; wasi_aot_table_grow
;;       1c:  asr     x21, x0, #3
;;       20:  mov     w0, #0xffffffff
;;       24:  cmp     w21, w0
;;       28:  b.eq    #0x5c
;;       2c:  mov     w1, w21
;;       30:  mov     x0, #0x600000000
;;       34:  add     x10, x0, x1, lsl #3
;;       38:  mov     x2, #8
;;       3c:  movk    x2, #6, lsl #32
;;       40:  add     x0, x2, x1, lsl #3
;;       44:  cmp     x10, x0
;;       48:  b.eq    #0x5c
;;       4c:  mov     x0, #0
;;       50:  str     x0, [x10] ; trap TableOutOfBounds
;;       54:  add     x10, x10, #8
;;       58:  b       #0x40
;;                                 ;; @0x116
;;       5c:  mov     x0, #0x3fffff00
;;       60:  mov     x19, #0x10000
;;       64:  mov     x1, x19
;;       68:  bl      #0x68 ; wasi_aot_region_grow
;;       6c:  mov     x25, x0
;;                                 ;; @0x11a
;;       70:  mov     w0, #0xff40
;;       74:  movk    w0, #0x3fff, lsl #16
;;       78:  mov     x1, x19
;;       7c:  bl      #0x7c ; wasi_aot_region_grow
;;       80:  mov     x1, x25
;;                                 ;; @0x116
;;       84:  asr     x3, x1, #0x10
;;                                 ;; @0x11a
;;       88:  asr     x4, x0, #0x10
;;       8c:  mov     x2, x21
;;                                 ;; @0x11c
;;       90:  ldp     x19, x21, [sp], #0x10
;;       94:  ldr     x25, [sp], #0x10
;;       98:  ldp     x29, x30, [sp], #0x10
;;       9c:  ret
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
