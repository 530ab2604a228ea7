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
;;                                 ;; @0x47
;;        4:  movl    %edi, %r11d
;;        7:  cmpq    $0x10000, %r11
;;        e:  jae     0x32
;;       10:  xorl    %eax, %eax
;;                                 ;; @0x4a
;;       12:  addl    0x40000000(%r11), %esi ; trap MemoryOutOfBounds
;;                                 ;; @0x53
;;       19:  movl    0x40000004(%r11), %ecx ; trap MemoryOutOfBounds
;;                                 ;; @0x56
;;       20:  addl    %ecx, %eax
;;                                 ;; @0x5d
;;       22:  movl    %eax, 0x40000008(%r11) ; trap MemoryOutOfBounds
;;       29:  subl    $1, %esi
;;                                 ;; @0x67
;;       2c:  testl   %esi, %esi
;;       2e:  jne     0x19
;;                                 ;; @0x6c
;;       30:  popq    %rbp
;;       31:  retq
;;                                 ;; @0x47
;;       32:  ud2 ; trap MemoryOutOfBounds
;;
;; wasm-function[1]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  xorl    %eax, %eax
;;                                 ;; @0x77
;;        6:  movl    %edi, %ecx
;;        8:  cmpq    $0x10000, %rcx
;;        f:  jae     0x3b
;;       11:  movl    0x40000000(%rcx), %ecx ; trap MemoryOutOfBounds
;;       17:  leal    4(%rdi), %edx
;;                                 ;; @0x84
;;       1a:  movl    0x40000000(%rdx), %edx ; trap MemoryOutOfBounds
;;       20:  leal    8(%rdi), %r8d
;;                                 ;; @0x91
;;       24:  movl    0x40000000(%r8), %r8d ; trap MemoryOutOfBounds
;;       2b:  addl    $0xc, %edi
;;                                 ;; @0x7a
;;       2e:  addl    %ecx, %eax
;;                                 ;; @0x87
;;       30:  addl    %edx, %eax
;;                                 ;; @0x94
;;       32:  addl    %r8d, %eax
;;                                 ;; @0xa3
;;       35:  cmpl    %esi, %edi
;;       37:  jne     6
;;                                 ;; @0xa8
;;       39:  popq    %rbp
;;       3a:  retq
;;                                 ;; @0x77
;;       3b:  ud2 ; trap MemoryOutOfBounds
;;
;; wasm-function[2]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0xaf
;;        4:  movl    %edi, %r8d
;;        7:  cmpq    $0x10000, %r8
;;        e:  jae     0x4a
;;       10:  movl    0x40000000(%r8), %r10d ; trap MemoryOutOfBounds
;;                                 ;; @0xb2
;;       17:  testl   %r10d, %r10d
;;       1a:  jne     0x30
;;                                 ;; @0xb8
;;       1c:  movl    %esi, %eax
;;       1e:  cmpq    $0x10000, %rax
;;       24:  jae     0x4c
;;       26:  movl    $1, 0x40000000(%rax) ; trap MemoryOutOfBounds
;;                                 ;; @0xbe
;;       30:  movl    0x40000004(%r8), %eax ; trap MemoryOutOfBounds
;;       37:  movl    %esi, %ecx
;;                                 ;; @0xc3
;;       39:  cmpq    $0x10000, %rcx
;;       40:  jae     0x4e
;;                                 ;; @0xc6
;;       42:  addl    0x40000000(%rcx), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0xc7
;;       48:  popq    %rbp
;;       49:  retq
;;                                 ;; @0xaf
;;       4a:  ud2 ; trap MemoryOutOfBounds
;;                                 ;; @0xb8
;;       4c:  ud2 ; trap MemoryOutOfBounds
;;                                 ;; @0xc3
;;       4e:  ud2 ; trap MemoryOutOfBounds

