;; The stack pointer of compiled C.
(module
  (memory 1)
  (global $stack (mut i32) (i32.const 4096))
  (func $callee (param i32)
    ;; Too large to replace calls of it.
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff))
    (drop (i64.const 0x7fffffffffffffff)) (drop (i64.const 0x7fffffffffffffff)))
  (func (export "frame") (param i32) (local i32)
    (global.set $stack (local.tee 1 (i32.sub (global.get $stack) (i32.const 16))))
    (i32.store offset=12 (local.get 1) (local.get 0))
    (call $callee (local.get 1))
    (global.set $stack (i32.add (local.get 1) (i32.const 16)))))

;;; x86_64-linux
;; callee:
;;                                 ;; @0x7a
;;        0:  retq
;;
;; wasm-function[1]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  pushq   %rbx
;;        5:  subq    $8, %rsp
;;        9:  movq    %rdi, %r8
;;                                 ;; @0x7f
;;        c:  movl    0x3fffffc0, %ebx
;;                                 ;; @0x83
;;       13:  leal    -0x10(%rbx), %edi
;;                                 ;; @0x86
;;       16:  movl    %edi, 0x3fffffc0
;;                                 ;; @0x8c
;;       1d:  movl    %r8d, 0x4000000c(%rdi) ; trap MemoryOutOfBounds
;;                                 ;; @0x91
;;       24:  callq   0x29 ; callee
;;                                 ;; @0x98
;;       29:  movl    %ebx, 0x3fffffc0
;;                                 ;; @0x9a
;;       30:  addq    $8, %rsp
;;       34:  popq    %rbx
;;       35:  popq    %rbp
;;       36:  retq

;;; aarch64-linux
;; callee:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x7a
;;        8:  ldp     x29, x30, [sp], #0x10
;;        c:  ret
;;
;; wasm-function[1]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  stp     x19, x20, [sp, #-0x10]!
;;        c:  mov     x11, x2
;;       10:  mov     x19, #0x40000000
;;                                 ;; @0x7f
;;       14:  ldur    w20, [x19, #-0x40]
;;                                 ;; @0x83
;;       18:  sub     w2, w20, #0x10
;;                                 ;; @0x86
;;       1c:  stur    w2, [x19, #-0x40]
;;                                 ;; @0x8c
;;       20:  add     x6, x19, w2, uxtw
;;       24:  str     w11, [x6, #0xc] ; trap MemoryOutOfBounds
;;                                 ;; @0x91
;;       28:  bl      #0x28 ; callee
;;                                 ;; @0x98
;;       2c:  stur    w20, [x19, #-0x40]
;;                                 ;; @0x9a
;;       30:  ldp     x19, x20, [sp], #0x10
;;       34:  ldp     x29, x30, [sp], #0x10
;;       38:  ret
