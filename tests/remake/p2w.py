"""Makes a command of what p2w writes: functions that print with `fd_write` take the place of its imports.

Reads the text of the module from standard input, and writes it to standard output.
"""
import re
import sys

# What is printed with; whatever else is imported is never called.
OWN = {
    "write_char": """(local $a i64) (local $b i64) (local $c i64)
    (local.set $a (i64.load (i32.const 0)))
    (local.set $b (i64.load (i32.const 8)))
    (local.set $c (i64.load (i32.const 16)))
    (i32.store (i32.const 0) (i32.const 16))
    (i32.store (i32.const 4) (i32.const 1))
    (i32.store8 (i32.const 16) (local.get 0))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (i64.store (i32.const 0) (local.get $a))
    (i64.store (i32.const 8) (local.get $b))
    (i64.store (i32.const 16) (local.get $c))""",
    "write_i64": """
    (if (i64.lt_s (local.get 0) (i64.const 0))
      (then
        (call $write_char (i32.const 45))
        (local.set 0 (i64.sub (i64.const 0) (local.get 0)))))
    (if (i64.ge_u (local.get 0) (i64.const 10))
      (then (call $write_i64 (i64.div_u (local.get 0) (i64.const 10)))))
    (call $write_char (i32.add (i32.const 48) (i32.wrap_i64 (i64.rem_u (local.get 0) (i64.const 10)))))""",
    "write_i32": "(call $write_i64 (i64.extend_i32_s (local.get 0)))",
}
IMPORT = re.compile(r'^ *\(import "\w+" "\w+" \(func \$(\w+)(.*)\)\)$', re.M)
FD_WRITE = ('(import "wasi_snapshot_preview1" "fd_write" '
            "(func $fd_write (param i32 i32 i32 i32) (result i32)))")
START = '(func (export "_start") (result i32)'

text = sys.stdin.read()
types = dict(IMPORT.findall(text))
first = IMPORT.search(text)
others = IMPORT.sub("", text[first.end():])
if START not in others or "(import" in others:
    sys.exit("p2w.py: this is not what p2w 0.2.3 writes")
body = text[:first.start()] + FD_WRITE + others.replace(START, "(func $program (result i32)").rstrip()
# Functions are numbered in this order.
names = list(OWN) + [name for name in types if name not in OWN]
functions = [f"(func ${name}{types[name]} {OWN.get(name, '(unreachable)')})" for name in names]
functions.append('(func (export "_start") (drop (call $program)))')
print(body.removesuffix(")") + "\n".join(functions) + "\n)")
