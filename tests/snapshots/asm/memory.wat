;; The shapes of accesses to memory that decide about speed.
(module
  (memory 1)
  (func (export "load") (param i32) (result i32) (i32.load offset=16 (local.get 0)))
  (func (export "load_without_offset") (param i32) (result i64) (i64.load (local.get 0)))
  (func (export "constant_index") (result i32) (i32.load offset=8 (i32.const 1024)))
  (func (export "scaled") (param i32 i32) (result i32)
    (i32.load offset=16 (i32.add (local.get 0) (i32.shl (local.get 1) (i32.const 2)))))
  (func (export "sum") (param i32 i32) (result i32) (local i32)
    (loop $again
      (local.set 2 (i32.add (local.get 2) (i32.load (local.get 0))))
      (local.set 0 (i32.add (local.get 0) (i32.const 4)))
      (br_if $again (local.tee 1 (i32.sub (local.get 1) (i32.const 1)))))
    (local.get 2)))

;;; x86_64-linux
;; wasm-function[0]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movl    %edi, %ecx
;;                                 ;; @0x73
;;        6:  movl    0x40000010(%rcx), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0x76
;;        c:  popq    %rbp
;;        d:  retq
;;
;; wasm-function[1]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movl    %edi, %ecx
;;                                 ;; @0x7b
;;        6:  movq    0x40000000(%rcx), %rax ; trap MemoryOutOfBounds
;;                                 ;; @0x7e
;;        d:  popq    %rbp
;;        e:  retq
;;
;; wasm-function[2]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x84
;;        4:  movl    0x40000408, %eax ; trap MemoryOutOfBounds
;;                                 ;; @0x87
;;        b:  popq    %rbp
;;        c:  retq
;;
;; wasm-function[3]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x91
;;        4:  leal    (%rdi, %rsi, 4), %esi
;;                                 ;; @0x92
;;        7:  movl    0x40000010(%rsi), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0x95
;;        d:  popq    %rbp
;;        e:  retq
;;
;; wasm-function[4]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movl    %edi, %edi
;;        6:  xorl    %eax, %eax
;;        8:  addl    $-1, %esi
;;                                 ;; @0xa3
;;        b:  addl    0x40000000(%rdi), %eax ; trap MemoryOutOfBounds
;;       11:  addl    $4, %edi
;;                                 ;; @0xb4
;;       14:  testl   %esi, %esi
;;       16:  jne     8
;;                                 ;; @0xb9
;;       18:  popq    %rbp
;;       19:  retq

;;; aarch64-linux
;; wasm-function[0]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x4, #0x40000000
;;                                 ;; @0x73
;;        c:  add     x4, x4, w2, uxtw
;;       10:  ldr     w2, [x4, #0x10] ; trap MemoryOutOfBounds
;;                                 ;; @0x76
;;       14:  ldp     x29, x30, [sp], #0x10
;;       18:  ret
;;
;; wasm-function[1]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x3, #0x40000000
;;                                 ;; @0x7b
;;        c:  ldr     x2, [x3, w2, uxtw] ; trap MemoryOutOfBounds
;;                                 ;; @0x7e
;;       10:  ldp     x29, x30, [sp], #0x10
;;       14:  ret
;;
;; wasm-function[2]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x1, #0x40000000
;;                                 ;; @0x84
;;        c:  ldr     w2, [x1, #0x408] ; trap MemoryOutOfBounds
;;                                 ;; @0x87
;;       10:  ldp     x29, x30, [sp], #0x10
;;       14:  ret
;;
;; wasm-function[3]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x6, #0x40000000
;;                                 ;; @0x91
;;        c:  add     w7, w2, w3, lsl #2
;;                                 ;; @0x92
;;       10:  add     x6, x6, w7, uxtw
;;       14:  ldr     w2, [x6, #0x10] ; trap MemoryOutOfBounds
;;                                 ;; @0x95
;;       18:  ldp     x29, x30, [sp], #0x10
;;       1c:  ret
;;
;; wasm-function[4]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x14, x2
;;        c:  mov     w2, #0
;;       10:  mov     x11, #0x40000000
;;       14:  mov     x0, x14
;;                                 ;; @0xa0
;;       18:  ldr     w12, [x11, w0, uxtw] ; trap MemoryOutOfBounds
;;       1c:  sub     w3, w3, #1
;;                                 ;; @0xa3
;;       20:  add     w2, w2, w12
;;       24:  add     w0, w0, #4
;;                                 ;; @0xb4
;;       28:  cbnz    w3, #0x18
;;                                 ;; @0xb9
;;       2c:  ldp     x29, x30, [sp], #0x10
;;       30:  ret
