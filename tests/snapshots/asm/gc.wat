;; A field is one load, which faults on null; a cast is one comparison with what a load fetches, and none where the types say enough;
;; an element is one comparison with the length.
(module
  (type $bytes (array (mut i8)))
  (type $point (sub (struct (field $x i32) (field $y (mut f64)))))
  (type $named (sub $point (struct (field i32) (field (mut f64)) (field $name (ref null $bytes)))))
  (type $leaf (sub final $point (struct (field i32) (field (mut f64)))))
  (func (export "field") (param (ref null $point)) (result i32) (struct.get $point $x (local.get 0)))
  (func (export "leaf") (param (ref $point)) (result (ref $leaf)) (ref.cast (ref $leaf) (local.get 0)))
  (func (export "range") (param anyref) (result i32) (ref.test (ref $point) (local.get 0)))
  (func (export "known") (param (ref $named)) (result i32)
    (struct.get $point $x (ref.cast (ref $point) (local.get 0))))
  (func (export "branch") (param eqref) (result i32)
    (block $no (result eqref)
      (return (struct.get $leaf 0 (br_on_cast_fail $no eqref (ref $leaf) (local.get 0)))))
    (drop) (i32.const 0))
  (func (export "element") (param (ref null $bytes) i32) (result i32)
    (array.get_u $bytes (local.get 0) (local.get 1)))
  (func (export "new") (param i32 f64) (result (ref $point)) (struct.new $point (local.get 0) (local.get 1)))
  (func (export "i31") (param (ref i31)) (result i32) (i31.get_s (local.get 0))))

;;; x86_64-linux
;; wasm-function[0]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0xaf
;;        4:  movl    8(%rdi), %eax ; trap NullReference
;;                                 ;; @0xb3
;;        7:  popq    %rbp
;;        8:  retq
;;
;; wasm-function[1]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0xb8
;;        4:  movl    (%rdi), %edx ; trap CastFailure
;;        6:  cmpl    $2, %edx
;;        9:  jne     0x10
;;        b:  movq    %rdi, %rax
;;                                 ;; @0xbb
;;        e:  popq    %rbp
;;        f:  retq
;;                                 ;; @0xb8
;;       10:  ud2 ; trap CastFailure
;;
;; wasm-function[2]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0xc0
;;        4:  xorl    %eax, %eax
;;        6:  testq   %rdi, %rdi
;;        9:  je      0x27
;;        b:  xorl    %eax, %eax
;;        d:  testq   $3, %rdi
;;       14:  jne     0x27
;;       16:  movl    (%rdi), %edx
;;       18:  xorl    %ecx, %ecx
;;       1a:  movl    $1, %eax
;;       1f:  cmpl    $3, %edx
;;       22:  jb      0x27
;;       24:  movq    %rcx, %rax
;;                                 ;; @0xc3
;;       27:  popq    %rbp
;;       28:  retq
;;
;; wasm-function[3]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0xcb
;;        4:  movl    8(%rdi), %eax
;;                                 ;; @0xcf
;;        7:  popq    %rbp
;;        8:  retq
;;
;; wasm-function[4]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;                                 ;; @0xd6
;;        4:  testq   %rdi, %rdi
;;        7:  je      0x20
;;        9:  testq   $1, %rdi
;;       10:  jne     0x20
;;       12:  movl    (%rdi), %r11d
;;       15:  cmpl    $2, %r11d
;;       19:  jne     0x20
;;                                 ;; @0xdc
;;       1b:  movl    8(%rdi), %eax
;;                                 ;; @0xe0
;;       1e:  popq    %rbp
;;       1f:  retq
;;                                 ;; @0xe3
;;       20:  xorl    %eax, %eax
;;                                 ;; @0xe5
;;       22:  popq    %rbp
;;       23:  retq
;;
;; wasm-function[5]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  movl    %esi, %edx
;;                                 ;; @0xec
;;        6:  cmpl    8(%rdi), %edx ; trap NullReference
;;        9:  jae     0x12
;;        b:  movzbl  0xc(%rdi, %rdx), %eax
;;                                 ;; @0xef
;;       10:  popq    %rbp
;;       11:  retq
;;                                 ;; @0xec
;;       12:  ud2 ; trap ArrayOutOfBounds
;;
;; wasm-function[6]:
;;        0:  pushq   %rbp
;;        1:  movq    %rsp, %rbp
;;        4:  pushq   %r13
;;        6:  subq    $0x18, %rsp
;;        a:  movq    %rdi, %r13
;;        d:  movdqu  %xmm0, (%rsp)
;;                                 ;; @0xf6
;;       12:  movq    0x3fffffc0, %rax
;;       1a:  movq    0x3fffffc8, %r10
;;       22:  leaq    0x18(%rax), %r11
;;       26:  cmpq    %r10, %r11
;;       29:  ja      0x55
;;       2b:  leaq    0x18(%rax), %rcx
;;       2f:  movq    %rcx, 0x3fffffc0
;;       37:  movl    $0, (%rax)
;;       3d:  movq    %r13, %rdi
;;       40:  movl    %edi, 8(%rax)
;;       43:  movdqu  (%rsp), %xmm0
;;       48:  movsd   %xmm0, 0x10(%rax)
;;                                 ;; @0xf9
;;       4d:  addq    $0x18, %rsp
;;       51:  popq    %r13
;;       53:  popq    %rbp
;;       54:  retq
;;       55:  movl    $0x3fffffc0, %edi
;;       5a:  movl    $0x18, %esi
;;                                 ;; @0xf6
;;       5f:  callq   0x64 ; wasi_aot_heap_allocate
;;       64:  jmp     0x37
;;
;; wasm-function[7]:
;;        0:  movq    %rdi, %rax
;;                                 ;; @0xfe
;;        3:  sarl    $1, %eax
;;                                 ;; @0x100
;;        5:  retq