;;; aarch64-linux
;; wasm-function[0]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x47
;;        8:  mov     w13, w2
;;        c:  cmp     x13, #0x10, lsl #12
;;       10:  b.hs    #0x48
;;       14:  adrp    x0, #0 ; region 0
;;       18:  add     x0, x0, #0 ; region 0
;;       1c:  add     x15, x0, w2, uxtw
;;       20:  ldr     w0, [x0, w2, uxtw] ; trap MemoryOutOfBounds
;;       24:  mov     w2, #0
;;                                 ;; @0x4a
;;       28:  add     w11, w3, w0
;;                                 ;; @0x53
;;       2c:  ldr     w0, [x15, #4] ; trap MemoryOutOfBounds
;;                                 ;; @0x56
;;       30:  add     w2, w2, w0
;;                                 ;; @0x5d
;;       34:  str     w2, [x15, #8] ; trap MemoryOutOfBounds
;;       38:  sub     w11, w11, #1
;;                                 ;; @0x67
;;       3c:  cbnz    w11, #0x2c
;;                                 ;; @0x6c
;;       40:  ldp     x29, x30, [sp], #0x10
;;       44:  ret
;;                                 ;; @0x47
;;       48:  udf     #0xc11f ; trap MemoryOutOfBounds
;;
;; wasm-function[1]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x1, x2
;;        c:  mov     w2, #0
;;       10:  mov     x7, x2
;;       14:  adrp    x0, #0 ; region 0
;;       18:  add     x0, x0, #0 ; region 0
;;       1c:  mov     x5, x1
;;                                 ;; @0x77
;;       20:  mov     w1, w5
;;       24:  cmp     x1, #0x10, lsl #12
;;       28:  b.hs    #0x6c
;;       2c:  ldr     w1, [x0, w5, uxtw] ; trap MemoryOutOfBounds
;;       30:  add     w2, w5, #4
;;                                 ;; @0x84
;;       34:  ldr     w4, [x0, w2, uxtw] ; trap MemoryOutOfBounds
;;       38:  add     w2, w5, #8
;;                                 ;; @0x91
;;       3c:  ldr     w6, [x0, w2, uxtw] ; trap MemoryOutOfBounds
;;       40:  add     w5, w5, #0xc
;;       44:  mov     x2, x7
;;                                 ;; @0x7a
;;       48:  add     w1, w2, w1
;;                                 ;; @0x87
;;       4c:  add     w1, w1, w4
;;                                 ;; @0x94
;;       50:  add     w2, w1, w6
;;                                 ;; @0xa3
;;       54:  cmp     w5, w3
;;       58:  b.eq    #0x64
;;       5c:  mov     x7, x2
;;       60:  b       #0x20
;;                                 ;; @0xa8
;;       64:  ldp     x29, x30, [sp], #0x10
;;       68:  ret
;;                                 ;; @0x77
;;       6c:  udf     #0xc11f ; trap MemoryOutOfBounds
;;
;; wasm-function[2]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xaf
;;        8:  mov     w12, w2
;;        c:  cmp     x12, #0x10, lsl #12
;;       10:  b.hs    #0x5c
;;       14:  adrp    x14, #0 ; region 0
;;       18:  add     x14, x14, #0 ; region 0
;;       1c:  add     x15, x14, w2, uxtw
;;       20:  ldr     w0, [x14, w2, uxtw] ; trap MemoryOutOfBounds
;;                                 ;; @0xb2
;;       24:  cbnz    w0, #0x3c
;;                                 ;; @0xb8
;;       28:  mov     w0, w3
;;       2c:  cmp     x0, #0x10, lsl #12
;;       30:  b.hs    #0x60
;;                                 ;; @0xb6
;;       34:  mov     w0, #1
;;                                 ;; @0xb8
;;       38:  str     w0, [x14, w3, uxtw] ; trap MemoryOutOfBounds
;;                                 ;; @0xbe
;;       3c:  ldr     w0, [x15, #4] ; trap MemoryOutOfBounds
;;       40:  mov     w1, w3
;;                                 ;; @0xc3
;;       44:  cmp     x1, #0x10, lsl #12
;;       48:  b.hs    #0x64
;;       4c:  ldr     w1, [x14, w3, uxtw] ; trap MemoryOutOfBounds
;;                                 ;; @0xc6
;;       50:  add     w2, w0, w1
;;                                 ;; @0xc7
;;       54:  ldp     x29, x30, [sp], #0x10
;;       58:  ret
;;                                 ;; @0xaf
;;       5c:  udf     #0xc11f ; trap MemoryOutOfBounds
;;                                 ;; @0xb8
;;       60:  udf     #0xc11f ; trap MemoryOutOfBounds
;;                                 ;; @0xc3
;;       64:  udf     #0xc11f ; trap MemoryOutOfBounds
