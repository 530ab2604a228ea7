;; Neither the module nor its functions have names.
(module
  (func (result i32) unreachable)
  (func (export "_start") (drop (call 0))))
