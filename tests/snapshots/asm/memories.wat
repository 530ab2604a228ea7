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
;;                                 ;; @0x35
;;        4:  movl    %edi, %esi
;;        6:  movl    0x40000004(%rsi), %edi ; trap MemoryOutOfBounds
;;                                 ;; @0x39
;;        c:  movl    %edi, 0x40000000(%rsi) ; trap MemoryOutOfBounds
;;                                 ;; @0x3f
;;       12:  movl    0x40000008(%rsi), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0x43
;;       18:  popq    %rbp
;;       19:  retq
;;
;; wasm-function[1]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x48
;;        4:  movl    %edi, %esi
;;        6:  movabsq $0x200000000, %rdi
;;       10:  movl    4(%rsi, %rdi), %eax ; trap MemoryOutOfBounds
;;                                 ;; @0x4b
;;       14:  popq    %rbp
;;       15:  retq

;;; aarch64-linux
;; wasm-function[0]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  adrp    x5, #0 ; region 0
;;        c:  add     x5, x5, #0 ; region 0
;;                                 ;; @0x35
;;       10:  add     x6, x5, w2, uxtw
;;       14:  ldr     w7, [x6, #4] ; trap MemoryOutOfBounds
;;                                 ;; @0x39
;;       18:  str     w7, [x5, w2, uxtw] ; trap MemoryOutOfBounds
;;                                 ;; @0x3f
;;       1c:  ldr     w2, [x6, #8] ; trap MemoryOutOfBounds
;;                                 ;; @0x43
;;       20:  ldp     x29, x30, [sp], #0x10
;;       24:  ret
;;
;; wasm-function[1]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  mov     x5, #0x3fffffc0
;;        c:  ldr     x5, [x5]
;;                                 ;; @0x48
;;       10:  add     x5, x5, w2, uxtw
;;       14:  ldr     w2, [x5, #4] ; trap MemoryOutOfBounds
;;                                 ;; @0x4b
;;       18:  ldp     x29, x30, [sp], #0x10
;;       1c:  ret
