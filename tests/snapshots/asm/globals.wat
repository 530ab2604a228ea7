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
;;        b:  movl    $0x3f000040, %r12d
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
;;        c:  mov     x0, x2
;;                                 ;; @0x37
;;       10:  mov     w19, #0x40
;;       14:  movk    w19, #0x3f00, lsl #16
;;       18:  ldr     w20, [x19]
;;                                 ;; @0x3b
;;       1c:  sub     w2, w20, #0x10
;;                                 ;; @0x3e
;;       20:  str     w2, [x19]
;;                                 ;; @0x44
;;       24:  mov     w9, w2
;;       28:  mov     w10, #0xc
;;       2c:  movk    w10, #0x4000, lsl #16
;;       30:  str     w0, [x9, x10] ; trap MemoryOutOfBounds
;;                                 ;; @0x49
;;       34:  bl      #0x34 ; callee
;;                                 ;; @0x50
;;       38:  str     w20, [x19]
;;                                 ;; @0x52
;;       3c:  ldp     x19, x20, [sp], #0x10
;;       40:  ldp     x29, x30, [sp], #0x10
;;       44:  ret
