;;! bounds-checks = explicit
;; Where a comparison is left out: what a loop does not write was compared in front of it, a constant further is in the guard, and what
;; every way to the end of a block has compared is known behind it.
(module
  (memory 1 100)
  (func (export "kept") (param $p i32) (param $n i32) (result i32) (local $sum i32)
    (local.set $n (i32.add (local.get $n) (i32.load (local.get $p))))
    (loop $again
      (local.set $sum (i32.add (local.get $sum) (i32.load offset=4 (local.get $p))))
      (i32.store offset=8 (local.get $p) (local.get $sum))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))
  (func (export "unrolled") (param $p i32) (param $n i32) (result i32) (local $sum i32)
    (loop $again
      (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $p))))
      (local.set $sum (i32.add (local.get $sum) (i32.load (i32.add (local.get $p) (i32.const 4)))))
      (local.set $sum (i32.add (local.get $sum) (i32.load (i32.add (local.get $p) (i32.const 8)))))
      (local.set $p (i32.add (local.get $p) (i32.const 12)))
      (br_if $again (i32.ne (local.get $p) (local.get $n))))
    (local.get $sum))
  (func (export "behind") (param $p i32) (param $q i32) (result i32)
    (block $out
      (br_if $out (i32.load (local.get $p)))
      (i32.store (local.get $q) (i32.const 1)))
    (i32.add (i32.load offset=4 (local.get $p)) (i32.load (local.get $q)))))

;;; x86_64-linux
;; wasm-function[0]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movl    %edi, %ecx
;;                                 ;; @0x47
;;        6:  cmpq    $0x10000, %rcx
;;        d:  jae     0x2c
;;        f:  xorl    %eax, %eax
;;                                 ;; @0x4a
;;       11:  addl    0x40000000(%rcx), %esi ; trap MemoryOutOfBounds
;;                                 ;; @0x56
;;       17:  addl    0x40000004(%rcx), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0x5d
;;       1d:  movl    %eax, 0x40000008(%rcx) ; trap MemoryOutOfBounds
;;       23:  addl    $-1, %esi
;;                                 ;; @0x67
;;       26:  testl   %esi, %esi
;;       28:  jne     0x17
;;                                 ;; @0x6c
;;       2a:  popq    %rbp
;;       2b:  retq
;;                                 ;; @0x47
;;       2c:  ud2 ; trap MemoryOutOfBounds
;;
;; wasm-function[1]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movl    %edi, %edi
;;        6:  xorl    %eax, %eax
;;                                 ;; @0x77
;;        8:  cmpq    $0x10000, %rdi
;;        f:  jae     0x2f
;;       11:  leal    0xc(%rdi), %ecx
;;                                 ;; @0x7a
;;       14:  addl    0x40000000(%rdi), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0x87
;;       1a:  addl    %gs:4(%edi), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0x94
;;       1f:  addl    %gs:8(%edi), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0xa3
;;       24:  cmpl    %esi, %ecx
;;       26:  je      0x2d
;;       28:  movq    %rcx, %rdi
;;       2b:  jmp     8
;;                                 ;; @0xa8
;;       2d:  popq    %rbp
;;       2e:  retq
;;                                 ;; @0x77
;;       2f:  ud2 ; trap MemoryOutOfBounds
;;
;; wasm-function[2]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movl    %edi, %ecx
;;        6:  movl    %esi, %esi
;;                                 ;; @0xaf
;;        8:  cmpq    $0x10000, %rcx
;;        f:  jae     0x47
;;       11:  movl    0x40000000(%rcx), %r9d ; trap MemoryOutOfBounds
;;                                 ;; @0xb2
;;       18:  testl   %r9d, %r9d
;;       1b:  jne     0x30
;;                                 ;; @0xb8
;;       1d:  cmpq    $0x10000, %rsi
;;       24:  jae     0x49
;;       26:  movl    $1, 0x40000000(%rsi) ; trap MemoryOutOfBounds
;;                                 ;; @0xbe
;;       30:  movl    0x40000004(%rcx), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0xc3
;;       36:  cmpq    $0x10000, %rsi
;;       3d:  jae     0x4b
;;                                 ;; @0xc6
;;       3f:  addl    0x40000000(%rsi), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0xc7
;;       45:  popq    %rbp
;;       46:  retq
;;                                 ;; @0xaf
;;       47:  ud2 ; trap MemoryOutOfBounds
;;                                 ;; @0xb8
;;       49:  ud2 ; trap MemoryOutOfBounds
;;                                 ;; @0xc3
;;       4b:  ud2 ; trap MemoryOutOfBounds

