;; Bulk operations check the whole range before they write.
(module
  (memory 1)
  (data $data "bytes")
  (func (export "copy") (param i32 i32 i32)
    (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (export "fill") (param i32 i32 i32)
    (memory.fill (local.get 0) (local.get 1) (local.get 2)))
  (func (export "init") (param i32 i32 i32)
    (memory.init $data (local.get 0) (local.get 1) (local.get 2)))
  (func (export "drop") (data.drop $data)))

;;; x86_64-linux
;; ;; wasm-function[0]
;; function u0:0(i32, i32, i32) tail {
;;     sig0 = (i64, i64, i64) -> i64 system_v
;;     fn0 = colocated u2:7 sig0
;;
;;                                 block0(v0: i32, v1: i32, v2: i32):
;; @004d                               v3 = uextend.i64 v0
;; @004d                               v4 = uextend.i64 v2
;; @004d                               v5 = iconst.i64 0x0001_0000
;; @004d                               v6 = iadd v3, v4
;; @004d                               v7 = icmp ugt v6, v5  ; v5 = 0x0001_0000
;; @004d                               trapnz v7, user2
;; @004d                               v8 = iconst.i64 0x4000_0000
;; @004d                               v9 = iadd v8, v3  ; v8 = 0x4000_0000
;; @004d                               v10 = uextend.i64 v1
;; @004d                               v11 = uextend.i64 v2
;; @004d                               v12 = iconst.i64 0x0001_0000
;; @004d                               v13 = iadd v10, v11
;; @004d                               v14 = icmp ugt v13, v12  ; v12 = 0x0001_0000
;; @004d                               trapnz v14, user2
;; @004d                               v15 = iconst.i64 0x4000_0000
;; @004d                               v16 = iadd v15, v10  ; v15 = 0x4000_0000
;; @004d                               v17 = call fn0(v9, v16, v4)
;; @0051                               return
;; }
;; ;; u2:7 = memmove
;;
;; ;; wasm-function[1]
;; function u0:1(i32, i32, i32) tail {
;;     sig0 = (i64, i64, i64) -> i64 system_v
;;     fn0 = colocated u2:8 sig0
;;
;;                                 block0(v0: i32, v1: i32, v2: i32):
;; @005a                               v3 = uextend.i64 v0
;; @005a                               v4 = uextend.i64 v2
;; @005a                               v5 = iconst.i64 0x0001_0000
;; @005a                               v6 = iadd v3, v4
;; @005a                               v7 = icmp ugt v6, v5  ; v5 = 0x0001_0000
;; @005a                               trapnz v7, user2
;; @005a                               v8 = iconst.i64 0x4000_0000
;; @005a                               v9 = iadd v8, v3  ; v8 = 0x4000_0000
;; @005a                               v10 = uextend.i64 v1
;; @005a                               v11 = call fn0(v9, v10, v4)
;; @005d                               return
;; }
;; ;; u2:8 = memset
;;
;; ;; wasm-function[2]
;; function u0:2(i32, i32, i32) tail {
;;     region0 = 0 "state"
;;     gv0 = symbol colocated userextname0
;;     sig0 = (i64, i64, i64) -> i64 system_v
;;     fn0 = colocated u2:9 sig0
;;
;;                                 block0(v0: i32, v1: i32, v2: i32):
;; @0066                               v3 = uextend.i64 v0
;; @0066                               v4 = uextend.i64 v2
;; @0066                               v5 = iconst.i64 0x0001_0000
;; @0066                               v6 = iadd v3, v4
;; @0066                               v7 = icmp ugt v6, v5  ; v5 = 0x0001_0000
;; @0066                               trapnz v7, user2
;; @0066                               v8 = iconst.i64 0x4000_0000
;; @0066                               v9 = iadd v8, v3  ; v8 = 0x4000_0000
;; @0066                               v10 = uextend.i64 v1
;; @0066                               v11 = iadd v10, v4
;; @0066                               v12 = iconst.i64 0x3fff_ffc0
;; @0066                               v13 = uload32 notrap aligned region0 v12  ; v12 = 0x3fff_ffc0
;; @0066                               v14 = icmp ugt v11, v13
;; @0066                               trapnz v14, user2
;; @0066                               v15 = symbol_value.i64 gv0
;; @0066                               v16 = iadd v15, v10
;; @0066                               v17 = call fn0(v9, v16, v4)
;; @006a                               return
;; }
;; ;; u4:0 = data segment 0
;; ;; u2:9 = memcpy
;;
;; ;; wasm-function[3]
;; function u0:3() tail {
;;     region0 = 0 "state"
;;
;;                                 block0:
;; @006d                               v0 = iconst.i32 0
;; @006d                               v1 = iconst.i64 0x3fff_ffc0
;; @006d                               store notrap aligned region0 v0, v1  ; v0 = 0, v1 = 0x3fff_ffc0
;; @0070                               return
;; }

;;; aarch64-linux
;; ;; wasm-function[0]
;; function u0:0(i32, i32, i32) tail {
;;     gv0 = symbol colocated %AddressZero+0x4000_0000
;;     gv1 = symbol colocated %AddressZero+0x4000_0000
;;     sig0 = (i64, i64, i64) -> i64 system_v
;;     fn0 = colocated u2:7 sig0
;;
;;                                 block0(v0: i32, v1: i32, v2: i32):
;; @004d                               v3 = uextend.i64 v0
;; @004d                               v4 = uextend.i64 v2
;; @004d                               v5 = iconst.i64 0x0001_0000
;; @004d                               v6 = iadd v3, v4
;; @004d                               v7 = icmp ugt v6, v5  ; v5 = 0x0001_0000
;; @004d                               trapnz v7, user2
;; @004d                               v8 = symbol_value.i64 gv0
;; @004d                               v9 = iadd v8, v3
;; @004d                               v10 = uextend.i64 v1
;; @004d                               v11 = uextend.i64 v2
;; @004d                               v12 = iconst.i64 0x0001_0000
;; @004d                               v13 = iadd v10, v11
;; @004d                               v14 = icmp ugt v13, v12  ; v12 = 0x0001_0000
;; @004d                               trapnz v14, user2
;; @004d                               v15 = symbol_value.i64 gv1
;; @004d                               v16 = iadd v15, v10
;; @004d                               v17 = call fn0(v9, v16, v4)
;; @0051                               return
;; }
;; ;; u2:7 = memmove
;;
;; ;; wasm-function[1]
;; function u0:1(i32, i32, i32) tail {
;;     gv0 = symbol colocated %AddressZero+0x4000_0000
;;     sig0 = (i64, i64, i64) -> i64 system_v
;;     fn0 = colocated u2:8 sig0
;;
;;                                 block0(v0: i32, v1: i32, v2: i32):
;; @005a                               v3 = uextend.i64 v0
;; @005a                               v4 = uextend.i64 v2
;; @005a                               v5 = iconst.i64 0x0001_0000
;; @005a                               v6 = iadd v3, v4
;; @005a                               v7 = icmp ugt v6, v5  ; v5 = 0x0001_0000
;; @005a                               trapnz v7, user2
;; @005a                               v8 = symbol_value.i64 gv0
;; @005a                               v9 = iadd v8, v3
;; @005a                               v10 = uextend.i64 v1
;; @005a                               v11 = call fn0(v9, v10, v4)
;; @005d                               return
;; }
;; ;; u2:8 = memset
;;
;; ;; wasm-function[2]
;; function u0:2(i32, i32, i32) tail {
;;     region0 = 0 "state"
;;     gv0 = symbol colocated %AddressZero+0x4000_0000
;;     gv1 = symbol colocated %AddressZero+0x4000_0000
;;     gv2 = symbol colocated userextname0
;;     sig0 = (i64, i64, i64) -> i64 system_v
;;     fn0 = colocated u2:9 sig0
;;
;;                                 block0(v0: i32, v1: i32, v2: i32):
;;                                     v12 = symbol_value.i64 gv1
;; @0066                               v3 = uextend.i64 v0
;; @0066                               v4 = uextend.i64 v2
;; @0066                               v5 = iconst.i64 0x0001_0000
;; @0066                               v6 = iadd v3, v4
;; @0066                               v7 = icmp ugt v6, v5  ; v5 = 0x0001_0000
;; @0066                               trapnz v7, user2
;; @0066                               v8 = symbol_value.i64 gv0
;; @0066                               v9 = iadd v8, v3
;; @0066                               v10 = uextend.i64 v1
;; @0066                               v11 = iadd v10, v4
;; @0066                               v13 = uload32 notrap aligned region0 v12-64
;; @0066                               v14 = icmp ugt v11, v13
;; @0066                               trapnz v14, user2
;; @0066                               v15 = symbol_value.i64 gv2
;; @0066                               v16 = iadd v15, v10
;; @0066                               v17 = call fn0(v9, v16, v4)
;; @006a                               return
;; }
;; ;; u4:0 = data segment 0
;; ;; u2:9 = memcpy
;;
;; ;; wasm-function[3]
;; function u0:3() tail {
;;     region0 = 0 "state"
;;     gv0 = symbol colocated %AddressZero+0x4000_0000
;;
;;                                 block0:
;;                                     v1 = symbol_value.i64 gv0
;; @006d                               v0 = iconst.i32 0
;; @006d                               store notrap aligned region0 v0, v1-64  ; v0 = 0
;; @0070                               return
;; }
