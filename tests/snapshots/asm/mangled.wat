;; Listings show readable names.
(module
  (func $_ZN3foo3barEi (param i32) (result i32)
    (i32.add (local.get 0) (i32.const 1)))
  (func (export "f") (param i32) (result i32)
    (i32.mul (call $_ZN3foo3barEi (local.get 0)) (i32.const 3))))

;;; x86_64-linux
;; foo::bar(int):
;;                                 ;; @0x25
;;        0:  leal    1(%rdi), %eax
;;                                 ;; @0x26
;;        3:  retq
;;
;; wasm-function[1]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0x25 of foo::bar(int)
;;        4:  leal    1(%rdi), %esi
;;                                 ;; @0x2f
;;        7:  imull   $3, %esi, %eax
;;                                 ;; @0x30
;;        a:  popq    %rbp
;;        b:  retq

;;; aarch64-linux
;; foo::bar(int):
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x25
;;        8:  add     w2, w2, #1
;;                                 ;; @0x26
;;        c:  ldp     x29, x30, [sp], #0x10
;;       10:  ret
;;
;; wasm-function[1]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0x25 of foo::bar(int)
;;        8:  add     w6, w2, #1
;;                                 ;; @0x2d
;;        c:  mov     w7, #3
;;                                 ;; @0x2f
;;       10:  mul     w2, w6, w7
;;                                 ;; @0x30
;;       14:  ldp     x29, x30, [sp], #0x10
;;       18:  ret
