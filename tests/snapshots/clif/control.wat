;; Only what something branches to is a block.
(module
  (func (export "nested_blocks") (param i32) (result i32)
    (block (result i32) (block (block (nop))) (local.get 0)))
  (func (export "if_without_else") (param i32) (result i32) (local i32)
    (if (local.get 0) (then (local.set 1 (i32.const 7))))
    (local.get 1))
  (func (export "if_else") (param i32) (result f32)
    (if (result f32) (i32.eqz (local.get 0)) (then (f32.const 1)) (else (f32.const 2))))
  (func (export "branch_to_the_end_of_an_if") (param i32 i32)
    (if (local.get 0) (then (br_if 0 (local.get 1)) (drop (i32.div_u (local.get 0) (local.get 1))))))
  (func (export "loop") (param i32) (result i32) (local i32)
    (loop $again
      (local.set 1 (i32.add (local.get 1) (local.get 0)))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 1))
  (func (export "loop_with_parameters") (param i64) (result i64)
    (local.get 0)
    (loop $again (param i64) (result i64)
      (br_if $again (i64.sub (i64.const 1)) (i32.wrap_i64 (local.get 0)))))
  (func (export "early_return") (param i32) (result i32)
    (br_if 0 (i32.const 1) (local.get 0))
    (drop)
    (return (i32.const 2)))
  (func (export "cold") (param i32) (if (local.get 0) (then (unreachable))))
  (func (export "table") (param i32) (result i32)
    (block $a (result i32)
      (block $b (result i32)
        (br_table $a $b $a $b (i32.const 1) (local.get 0)))
      (i32.add (i32.const 10)))))

;;; x86_64-linux
;; ;; wasm-function[0]
;; function u0:0(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @00ca                               return v0
;; }
;;
;; ;; wasm-function[1]
;; function u0:1(i32) -> i32 tail {
;;                                 block0(v0: i32):
;;                                     v4 = iconst.i32 0
;;                                     v3 -> v4
;; @00d1                               brif v0, block1, block2(v4)  ; v4 = 0
;;
;;                                 block1:
;; @00d3                               v1 = iconst.i32 7
;; @00d7                               jump block2(v1)  ; v1 = 7
;;
;;                                 block2(v2: i32):
;; @00da                               return v2
;; }
;;
;; ;; wasm-function[2]
;; function u0:2(i32) -> f32 tail {
;;                                 block0(v0: i32):
;; @00df                               v1 = iconst.i32 0
;; @00df                               v2 = icmp eq v0, v1  ; v1 = 0
;; @00e0                               brif v2, block1, block3
;;
;;                                 block1:
;; @00e2                               v4 = f32const 0x1.000000p0
;; @00e7                               jump block2(v4)  ; v4 = 0x1.000000p0
;;
;;                                 block3:
;; @00e8                               v5 = f32const 0x1.000000p1
;; @00ed                               jump block2(v5)  ; v5 = 0x1.000000p1
;;
;;                                 block2(v3: f32):
;; @00ee                               return v3
;; }
;;
;; ;; wasm-function[3]
;; function u0:3(i32, i32) tail {
;;                                 block0(v0: i32, v1: i32):
;; @00f3                               brif v0, block1, block2
;;
;;                                 block1:
;; @00f7                               brif.i32 v1, block2, block3
;;
;;                                 block3:
;; @00fd                               v2 = udiv.i32 v0, v1
;; @00ff                               jump block2
;;
;;                                 block2:
;; @0100                               return
;; }
;;
;; ;; wasm-function[4]
;; function u0:4(i32) -> i32 tail {
;;                                 block0(v0: i32):
;;                                     v7 = iconst.i32 0
;;                                     v6 -> v7
;; @0105                               jump block1(v7, v0)  ; v7 = 0
;;
;;                                 block1(v1: i32, v2: i32):
;; @010b                               v3 = iadd v1, v2
;; @0110                               v4 = iconst.i32 1
;; @0112                               v5 = isub v2, v4  ; v4 = 1
;; @0115                               brif v5, block1(v3, v5), block2
;;
;;                                 block2:
;; @011a                               return v3
;; }
;;
;; ;; wasm-function[5]
;; function u0:5(i64) -> i64 tail {
;;                                 block0(v0: i64):
;; @011f                               jump block1(v0)
;;
;;                                 block1(v1: i64):
;; @0121                               v2 = iconst.i64 1
;; @0123                               v3 = isub v1, v2  ; v2 = 1
;; @0126                               v4 = ireduce.i32 v0
;; @0127                               brif v4, block1(v3), block2
;;
;;                                 block2:
;; @012a                               return v3
;; }
;;
;; ;; wasm-function[6]
;; function u0:6(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @012d                               v1 = iconst.i32 1
;; @0131                               brif v0, block1(v1), block2  ; v1 = 1
;;
;;                                 block2:
;; @0134                               v3 = iconst.i32 2
;; @0136                               return v3  ; v3 = 2
;;
;;                                 block1(v2: i32):
;; @0136                               return v2
;; }
;;
;; ;; wasm-function[7]
;; function u0:7(i32) tail {
;;                                 block0(v0: i32):
;; @013c                               brif v0, block1, block2
;;
;;                                 block1 cold:
;; @013e                               trap user1
;;
;;                                 block2:
;; @0140                               return
;; }
;;
;; ;; wasm-function[8]
;; function u0:8(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @0147                               v1 = iconst.i32 1
;; @014b                               br_table v0, block1(v1), [block2(v1), block1(v1), block2(v1)]  ; v1 = 1, v1 = 1, v1 = 1, v1 = 1
;;
;;                                 block1(v2: i32):
;; @0152                               v4 = iconst.i32 10
;; @0154                               v5 = iadd v2, v4  ; v4 = 10
;; @0155                               jump block2(v5)
;;
;;                                 block2(v3: i32):
;; @0156                               return v3
;; }

