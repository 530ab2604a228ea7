// setjmp and longjmp in WebAssembly's encoding: out of many frames, more than once, and many times.
#include <stdio.h>
#include <setjmp.h>
static jmp_buf outer, inner;
static int depth;
__attribute__((noinline)) void deep(int n, jmp_buf where) { if (n == 0) longjmp(where, 7); deep(n - 1, where); depth++; }
__attribute__((noinline)) int twice(void) { volatile int n = 0; int r = setjmp(inner); n++; if (r < 3) longjmp(inner, r + 1); return n * 100 + r; }
int main(void) {
  int r = setjmp(outer);
  printf("outer %d\n", r);
  if (r == 0) deep(50, outer);
  if (r == 7) longjmp(outer, 0);
  printf("twice %d\n", twice());
  long sum = 0;
  for (volatile int i = 0; i < 200000; i++) { int v = setjmp(inner); if (v == 0) deep(i % 20, inner); sum += v; }
  printf("sum %ld depth %d\n", sum, depth);
}