;;; aarch64-linux
;; wasm-function[0]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xaf
;;        8:  ldr     w2, [x2, #8] ; trap NullReference
;;                                 ;; @0xb3
;;        c:  ldp     x29, x30, [sp], #0x10
;;       10:  ret
;;
;; wasm-function[1]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xb8
;;        8:  ldr     w3, [x2] ; trap CastFailure
;;        c:  cmp     w3, #2
;;       10:  b.ne    #0x1c
;;                                 ;; @0xbb
;;       14:  ldp     x29, x30, [sp], #0x10
;;       18:  ret
;;                                 ;; @0xb8
;;       1c:  udf     #0xc11f ; trap CastFailure
;;
;; wasm-function[2]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xc0
;;        8:  mov     w3, #0
;;        c:  cbnz    x2, #0x18
;;       10:  mov     x2, x3
;;       14:  b       #0x48
;;       18:  and     x10, x2, #3
;;       1c:  mov     w13, #0
;;       20:  mov     x3, x13
;;       24:  cbz     x10, #0x30
;;       28:  mov     x2, x3
;;       2c:  b       #0x48
;;       30:  ldr     w13, [x2]
;;       34:  mov     w12, #0
;;       38:  mov     w2, #1
;;       3c:  cmp     w13, #3
;;       40:  b.lo    #0x48
;;       44:  mov     x2, x12
;;                                 ;; @0xc3
;;       48:  ldp     x29, x30, [sp], #0x10
;;       4c:  ret
;;
;; wasm-function[3]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xcb
;;        8:  ldr     w2, [x2, #8]
;;                                 ;; @0xcf
;;        c:  ldp     x29, x30, [sp], #0x10
;;       10:  ret
;;
;; wasm-function[4]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xd6
;;        8:  cbz     x2, #0x28
;;        c:  tbnz    w2, #0, #0x28
;;       10:  ldr     w8, [x2]
;;       14:  cmp     w8, #2
;;       18:  b.ne    #0x28
;;                                 ;; @0xdc
;;       1c:  ldr     w2, [x2, #8]
;;                                 ;; @0xe0
;;       20:  ldp     x29, x30, [sp], #0x10
;;       24:  ret
;;                                 ;; @0xe3
;;       28:  mov     w2, #0
;;                                 ;; @0xe5
;;       2c:  ldp     x29, x30, [sp], #0x10
;;       30:  ret
;;
;; wasm-function[5]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xec
;;        8:  ldr     w5, [x2, #8] ; trap NullReference
;;        c:  cmp     w3, w5
;;       10:  b.hs    #0x24
;;       14:  add     x7, x2, w3, uxtw
;;       18:  ldrb    w2, [x7, #0xc]
;;                                 ;; @0xef
;;       1c:  ldp     x29, x30, [sp], #0x10
;;       20:  ret
;;                                 ;; @0xec
;;       24:  udf     #0xc11f ; trap ArrayOutOfBounds
;;
;; wasm-function[6]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;        8:  str     x19, [sp, #-0x10]!
;;        c:  sub     sp, sp, #0x10
;;       10:  mov     x19, x2
;;       14:  stur    q0, [sp]
;;                                 ;; @0xf6
;;       18:  mov     x13, #0x3fffffc0
;;       1c:  ldr     x2, [x13]
;;       20:  ldr     x13, [x13, #8]
;;       24:  add     x14, x2, #0x18
;;       28:  cmp     x14, x13
;;       2c:  b.hi    #0x64
;;       30:  add     x0, x2, #0x18
;;       34:  mov     x1, #0x3fffffc0
;;       38:  str     x0, [x1]
;;       3c:  mov     w0, #0
;;       40:  str     w0, [x2]
;;       44:  mov     x0, x19
;;       48:  str     w0, [x2, #8]
;;       4c:  ldur    q0, [sp]
;;       50:  str     d0, [x2, #0x10]
;;                                 ;; @0xf9
;;       54:  add     sp, sp, #0x10
;;       58:  ldr     x19, [sp], #0x10
;;       5c:  ldp     x29, x30, [sp], #0x10
;;       60:  ret
;;       64:  mov     x0, #0x3fffffc0
;;       68:  mov     x1, #0x18
;;                                 ;; @0xf6
;;       6c:  bl      #0x6c ; wasi_aot_heap_allocate
;;       70:  mov     x2, x0
;;       74:  b       #0x3c
;;
;; wasm-function[7]:
;;        0:  stp     x29, x30, [sp, #-0x10]!
;;        4:  mov     x29, sp
;;                                 ;; @0xfe
;;        8:  asr     w2, w2, #1
;;                                 ;; @0x100
;;        c:  ldp     x29, x30, [sp], #0x10
;;       10:  ret
