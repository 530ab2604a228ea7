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
;;        4:  movq    %rbp, %rsp
;;        7:  popq    %rbp
;;        8:  retq
;;
;; wasm-function[1]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  subq    $0x10, %rsp
;;        8:  movq    %r12, (%rsp)
;;        c:  movq    %r13, 8(%rsp)
;;       11:  movq    %rdi, %r9
;;                                 ;; @0x37
;;       14:  movl    $0x3f000040, %r12d
;;       1a:  movl    (%r12), %r13d
;;       1e:  movq    %r13, %rdi
;;                                 ;; @0x3b
;;       21:  subl    $0x10, %edi
;;                                 ;; @0x3e
;;       24:  movl    %edi, (%r12)
;;                                 ;; @0x44
;;       28:  movl    %r9d, 0x4000000c(%rdi) ; trap MemoryOutOfBounds
;;                                 ;; @0x49
;;       2f:  callq   0x34 ; callee
;;                                 ;; @0x50
;;       34:  movl    %r13d, (%r12)
;;                                 ;; @0x52
;;       38:  movq    (%rsp), %r12
;;       3c:  movq    8(%rsp), %r13
;;       41:  addq    $0x10, %rsp
;;       45:  movq    %rbp, %rsp
;;       48:  popq    %rbp
;;       49:  retq

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
