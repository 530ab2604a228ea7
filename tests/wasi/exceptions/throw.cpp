// Exceptions of C++: destructors on the way, handlers by type, thrown again, from constructors, kept, nested, and two million of them
// in a heap that does not grow.
#include <cstdio>
#include <exception>
#include <typeinfo>
struct Base { virtual const char *what() const { return "base"; } virtual ~Base() {} };
struct Derived : Base { int n; Derived(int n) : n(n) {} const char *what() const override { return "derived"; } };
static int cleaned;
struct Guard { int n; Guard(int n) : n(n) {} ~Guard() { cleaned += n; } };
__attribute__((noinline)) int thrower(int x) {
  switch (x % 4) {
  case 0: throw Derived(x);
  case 1: throw x;
  case 2: throw "text";
  default: return x;
  }
}
__attribute__((noinline)) int through(int x, int depth) {
  Guard guard(1);
  return depth ? through(x, depth - 1) + 1 : thrower(x);
}
static const char *caught(int x) {
  try {
    through(x, 3);
    return "nothing";
  } catch (const Base &base) {
    return base.what();
  } catch (int) {
    return "int";
  } catch (...) {
    return "other";
  }
}
struct Half { Guard first{10}; Half() { throw Derived(1); } };
static int again() {
  try {
    try {
      thrower(5);
    } catch (...) {
      cleaned += 100;
      throw;
    }
  } catch (int value) {
    return value;
  }
  return 0;
}
static int kept() {
  std::exception_ptr first;
  try {
    thrower(9);
  } catch (...) {
    first = std::current_exception();
  }
  for (int i = 0; i < 1000; i++) try { thrower(4); } catch (const Derived &) {}
  try {
    std::rethrow_exception(first);
  } catch (int value) {
    return value;
  }
}
int main() {
  for (int x = 0; x < 4; x++) std::printf("%s\n", caught(x));
  std::printf("cleaned %d\n", cleaned);
  try { Half half; } catch (const Derived &) { std::printf("half: cleaned %d\n", cleaned); }
  int value = again();
  std::printf("again %d, cleaned %d\n", value, cleaned);
  std::printf("kept %d\n", kept());
  try { try { throw 1; } catch (int) { try { throw 2.5; } catch (double d) { std::printf("%g in a handler\n", d); } throw; } }
  catch (int i) { std::printf("%d behind it\n", i); }
  long long sum = 0;
  for (int i = 0; i < 2000000; i++) try { sum += through(i, i % 7); } catch (const Derived &d) { sum += d.n; } catch (int v) { sum -= v; } catch (const char *) { sum++; }
  std::printf("sum %lld, uncaught %d\n", sum, std::uncaught_exceptions());
}
