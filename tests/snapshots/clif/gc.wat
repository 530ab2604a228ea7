;; References are kept over calls where the collector finds them; stores of references set a card; nothing else knows of the collector.
(module
  (type $cell (struct (field $value (mut anyref)) (field $next (mut (ref null $cell))) (field $count (mut i16))))
  (type $cells (array (mut (ref null $cell))))
  (global $first (mut (ref null $cell)) (ref.null $cell))
  (global $made (ref $cell) (struct.new $cell (ref.i31 (i32.const 3)) (ref.null $cell) (i32.const 5)))
  (func $other)
  (func (export "over a call") (param (ref null $cell)) (result (ref null $cell))
    (global.set $first (struct.new_default $cell)) (call $other) (local.get 0))
  (func (export "set") (param (ref $cell) (ref null $cell))
    (struct.set $cell $next (local.get 0) (local.get 1))
    (struct.set $cell $next (local.get 0) (ref.null $cell))
    (struct.set $cell $count (local.get 0) (i32.const 1))
    (drop (struct.get_s $cell $count (global.get $made))))
  (func (export "twice") (param (ref null $cells) i32)
    (array.set $cells (local.get 0) (local.get 1) (array.get $cells (local.get 0) (local.get 1))))
  (func (export "fill") (param (ref $cells) (ref null $cell)) (result i32)
    (array.fill $cells (local.get 0) (i32.const 0) (local.get 1) (i32.const 9))
    (array.len (local.get 0))))

