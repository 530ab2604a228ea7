;; Indices of 64 bits: one comparison and a cold trap for each index, however many fields are read, also in what is only
;; reached through it.
(module
  (memory i64 1 100)
  (func (export "load") (param i64) (result i32) (i32.load offset=16 (local.get 0)))
  (func (export "fields") (param i64) (result i64)
    (i64.store offset=8 (local.get 0) (i64.load (local.get 0)))
    (if (result i64) (i64.eqz (i64.load offset=16 (local.get 0)))
      (then (i64.load offset=24 (local.get 0)))
      (else (i64.load offset=32 (local.get 0)))))
  (func (export "sum") (param i64 i64) (result i64) (local i64)
    (loop $again
      (local.set 2 (i64.add (local.get 2) (i64.load (local.get 0))))
      (local.set 0 (i64.add (local.get 0) (i64.const 8)))
      (br_if $again (i64.ne (local.get 0) (local.get 1))))
    (local.get 2))
  (func (export "far") (param i64) (result i32) (i32.load offset=0x1_0000_0000 (local.get 0)))
  (func (export "grow") (param i64) (result i64) (memory.grow (local.get 0))))

;;; x86_64-linux
;; wasm-function[0]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x56
;;        4:  movl    $0x3fffffc0, %esi
;;        9:  cmpq    8(%rsi), %rdi
;;        d:  jae     0x17
;;        f:  movl    0x40000010(%rdi), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0x59
;;       15:  popq    %rbp
;;       16:  retq
;;                                 ;; @0x56
;;       17:  ud2 ; trap MemoryOutOfBounds
;;
;; wasm-function[1]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x60
;;        4:  movl    $0x3fffffc0, %r8d
;;        a:  cmpq    8(%r8), %rdi
;;        e:  jae     0x3c
;;       10:  movq    0x40000000(%rdi), %r9 ; trap MemoryOutOfBounds
;;                                 ;; @0x63
;;       17:  movq    %r9, 0x40000008(%rdi) ; trap MemoryOutOfBounds
;;                                 ;; @0x68
;;       1e:  movq    0x40000010(%rdi), %r10 ; trap MemoryOutOfBounds
;;                                 ;; @0x6c
;;       25:  testq   %r10, %r10
;;       28:  je      0x33
;;                                 ;; @0x76
;;       2a:  movq    0x40000020(%rdi), %rax ; trap MemoryOutOfBounds
;;                                 ;; @0x79
;;       31:  jmp     0x3a
;;                                 ;; @0x70
;;       33:  movq    0x40000018(%rdi), %rax ; trap MemoryOutOfBounds
;;                                 ;; @0x7a
;;       3a:  popq    %rbp
;;       3b:  retq
;;                                 ;; @0x60
;;       3c:  ud2 ; trap MemoryOutOfBounds
;;
;; wasm-function[2]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x7f
;;        4:  movl    $0x3fffffc0, %r11d
;;        a:  movq    8(%r11), %r11
;;        e:  xorq    %rax, %rax
;;                                 ;; @0x85
;;       11:  cmpq    %r11, %rdi
;;       14:  jae     0x2b
;;       16:  movq    0x40000000(%rdi), %rcx ; trap MemoryOutOfBounds
;;       1d:  addq    $8, %rdi
;;                                 ;; @0x88
;;       21:  addq    %rcx, %rax
;;                                 ;; @0x97
;;       24:  cmpq    %rsi, %rdi
;;       27:  jne     0x11
;;                                 ;; @0x9c
;;       29:  popq    %rbp
;;       2a:  retq
;;                                 ;; @0x85
;;       2b:  ud2 ; trap MemoryOutOfBounds
;;
;; wasm-function[3]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0xa1
;;        4:  movl    $0x3fffffc0, %esi
;;        9:  movq    8(%rsi), %rsi
;;        d:  movq    %rdi, %r8
;;       10:  addq    0x21(%rip), %r8
;;       17:  jb      0x2e
;;       19:  cmpq    %rsi, %r8
;;       1c:  ja      0x30
;;       1e:  movabsq $0x140000000, %r9
;;       28:  movl    (%rdi, %r9), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0xa8
;;       2c:  popq    %rbp
;;       2d:  retq
;;                                 ;; @0xa1
;;       2e:  ud2 ; trap MemoryOutOfBounds
;;       30:  ud2 ; trap MemoryOutOfBounds
;;       32:  addb    %al, (%rax)
;;       34:  addb    %al, (%rax)
;;       36:  addb    %al, (%rax)
;;       38:  addb    $0, %al
;;       3a:  addb    %al, (%rax)
;;       3c:  addl    %eax, (%rax)
;;       3e:  addb    %al, (%rax)
;;
;; wasm-function[4]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0xad
;;        4:  movl    $0x3fffffc0, %r8d
;;        a:  movl    $0x65, %r9d
;;       10:  cmpq    %rdi, %r9
;;       13:  cmovbq  %r9, %rdi
;;       17:  movq    %rdi, %rsi
;;       1a:  shlq    $0x10, %rsi
;;       1e:  movq    %r8, %rdi
;;       21:  callq   0x26 ; wasi_aot_region_grow
;;       26:  sarq    $0x10, %rax
;;                                 ;; @0xaf
;;       2a:  popq    %rbp
;;       2b:  retq

