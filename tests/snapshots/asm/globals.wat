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
;;                                 ;; @0x32
;;        0:  retq
;;
;; wasm-function[1]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  pushq   %rbx
;;        5:  subq    $8, %rsp
;;        9:  movq    %rdi, %r8
;;                                 ;; @0x37
;;        c:  movl    0x3fffffc0, %ebx
;;       13:  movq    %rbx, %rdi
;;                                 ;; @0x3b
;;       16:  subl    $0x10, %edi
;;                                 ;; @0x3e
;;       19:  movl    %edi, 0x3fffffc0
;;                                 ;; @0x44
;;       20:  movl    %r8d, 0x4000000c(%rdi) ; trap MemoryOutOfBounds
;;                                 ;; @0x49
;;       27:  callq   0x2c ; callee
;;                                 ;; @0x50
;;       2c:  movl    %ebx, 0x3fffffc0
;;                                 ;; @0x52
;;       33:  addq    $8, %rsp
;;       37:  popq    %rbx
;;       38:  popq    %rbp
;;       39:  retq

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
;;        c:  mov     x13, x2
;;                                 ;; @0x37
;;       10:  mov     x19, #0x3fffffc0
;;       14:  ldr     w20, [x19]
;;                                 ;; @0x3b
;;       18:  sub     w2, w20, #0x10
;;                                 ;; @0x3e
;;       1c:  str     w2, [x19]
;;       20:  adrp    x7, #0 ; region 0
;;       24:  add     x7, x7, #0 ; region 0
;;                                 ;; @0x44
;;       28:  add     x7, x7, w2, uxtw
;;       2c:  str     w13, [x7, #0xc] ; trap MemoryOutOfBounds
;;                                 ;; @0x49
;;       30:  bl      #0x30 ; callee
;;                                 ;; @0x50
;;       34:  str     w20, [x19]
;;                                 ;; @0x52
;;       38:  ldp     x19, x20, [sp], #0x10
;;       3c:  ldp     x29, x30, [sp], #0x10
;;       40:  ret