;;; x86_64-linux
;; ;; other
;; function u0:0() tail {
;;                                 block0:
;; @0082                               return
;; }
;;
;; ;; wasm-function[1]
;; function u0:1(i64) -> i64 tail {
;;     ss0 = explicit_slot 8, align = 8
;;     region0 = 1 "free"
;;     region1 = 8 "headers"
;;     region2 = 3221225472 "global"
;;     sig0 = (i64, i64) -> i64 system_v
;;     sig1 = () tail
;;     fn0 = colocated u2:3 sig0
;;     fn1 = colocated u0:0 sig1
;;
;;                                 block0(v0: i64):
;;                                     v13 -> v0
;;                                     v16 = stack_addr.i64 ss0
;;                                     store notrap aligned v0, v16
;; @0085                               v1 = iconst.i64 24
;; @0085                               v3 = iconst.i64 0x3fff_ffc0
;; @0085                               v4 = load.i64 notrap aligned region0 v3  ; v3 = 0x3fff_ffc0
;; @0085                               v5 = load.i64 notrap aligned region0 v3+8  ; v3 = 0x3fff_ffc0
;; @0085                               v6 = iadd v4, v1  ; v1 = 24
;; @0085                               v7 = icmp ule v6, v5
;; @0085                               brif v7, block1, block2
;;
;;                                 block1:
;; @0085                               store.i64 notrap aligned region0 v6, v3  ; v3 = 0x3fff_ffc0
;; @0085                               jump block3(v4)
;;
;;                                 block2 cold:
;; @0085                               v8 = iconst.i64 0
;; @0085                               v9 = iadd.i64 v3, v8  ; v3 = 0x3fff_ffc0, v8 = 0
;; @0085                               v10 = call fn0(v9, v1), stack_map=[i64 @ ss0+0]  ; v1 = 24
;; @0085                               jump block3(v10)
;;
;;                                 block3(v2: i64):
;; @0085                               v11 = iconst.i32 0
;; @0085                               store notrap region1 v11, v2  ; v11 = 0
;; @0088                               v12 = iconst.i64 0x3fff_ffd0
;; @0088                               store notrap aligned region2 v2, v12  ; v12 = 0x3fff_ffd0
;; @008a                               jump block4
;;
;;                                 block4:
;; @0091                               jump block5
;;
;;                                 block5:
;; @0091                               v14 = stack_addr.i64 ss0
;; @0091                               v15 = load.i64 notrap aligned v14
;; @008e                               return v15
;; }
;; ;; u2:3 = wasi_aot_heap_allocate
;; ;; u0:0 = other
;;
;; ;; wasm-function[2]
;; function u0:2(i64, i64) tail {
;;     region0 = 2 "cards"
;;     region1 = 9 "fields"
;;     region2 = 3221225473 "global"
;;
;;                                 block0(v0: i64, v1: i64):
;; @0095                               v2 = iconst.i64 8
;; @0095                               v3 = ushr v0, v2  ; v2 = 8
;; @0095                               v4 = iconst.i8 1
;; @0095                               store notrap aligned region0 v4, v3+0x3fc0_0000  ; v4 = 1
;; @0095                               istore32 notrap region1 v1, v0+12
;; @009b                               v5 = iconst.i64 0
;; @009d                               istore32 notrap region1 v5, v0+12  ; v5 = 0
;; @00a3                               v6 = iconst.i32 1
;; @00a5                               istore16 notrap region1 v6, v0+16  ; v6 = 1
;; @00a9                               v7 = iconst.i64 0x3fff_ffd8
;; @00a9                               v8 = load.i64 notrap aligned region2 v7  ; v7 = 0x3fff_ffd8
;; @00ab                               v9 = sload16.i32 notrap region1 v8+16
;; @00b0                               return
;; }
;;
;; ;; wasm-function[3]
;; function u0:3(i64, i32) tail {
;;     region0 = 8 "headers"
;;     region1 = 10 "elements"
;;     region2 = 2 "cards"
;;
;;                                 block0(v0: i64, v1: i32):
;; @00bb                               v2 = load.i32 user10 region0 v0+8
;; @00bb                               v3 = icmp uge v1, v2
;; @00bb                               trapnz v3, user15
;; @00bb                               v4 = uextend.i64 v1
;; @00bb                               v5 = iconst.i64 2
;; @00bb                               v6 = ishl v4, v5  ; v5 = 2
;; @00bb                               v7 = iadd v0, v6
;; @00bb                               v8 = uload32 notrap region1 v7+12
;; @00be                               v9 = uextend.i64 v1
;; @00be                               v10 = iconst.i64 2
;; @00be                               v11 = ishl v9, v10  ; v10 = 2
;; @00be                               v12 = iadd v0, v11
;; @00be                               v13 = iconst.i64 12
;; @00be                               v14 = iadd v12, v13  ; v13 = 12
;; @00be                               v15 = iconst.i64 8
;; @00be                               v16 = ushr v14, v15  ; v15 = 8
;; @00be                               v17 = iconst.i8 1
;; @00be                               store notrap aligned region2 v17, v16+0x3fc0_0000  ; v17 = 1
;; @00be                               istore32 notrap region1 v8, v12+12
;; @00c1                               return
;; }
;;
;; ;; wasm-function[4]
;; function u0:4(i64, i64) -> i32 tail {
;;     ss0 = explicit_slot 8, align = 8
;;     region0 = 8 "headers"
;;     region1 = 10 "elements"
;;     sig0 = (i64, i64, i64) -> i64 system_v
;;     fn0 = colocated u2:8 sig0
;;
;;                                 block0(v0: i64, v1: i64):
;;                                     v38 -> v0
;;                                     v46 = stack_addr.i64 ss0
;;                                     store notrap aligned v0, v46
;; @00c6                               v2 = iconst.i32 0
;; @00ca                               v3 = iconst.i32 9
;;                                     v44 = stack_addr.i64 ss0
;;                                     v45 = load.i64 notrap aligned v44
;; @00cc                               v4 = load.i32 notrap region0 v45+8
;; @00cc                               v5 = uextend.i64 v2  ; v2 = 0
;; @00cc                               v6 = uextend.i64 v3  ; v3 = 9
;; @00cc                               v7 = uextend.i64 v4
;; @00cc                               v8 = iadd v5, v6
;; @00cc                               v9 = icmp ugt v8, v7
;; @00cc                               trapnz v9, user15
;; @00cc                               v10 = uextend.i64 v2  ; v2 = 0
;; @00cc                               v11 = iconst.i64 2
;; @00cc                               v12 = ishl v10, v11  ; v11 = 2
;;                                     v42 = stack_addr.i64 ss0
;;                                     v43 = load.i64 notrap aligned v42
;; @00cc                               v13 = iadd v43, v12
;; @00cc                               v14 = iconst.i64 12
;; @00cc                               v15 = iadd v13, v14  ; v14 = 12
;; @00cc                               v16 = uextend.i64 v3  ; v3 = 9
;; @00cc                               v17 = iconst.i64 2
;; @00cc                               v18 = ishl v16, v17  ; v17 = 2
;; @00cc                               v19 = iadd v15, v18
;; @00cc                               jump block1(v15)
;;
;;                                 block1(v20: i64):
;; @00cc                               v21 = icmp eq v20, v19
;; @00cc                               brif v21, block3, block2
;;
;;                                 block2:
;; @00cc                               istore32.i64 notrap region1 v1, v20
;; @00cc                               v22 = iconst.i64 4
;; @00cc                               v23 = iadd.i64 v20, v22  ; v22 = 4
;; @00cc                               jump block1(v23)
;;
;;                                 block3:
;; @00cc                               v24 = iadd.i64 v15, v18
;; @00cc                               v25 = iconst.i64 -1
;; @00cc                               v26 = iadd v24, v25  ; v25 = -1
;; @00cc                               v27 = iconst.i64 8
;; @00cc                               v28 = ushr.i64 v15, v27  ; v27 = 8
;; @00cc                               v29 = iconst.i64 8
;; @00cc                               v30 = ushr v26, v29  ; v29 = 8
;; @00cc                               v31 = isub v30, v28
;; @00cc                               v32 = iconst.i64 1
;; @00cc                               v33 = iadd v31, v32  ; v32 = 1
;; @00cc                               v34 = iconst.i64 0x3fc0_0000
;; @00cc                               v35 = iadd v28, v34  ; v34 = 0x3fc0_0000
;; @00cc                               v36 = iconst.i64 1
;; @00cc                               v37 = call fn0(v35, v36, v33), stack_map=[i64 @ ss0+0]  ; v36 = 1
;;                                     v40 = stack_addr.i64 ss0
;;                                     v41 = load.i64 notrap aligned v40
;; @00d1                               v39 = load.i32 notrap region0 v41+8
;; @00d3                               return v39
;; }
;; ;; u2:8 = memset

