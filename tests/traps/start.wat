;; own: wasmtime says "failed to instantiate"; here instantiation is part of the program
;; A trap in the start function.
(module $start (func $begin unreachable) (start $begin) (func (export "_start")))
