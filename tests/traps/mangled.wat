;; Names as Rust (legacy, v0) and C++ mangle them, and one that is not well formed.
(module
  (memory (export "memory") 1)
  (func $_ZN4core3ptr13drop_in_place17h0123456789abcdefE unreachable)
  (func $_RNvNtCs1234_7mycrate3foo3bar (call $_ZN4core3ptr13drop_in_place17h0123456789abcdefE))
  (func $_ZNSt6vectorIiSaIiEE9push_backEOi (call $_RNvNtCs1234_7mycrate3foo3bar))
  (func $_ZN5split (call $_ZNSt6vectorIiSaIiEE9push_backEOi))
  (func (export "_start") (call $_ZN5split)))