;;; aarch64-linux
;; ;; other
;; function u0:0() tail {
;;                                 block0:
;; @0082                               return
;; }
;;
;; ;; wasm-function[1]
;; function u0:1(i64) -> i64 tail {
;;     ss0 = explicit_slot 8, align = 8
;;     region0 = 1 "free"
;;     region1 = 8 "headers"
;;     region2 = 3221225472 "global"
;;     sig0 = (i64, i64) -> i64 system_v
;;     sig1 = () tail
;;     fn0 = colocated u2:3 sig0
;;     fn1 = colocated u0:0 sig1
;;
;;                                 block0(v0: i64):
;;                                     v13 -> v0
;;                                     v16 = stack_addr.i64 ss0
;;                                     store notrap aligned v0, v16
;; @0085                               v1 = iconst.i64 24
;; @0085                               v3 = iconst.i64 0x3fff_ffc0
;; @0085                               v4 = load.i64 notrap aligned region0 v3  ; v3 = 0x3fff_ffc0
;; @0085                               v5 = load.i64 notrap aligned region0 v3+8  ; v3 = 0x3fff_ffc0
;; @0085                               v6 = iadd v4, v1  ; v1 = 24
;; @0085                               v7 = icmp ule v6, v5
;; @0085                               brif v7, block1, block2
;;
;;                                 block1:
;; @0085                               store.i64 notrap aligned region0 v6, v3  ; v3 = 0x3fff_ffc0
;; @0085                               jump block3(v4)
;;
;;                                 block2 cold:
;; @0085                               v8 = iconst.i64 0
;; @0085                               v9 = iadd.i64 v3, v8  ; v3 = 0x3fff_ffc0, v8 = 0
;; @0085                               v10 = call fn0(v9, v1), stack_map=[i64 @ ss0+0]  ; v1 = 24
;; @0085                               jump block3(v10)
;;
;;                                 block3(v2: i64):
;; @0085                               v11 = iconst.i32 0
;; @0085                               store notrap region1 v11, v2  ; v11 = 0
;; @0088                               v12 = iconst.i64 0x3fff_ffd0
;; @0088                               store notrap aligned region2 v2, v12  ; v12 = 0x3fff_ffd0
;; @008a                               jump block4
;;
;;                                 block4:
;; @0091                               jump block5
;;
;;                                 block5:
;; @0091                               v14 = stack_addr.i64 ss0
;; @0091                               v15 = load.i64 notrap aligned v14
;; @008e                               return v15
;; }
;; ;; u2:3 = wasi_aot_heap_allocate
;; ;; u0:0 = other
;;
;; ;; wasm-function[2]
;; function u0:2(i64, i64) tail {
;;     region0 = 2 "cards"
;;     region1 = 9 "fields"
;;     region2 = 3221225473 "global"
;;
;;                                 block0(v0: i64, v1: i64):
;; @0095                               v2 = iconst.i64 8
;; @0095                               v3 = ushr v0, v2  ; v2 = 8
;; @0095                               v4 = iconst.i8 1
;; @0095                               store notrap aligned region0 v4, v3+0x3fc0_0000  ; v4 = 1
;; @0095                               istore32 notrap region1 v1, v0+12
;; @009b                               v5 = iconst.i64 0
;; @009d                               istore32 notrap region1 v5, v0+12  ; v5 = 0
;; @00a3                               v6 = iconst.i32 1
;; @00a5                               istore16 notrap region1 v6, v0+16  ; v6 = 1
;; @00a9                               v7 = iconst.i64 0x3fff_ffd8
;; @00a9                               v8 = load.i64 notrap aligned region2 v7  ; v7 = 0x3fff_ffd8
;; @00ab                               v9 = sload16.i32 notrap region1 v8+16
;; @00b0                               return
;; }
;;
;; ;; wasm-function[3]
;; function u0:3(i64, i32) tail {
;;     region0 = 8 "headers"
;;     region1 = 10 "elements"
;;     region2 = 2 "cards"
;;
;;                                 block0(v0: i64, v1: i32):
;; @00bb                               v2 = load.i32 user10 region0 v0+8
;; @00bb                               v3 = icmp uge v1, v2
;; @00bb                               trapnz v3, user15
;; @00bb                               v4 = uextend.i64 v1
;; @00bb                               v5 = iconst.i64 2
;; @00bb                               v6 = ishl v4, v5  ; v5 = 2
;; @00bb                               v7 = iadd v0, v6
;; @00bb                               v8 = uload32 notrap region1 v7+12
;; @00be                               v9 = uextend.i64 v1
;; @00be                               v10 = iconst.i64 2
;; @00be                               v11 = ishl v9, v10  ; v10 = 2
;; @00be                               v12 = iadd v0, v11
;; @00be                               v13 = iconst.i64 12
;; @00be                               v14 = iadd v12, v13  ; v13 = 12
;; @00be                               v15 = iconst.i64 8
;; @00be                               v16 = ushr v14, v15  ; v15 = 8
;; @00be                               v17 = iconst.i8 1
;; @00be                               store notrap aligned region2 v17, v16+0x3fc0_0000  ; v17 = 1
;; @00be                               istore32 notrap region1 v8, v12+12
;; @00c1                               return
;; }
;;
;; ;; wasm-function[4]
;; function u0:4(i64, i64) -> i32 tail {
;;     ss0 = explicit_slot 8, align = 8
;;     region0 = 8 "headers"
;;     region1 = 10 "elements"
;;     sig0 = (i64, i64, i64) -> i64 system_v
;;     fn0 = colocated u2:8 sig0
;;
;;                                 block0(v0: i64, v1: i64):
;;                                     v38 -> v0
;;                                     v46 = stack_addr.i64 ss0
;;                                     store notrap aligned v0, v46
;; @00c6                               v2 = iconst.i32 0
;; @00ca                               v3 = iconst.i32 9
;;                                     v44 = stack_addr.i64 ss0
;;                                     v45 = load.i64 notrap aligned v44
;; @00cc                               v4 = load.i32 notrap region0 v45+8
;; @00cc                               v5 = uextend.i64 v2  ; v2 = 0
;; @00cc                               v6 = uextend.i64 v3  ; v3 = 9
;; @00cc                               v7 = uextend.i64 v4
;; @00cc                               v8 = iadd v5, v6
;; @00cc                               v9 = icmp ugt v8, v7
;; @00cc                               trapnz v9, user15
;; @00cc                               v10 = uextend.i64 v2  ; v2 = 0
;; @00cc                               v11 = iconst.i64 2
;; @00cc                               v12 = ishl v10, v11  ; v11 = 2
;;                                     v42 = stack_addr.i64 ss0
;;                                     v43 = load.i64 notrap aligned v42
;; @00cc                               v13 = iadd v43, v12
;; @00cc                               v14 = iconst.i64 12
;; @00cc                               v15 = iadd v13, v14  ; v14 = 12
;; @00cc                               v16 = uextend.i64 v3  ; v3 = 9
;; @00cc                               v17 = iconst.i64 2
;; @00cc                               v18 = ishl v16, v17  ; v17 = 2
;; @00cc                               v19 = iadd v15, v18
;; @00cc                               jump block1(v15)
;;
;;                                 block1(v20: i64):
;; @00cc                               v21 = icmp eq v20, v19
;; @00cc                               brif v21, block3, block2
;;
;;                                 block2:
;; @00cc                               istore32.i64 notrap region1 v1, v20
;; @00cc                               v22 = iconst.i64 4
;; @00cc                               v23 = iadd.i64 v20, v22  ; v22 = 4
;; @00cc                               jump block1(v23)
;;
;;                                 block3:
;; @00cc                               v24 = iadd.i64 v15, v18
;; @00cc                               v25 = iconst.i64 -1
;; @00cc                               v26 = iadd v24, v25  ; v25 = -1
;; @00cc                               v27 = iconst.i64 8
;; @00cc                               v28 = ushr.i64 v15, v27  ; v27 = 8
;; @00cc                               v29 = iconst.i64 8
;; @00cc                               v30 = ushr v26, v29  ; v29 = 8
;; @00cc                               v31 = isub v30, v28
;; @00cc                               v32 = iconst.i64 1
;; @00cc                               v33 = iadd v31, v32  ; v32 = 1
;; @00cc                               v34 = iconst.i64 0x3fc0_0000
;; @00cc                               v35 = iadd v28, v34  ; v34 = 0x3fc0_0000
;; @00cc                               v36 = iconst.i64 1
;; @00cc                               v37 = call fn0(v35, v36, v33), stack_map=[i64 @ ss0+0]  ; v36 = 1
;;                                     v40 = stack_addr.i64 ss0
;;                                     v41 = load.i64 notrap aligned v40
;; @00d1                               v39 = load.i32 notrap region0 v41+8
;; @00d3                               return v39
;; }
;; ;; u2:8 = memset
