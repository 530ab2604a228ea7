// setjmp and longjmp, which Emscripten 3.1.6 makes legacy exceptions of: nested, with values, out of recursion.
#include <setjmp.h>
#include <stdio.h>

static jmp_buf outer, inner;
static int depth_reached;

static void recurse(int depth) {
  volatile int here = depth;
  depth_reached = here;
  if (depth == 50) longjmp(outer, depth);
  recurse(depth + 1);
  depth_reached = -1;
}

static int nested(int which) {
  int came = setjmp(inner);
  if (came) return 100 + came;
  if (which == 0) longjmp(inner, 1);
  if (which == 1) longjmp(outer, 2);
  return 3;
}

int main(void) {
  volatile int kept = 7;
  int came = setjmp(outer);
  if (came == 0) {
    kept = 8;
    recurse(0);
  }
  printf("came back with %d from %d, kept %d\n", came, depth_reached, kept);
  if (came == 50) printf("inner: %d\n", nested(0));
  if (came == 50) nested(1);
  printf("then with %d\n", came);
  jmp_buf loop;
  volatile long sum = 0;
  for (volatile int i = 0; i < 20000; i++) {
    int value = setjmp(loop);
    if (value == 0) longjmp(loop, i + 1);
    sum += value;
  }
  printf("%ld\n", sum);
  return 0;
}
