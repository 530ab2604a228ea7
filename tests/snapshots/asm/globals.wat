;; The stack pointer of compiled C.
(module
  (memory 1)
  (global $stack (mut i32) (i32.const 4096))
  (func $callee (param i32))
  (func (export "frame") (param i32) (local i32)
    (global.set $stack (local.tee 1 (i32.sub (global.get $stack) (i32.const 16))))
    (i32.store offset=12 (local.get 1) (local.get 0))
    (call $callee (local.get 1))
    (global.set $stack (i32.add (local.get 1) (i32.const 16)))))

;;; x86_64-linux
;; callee:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x32
;;        4:  popq    %rbp
;;        5:  retq
;;
;; wasm-function[1]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  pushq   %r12
;;        6:  pushq   %r13
;;        8:  movq    %rdi, %r9
;;                                 ;; @0x37
;;        b:  movl    $0x3fffffc0, %r12d
;;       11:  movl    (%r12), %r13d
;;       15:  movq    %r13, %rdi
;;                                 ;; @0x3b
;;       18:  subl    $0x10, %edi
;;                                 ;; @0x3e
;;       1b:  movl    %edi, (%r12)
;;                                 ;; @0x44
;;       1f:  movl    %r9d, 0x4000000c(%rdi) ; trap MemoryOutOfBounds
;;                                 ;; @0x49
;;       26:  callq   0x2b ; callee
;;                                 ;; @0x50
;;       2b:  movl    %r13d, (%r12)
;;                                 ;; @0x52
;;       2f:  popq    %r13
;;       31:  popq    %r12
;;       33:  popq    %rbp
;;       34:  retq

;;; aarch64-linux
;; callee:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x32
;;        8:  ldp     x29, x30, [sp], #0x10
;;        c:  ret
;;
;; wasm-function[1]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  stp     x19, x20, [sp, #-0x10]!
;;        c:  mov     x15, x2
;;                                 ;; @0x37
;;       10:  mov     x19, #0x3fffffc0
;;       14:  ldr     w20, [x19]
;;                                 ;; @0x3b
;;       18:  sub     w2, w20, #0x10
;;                                 ;; @0x3e
;;       1c:  str     w2, [x19]
;;                                 ;; @0x44
;;       20:  mov     w8, w2
;;       24:  mov     w9, #0xc
;;       28:  movk    w9, #0x4000, lsl #16
;;       2c:  str     w15, [x8, x9] ; trap MemoryOutOfBounds
;;                                 ;; @0x49
;;       30:  bl      #0x30 ; callee
;;                                 ;; @0x50
;;       34:  str     w20, [x19]
;;                                 ;; @0x52
;;       38:  ldp     x19, x20, [sp], #0x10
;;       3c:  ldp     x29, x30, [sp], #0x10
;;       40:  ret
