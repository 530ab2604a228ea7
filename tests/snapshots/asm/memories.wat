;; Of several memories the one with the most accesses has the base that fits an instruction.
(module
  (memory $cold 1)
  (memory $hot 1)
  (func (export "hot") (param i32) (result i32)
    (i32.store $hot (local.get 0) (i32.load $hot offset=4 (local.get 0)))
    (i32.load $hot offset=8 (local.get 0)))
  (func (export "cold") (param i32) (result i32) (i32.load $cold offset=4 (local.get 0))))

;;; x86_64-linux
;; wasm-function[0]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movl    %edi, %ecx
;;                                 ;; @0x35
;;        6:  movl    0x40000004(%rcx), %esi ; trap MemoryOutOfBounds
;;                                 ;; @0x39
;;        c:  movl    %esi, 0x40000000(%rcx) ; trap MemoryOutOfBounds
;;                                 ;; @0x3f
;;       12:  movl    0x40000008(%rcx), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0x43
;;       18:  popq    %rbp
;;       19:  retq
;;
;; wasm-function[1]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movl    %edi, %ecx
;;        6:  movabsq $0x200000000, %rsi
;;                                 ;; @0x48
;;       10:  movl    4(%rcx, %rsi), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0x4b
;;       14:  popq    %rbp
;;       15:  retq

;;; aarch64-linux
;; wasm-function[0]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x5, #0x40000000
;;                                 ;; @0x35
;;        c:  add     x6, x5, w2, uxtw
;;       10:  ldr     w7, [x6, #4] ; trap MemoryOutOfBounds
;;                                 ;; @0x39
;;       14:  str     w7, [x5, w2, uxtw] ; trap MemoryOutOfBounds
;;                                 ;; @0x3f
;;       18:  ldr     w2, [x6, #8] ; trap MemoryOutOfBounds
;;                                 ;; @0x43
;;       1c:  ldp     x29, x30, [sp], #0x10
;;       20:  ret
;;
;; wasm-function[1]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x4, #0x200000000
;;                                 ;; @0x48
;;        c:  add     x4, x4, w2, uxtw
;;       10:  ldr     w2, [x4, #4] ; trap MemoryOutOfBounds
;;                                 ;; @0x4b
;;       14:  ldp     x29, x30, [sp], #0x10
;;       18:  ret