;;; aarch64-linux
;; wasm-function[0]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x56
;;        8:  mov     x6, #0x3fffffc0
;;        c:  ldr     x6, [x6, #8]
;;       10:  cmp     x2, x6
;;       14:  b.hs    #0x2c
;;       18:  mov     w7, #0x10
;;       1c:  movk    w7, #0x4000, lsl #16
;;       20:  ldr     w2, [x2, x7] ; trap MemoryOutOfBounds
;;                                 ;; @0x59
;;       24:  ldp     x29, x30, [sp], #0x10
;;       28:  ret
;;                                 ;; @0x56
;;       2c:  udf     #0xc11f ; trap MemoryOutOfBounds
;;
;; wasm-function[1]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x60
;;        8:  mov     x0, #0x3fffffc0
;;        c:  ldr     x0, [x0, #8]
;;       10:  cmp     x2, x0
;;       14:  b.hs    #0x60
;;       18:  mov     x0, #0x40000000
;;       1c:  ldr     x0, [x2, x0] ; trap MemoryOutOfBounds
;;                                 ;; @0x63
;;       20:  mov     w1, #8
;;       24:  movk    w1, #0x4000, lsl #16
;;       28:  str     x0, [x2, x1] ; trap MemoryOutOfBounds
;;                                 ;; @0x68
;;       2c:  mov     w0, #0x10
;;       30:  movk    w0, #0x4000, lsl #16
;;       34:  ldr     x0, [x2, x0] ; trap MemoryOutOfBounds
;;                                 ;; @0x6c
;;       38:  cbz     x0, #0x4c
;;                                 ;; @0x76
;;       3c:  mov     w0, #0x20
;;       40:  movk    w0, #0x4000, lsl #16
;;       44:  ldr     x2, [x2, x0] ; trap MemoryOutOfBounds
;;                                 ;; @0x79
;;       48:  b       #0x58
;;                                 ;; @0x70
;;       4c:  mov     w0, #0x18
;;       50:  movk    w0, #0x4000, lsl #16
;;       54:  ldr     x2, [x2, x0] ; trap MemoryOutOfBounds
;;                                 ;; @0x7a
;;       58:  ldp     x29, x30, [sp], #0x10
;;       5c:  ret
;;                                 ;; @0x60
;;       60:  udf     #0xc11f ; trap MemoryOutOfBounds
;;
;; wasm-function[2]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x14, x2
;;                                 ;; @0x7f
;;        c:  mov     x11, #0x3fffffc0
;;       10:  ldr     x11, [x11, #8]
;;       14:  mov     x2, #0
;;       18:  mov     x0, x14
;;                                 ;; @0x85
;;       1c:  cmp     x0, x11
;;       20:  b.hs    #0x44
;;       24:  mov     x13, #0x40000000
;;       28:  ldr     x15, [x0, x13] ; trap MemoryOutOfBounds
;;       2c:  add     x0, x0, #8
;;                                 ;; @0x88
;;       30:  add     x2, x2, x15
;;                                 ;; @0x97
;;       34:  cmp     x0, x3
;;       38:  b.ne    #0x1c
;;                                 ;; @0x9c
;;       3c:  ldp     x29, x30, [sp], #0x10
;;       40:  ret
;;                                 ;; @0x85
;;       44:  udf     #0xc11f ; trap MemoryOutOfBounds
;;
;; wasm-function[3]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xa1
;;        8:  mov     x9, #0x3fffffc0
;;        c:  ldr     x9, [x9, #8]
;;       10:  mov     x10, #4
;;       14:  movk    x10, #1, lsl #32
;;       18:  adds    x10, x2, x10
;;       1c:  b.hs    #0x3c
;;       20:  cmp     x10, x9
;;       24:  b.hi    #0x40
;;       28:  mov     x12, #0x40000000
;;       2c:  movk    x12, #1, lsl #32
;;       30:  ldr     w2, [x2, x12] ; trap MemoryOutOfBounds
;;                                 ;; @0xa8
;;       34:  ldp     x29, x30, [sp], #0x10
;;       38:  ret
;;                                 ;; @0xa1
;;       3c:  udf     #0xc11f ; trap MemoryOutOfBounds
;;       40:  udf     #0xc11f ; trap MemoryOutOfBounds
;;
;; wasm-function[4]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xad
;;        8:  mov     x0, #0x3fffffc0
;;        c:  mov     x7, #0x65
;;       10:  cmp     x2, x7
;;       14:  csel    x8, x2, x7, lo
;;       18:  lsl     x1, x8, #0x10
;;       1c:  bl      #0x1c ; wasi_aot_region_grow
;;       20:  asr     x2, x0, #0x10
;;                                 ;; @0xaf
;;       24:  ldp     x29, x30, [sp], #0x10
;;       28:  ret