;;; aarch64-linux
;; ;; wasm-function[0]
;; function u0:0(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @00ca                               return v0
;; }
;;
;; ;; wasm-function[1]
;; function u0:1(i32) -> i32 tail {
;;                                 block0(v0: i32):
;;                                     v4 = iconst.i32 0
;;                                     v3 -> v4
;; @00d1                               brif v0, block1, block2(v4)  ; v4 = 0
;;
;;                                 block1:
;; @00d3                               v1 = iconst.i32 7
;; @00d7                               jump block2(v1)  ; v1 = 7
;;
;;                                 block2(v2: i32):
;; @00da                               return v2
;; }
;;
;; ;; wasm-function[2]
;; function u0:2(i32) -> f32 tail {
;;                                 block0(v0: i32):
;; @00df                               v1 = iconst.i32 0
;; @00df                               v2 = icmp eq v0, v1  ; v1 = 0
;; @00e0                               brif v2, block1, block3
;;
;;                                 block1:
;; @00e2                               v4 = f32const 0x1.000000p0
;; @00e7                               jump block2(v4)  ; v4 = 0x1.000000p0
;;
;;                                 block3:
;; @00e8                               v5 = f32const 0x1.000000p1
;; @00ed                               jump block2(v5)  ; v5 = 0x1.000000p1
;;
;;                                 block2(v3: f32):
;; @00ee                               return v3
;; }
;;
;; ;; wasm-function[3]
;; function u0:3(i32, i32) tail {
;;                                 block0(v0: i32, v1: i32):
;; @00f3                               brif v0, block1, block2
;;
;;                                 block1:
;; @00f7                               brif.i32 v1, block2, block3
;;
;;                                 block3:
;; @00fd                               v2 = udiv.i32 v0, v1
;; @00ff                               jump block2
;;
;;                                 block2:
;; @0100                               return
;; }
;;
;; ;; wasm-function[4]
;; function u0:4(i32) -> i32 tail {
;;                                 block0(v0: i32):
;;                                     v7 = iconst.i32 0
;;                                     v6 -> v7
;; @0105                               jump block1(v7, v0)  ; v7 = 0
;;
;;                                 block1(v1: i32, v2: i32):
;; @010b                               v3 = iadd v1, v2
;; @0110                               v4 = iconst.i32 1
;; @0112                               v5 = isub v2, v4  ; v4 = 1
;; @0115                               brif v5, block1(v3, v5), block2
;;
;;                                 block2:
;; @011a                               return v3
;; }
;;
;; ;; wasm-function[5]
;; function u0:5(i64) -> i64 tail {
;;                                 block0(v0: i64):
;; @011f                               jump block1(v0)
;;
;;                                 block1(v1: i64):
;; @0121                               v2 = iconst.i64 1
;; @0123                               v3 = isub v1, v2  ; v2 = 1
;; @0126                               v4 = ireduce.i32 v0
;; @0127                               brif v4, block1(v3), block2
;;
;;                                 block2:
;; @012a                               return v3
;; }
;;
;; ;; wasm-function[6]
;; function u0:6(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @012d                               v1 = iconst.i32 1
;; @0131                               brif v0, block1(v1), block2  ; v1 = 1
;;
;;                                 block2:
;; @0134                               v3 = iconst.i32 2
;; @0136                               return v3  ; v3 = 2
;;
;;                                 block1(v2: i32):
;; @0136                               return v2
;; }
;;
;; ;; wasm-function[7]
;; function u0:7(i32) tail {
;;                                 block0(v0: i32):
;; @013c                               brif v0, block1, block2
;;
;;                                 block1 cold:
;; @013e                               trap user1
;;
;;                                 block2:
;; @0140                               return
;; }
;;
;; ;; wasm-function[8]
;; function u0:8(i32) -> i32 tail {
;;                                 block0(v0: i32):
;; @0147                               v1 = iconst.i32 1
;; @014b                               br_table v0, block1(v1), [block2(v1), block1(v1), block2(v1)]  ; v1 = 1, v1 = 1, v1 = 1, v1 = 1
;;
;;                                 block1(v2: i32):
;; @0152                               v4 = iconst.i32 10
;; @0154                               v5 = iadd v2, v4  ; v4 = 10
;; @0155                               jump block2(v5)
;;
;;                                 block2(v3: i32):
;; @0156                               return v3
;; }
