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
;;        4:  movq    0x3fffffc8, %r9
;;        c:  xorq    %rax, %rax
;;                                 ;; @0x85
;;        f:  cmpq    %r9, %rdi
;;       12:  jae     0x2b
;;       14:  leaq    8(%rdi), %rcx
;;                                 ;; @0x88
;;       18:  addq    0x40000000(%rdi), %rax ; trap MemoryOutOfBounds
;;                                 ;; @0x97
;;       1f:  cmpq    %rsi, %rcx
;;       22:  je      0x29
;;       24:  movq    %rcx, %rdi
;;       27:  jmp     0xf
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
;;        4:  movq    0x3fffffc8, %rsi
;;        c:  movq    %rdi, %r8
;;        f:  addq    0x22(%rip), %r8
;;       16:  jb      0x2d
;;       18:  cmpq    %rsi, %r8
;;       1b:  ja      0x2f
;;       1d:  movabsq $0x140000000, %r8
;;       27:  movl    (%rdi, %r8), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0xa8
;;       2b:  popq    %rbp
;;       2c:  retq
;;                                 ;; @0xa1
;;       2d:  ud2 ; trap MemoryOutOfBounds
;;       2f:  ud2 ; trap MemoryOutOfBounds
;;       31:  addb    %al, (%rax)
;;       33:  addb    %al, (%rax)
;;       35:  addb    %al, (%rax)
;;       37:  addb    %al, (%rax, %rax)
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
;;       18:  mov     x8, #0x40000000
;;       1c:  add     x8, x8, x2
;;       20:  ldr     w2, [x8, #0x10] ; trap MemoryOutOfBounds
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
;;        8:  mov     x10, #0x3fffffc0
;;        c:  ldr     x10, [x10, #8]
;;       10:  cmp     x2, x10
;;       14:  b.hs    #0x44
;;       18:  mov     x13, #0x40000000
;;       1c:  add     x12, x13, x2
;;       20:  ldr     x13, [x13, x2] ; trap MemoryOutOfBounds
;;                                 ;; @0x63
;;       24:  str     x13, [x12, #8] ; trap MemoryOutOfBounds
;;                                 ;; @0x68
;;       28:  ldr     x13, [x12, #0x10] ; trap MemoryOutOfBounds
;;                                 ;; @0x6c
;;       2c:  cbz     x13, #0x38
;;                                 ;; @0x76
;;       30:  ldr     x2, [x12, #0x20] ; trap MemoryOutOfBounds
;;                                 ;; @0x79
;;       34:  b       #0x3c
;;                                 ;; @0x70
;;       38:  ldr     x2, [x12, #0x18] ; trap MemoryOutOfBounds
;;                                 ;; @0x7a
;;       3c:  ldp     x29, x30, [sp], #0x10
;;       40:  ret
;;                                 ;; @0x60
;;       44:  udf     #0xc11f ; trap MemoryOutOfBounds
;;
;; wasm-function[2]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x14, x2
;;                                 ;; @0x7f
;;        c:  mov     x11, #0x3fffffc0
;;       10:  ldr     x11, [x11, #8]
;;       14:  mov     x2, #0
;;       18:  mov     x12, #0x40000000
;;       1c:  mov     x0, x14
;;                                 ;; @0x85
;;       20:  cmp     x0, x11
;;       24:  b.hs    #0x44
;;       28:  ldr     x14, [x12, x0] ; trap MemoryOutOfBounds
;;       2c:  add     x0, x0, #8
;;                                 ;; @0x88
;;       30:  add     x2, x2, x14
;;                                 ;; @0x97
;;       34:  cmp     x0, x3
;;       38:  b.ne    #0x20
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
;;        8:  mov     x10, #0x3fffffc0
;;        c:  ldr     x10, [x10, #8]
;;       10:  mov     x11, #4
;;       14:  movk    x11, #1, lsl #32
;;       18:  adds    x11, x2, x11
;;       1c:  b.hs    #0x40
;;       20:  cmp     x11, x10
;;       24:  b.hi    #0x44
;;       28:  mov     x13, #0x40000000
;;       2c:  mov     x14, #0x100000000
;;       30:  add     x13, x13, x14
;;       34:  ldr     w2, [x13, x2] ; trap MemoryOutOfBounds
;;                                 ;; @0xa8
;;       38:  ldp     x29, x30, [sp], #0x10
;;       3c:  ret
;;                                 ;; @0xa1
;;       40:  udf     #0xc11f ; trap MemoryOutOfBounds
;;       44:  udf     #0xc11f ; trap MemoryOutOfBounds
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
