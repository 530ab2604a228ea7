// Stands for the system's header, which WASI lacks: Lua includes it even where its own macros say
// that nothing jumps.
typedef int jmp_buf[1];
