;; own: wasmtime says "failed to instantiate"; here instantiation is part of the program
;; A data segment that does not fit: no function of the program is running.
(module $segment (memory 1) (data (i32.const 65535) "ab") (func (export "_start")))
