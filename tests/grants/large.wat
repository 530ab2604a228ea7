;; A memory of 70,400 KiB at start: more than the kernel maps with an executable.
(module
  (memory (export "memory") 1100)
  (func (export "_start")))
