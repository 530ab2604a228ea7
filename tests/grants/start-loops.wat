;; Its start function does not end.
(module
  (func $main (export "_start"))
  (func $begin (loop $forever (br $forever)))
  (start $begin)
  (memory (export "memory") 1))
