#include <stdint.h>
/* What the compiler's pass expects of a jmp_buf. */
struct jump { void *invocation; uint32_t label; struct { void *env; int value; } argument; };
void __wasm_setjmp(void *env, uint32_t label, void *invocation) { struct jump *b = env; b->invocation = invocation; b->label = label; }
uint32_t __wasm_setjmp_test(void *env, void *invocation) { struct jump *b = env; return b->invocation == invocation ? b->label : 0; }
void __wasm_longjmp(void *env, int value) {
  struct jump *b = env;
  b->argument.env = env;
  b->argument.value = value ? value : 1;
  __builtin_wasm_throw(1, &b->argument);
}