;;; aarch64-linux
;; wasm-function[0]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x47
;;        8:  mov     w13, w2
;;        c:  cmp     x13, #0x10, lsl #12
;;       10:  b.hs    #0x44
;;       14:  mov     x0, #0x40000000
;;       18:  add     x15, x0, w2, uxtw
;;       1c:  ldr     w0, [x0, w2, uxtw] ; trap MemoryOutOfBounds
;;       20:  mov     w2, #0
;;                                 ;; @0x4a
;;       24:  add     w11, w3, w0
;;                                 ;; @0x53
;;       28:  ldr     w0, [x15, #4] ; trap MemoryOutOfBounds
;;                                 ;; @0x56
;;       2c:  add     w2, w2, w0
;;                                 ;; @0x5d
;;       30:  str     w2, [x15, #8] ; trap MemoryOutOfBounds
;;       34:  sub     w11, w11, #1
;;                                 ;; @0x67
;;       38:  cbnz    w11, #0x28
;;                                 ;; @0x6c
;;       3c:  ldp     x29, x30, [sp], #0x10
;;       40:  ret
;;                                 ;; @0x47
;;       44:  udf     #0xc11f ; trap MemoryOutOfBounds
;;
;; wasm-function[1]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x1, x2
;;        c:  mov     w2, #0
;;       10:  mov     x7, x2
;;       14:  mov     x0, #0x40000000
;;       18:  mov     x5, x1
;;                                 ;; @0x77
;;       1c:  mov     w1, w5
;;       20:  cmp     x1, #0x10, lsl #12
;;       24:  b.hs    #0x68
;;       28:  ldr     w1, [x0, w5, uxtw] ; trap MemoryOutOfBounds
;;       2c:  add     w2, w5, #4
;;                                 ;; @0x84
;;       30:  ldr     w4, [x0, w2, uxtw] ; trap MemoryOutOfBounds
;;       34:  add     w2, w5, #8
;;                                 ;; @0x91
;;       38:  ldr     w6, [x0, w2, uxtw] ; trap MemoryOutOfBounds
;;       3c:  add     w5, w5, #0xc
;;       40:  mov     x2, x7
;;                                 ;; @0x7a
;;       44:  add     w1, w2, w1
;;                                 ;; @0x87
;;       48:  add     w1, w1, w4
;;                                 ;; @0x94
;;       4c:  add     w2, w1, w6
;;                                 ;; @0xa3
;;       50:  cmp     w5, w3
;;       54:  b.eq    #0x60
;;       58:  mov     x7, x2
;;       5c:  b       #0x1c
;;                                 ;; @0xa8
;;       60:  ldp     x29, x30, [sp], #0x10
;;       64:  ret
;;                                 ;; @0x77
;;       68:  udf     #0xc11f ; trap MemoryOutOfBounds
;;
;; wasm-function[2]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xaf
;;        8:  mov     w12, w2
;;        c:  cmp     x12, #0x10, lsl #12
;;       10:  b.hs    #0x58
;;       14:  mov     x14, #0x40000000
;;       18:  add     x15, x14, w2, uxtw
;;       1c:  ldr     w0, [x14, w2, uxtw] ; trap MemoryOutOfBounds
;;                                 ;; @0xb2
;;       20:  cbnz    w0, #0x38
;;                                 ;; @0xb8
;;       24:  mov     w0, w3
;;       28:  cmp     x0, #0x10, lsl #12
;;       2c:  b.hs    #0x5c
;;                                 ;; @0xb6
;;       30:  mov     w0, #1
;;                                 ;; @0xb8
;;       34:  str     w0, [x14, w3, uxtw] ; trap MemoryOutOfBounds
;;                                 ;; @0xbe
;;       38:  ldr     w0, [x15, #4] ; trap MemoryOutOfBounds
;;       3c:  mov     w1, w3
;;                                 ;; @0xc3
;;       40:  cmp     x1, #0x10, lsl #12
;;       44:  b.hs    #0x60
;;       48:  ldr     w1, [x14, w3, uxtw] ; trap MemoryOutOfBounds
;;                                 ;; @0xc6
;;       4c:  add     w2, w0, w1
;;                                 ;; @0xc7
;;       50:  ldp     x29, x30, [sp], #0x10
;;       54:  ret
;;                                 ;; @0xaf
;;       58:  udf     #0xc11f ; trap MemoryOutOfBounds
;;                                 ;; @0xb8
;;       5c:  udf     #0xc11f ; trap MemoryOutOfBounds
;;                                 ;; @0xc3
;;       60:  udf     #0xc11f ; trap MemoryOutOfBounds
