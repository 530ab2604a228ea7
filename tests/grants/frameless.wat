;; Spends its time in a function that only computes, which has no frame on some CPUs. An emulator
;; can deliver signals only at the begin of a block of code: most of the blocks that run are its loop.
(module
  (func $compute (param i64) (result i64)
    (local $n i32)
    (loop $again
      (local.set 0 (i64.add (i64.mul (local.get 0) (i64.const 6364136223846793005)) (i64.const 1)))
      (br_if $again (i32.ne (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 1000))))
    (local.get 0))
  (func $caller (param i64) (result i64)
    (local $n i32)
    (loop $again
      (local.set 0 (call $compute (call $compute (local.get 0))))
      (br_if $again (i32.ne (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 0))))
    (local.get 0))
  (func $main (export "_start")
    (loop $again
      (drop (call $caller (i64.const 1)))
      (br $again))))
