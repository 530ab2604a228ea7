;; Makes 100 MB of objects, of which one is alive at a time.
(module
  (type $bytes (array (mut i8)))
  (memory (export "memory") 1)
  (global $last (mut (ref null $bytes)) (ref.null $bytes))
  (func (export "_start") (local $times i32)
    (loop $next
      (global.set $last (array.new_default $bytes (i32.const 100000)))
      (local.set $times (i32.add (local.get $times) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $times) (i32.const 1000))))))
