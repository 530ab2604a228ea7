// C++ exceptions, as Emscripten 3.1.6 writes them, in the legacy encoding: destructors, rethrowing, classes, the library's own.
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>
#include <map>
struct Guard { int n; ~Guard() { printf("~%d ", n); } };
struct Base { virtual ~Base() {} virtual int id() const { return 1; } };
struct Derived : Base { int id() const override { return 2; } };
int deep(int n) { Guard g{n}; if (n == 0) throw Derived(); return deep(n - 1) + 1; }
int main(int argc, char** argv) {
  try { deep(5); } catch (const Base& b) { printf("base %d\n", b.id()); }
  try { try { throw std::runtime_error("inner"); } catch (...) { Guard g{100}; throw; } } catch (const std::exception& e) { printf("%s\n", e.what()); }
  try { std::vector<int> v; v.at(3); } catch (const std::out_of_range& e) { printf("oor %s\n", e.what()); }
  try { std::stoi("zzz"); } catch (const std::invalid_argument& e) { printf("ia %s\n", e.what()); }
  long s = 0;
  for (int i = 0; i < 100000; i++) { try { if (i % 3 == 0) throw i; if (i % 5 == 0) throw std::string("x"); s += i; } catch (int k) { s -= k; } catch (std::string& t) { s += t.size(); } }
  printf("%ld\n", s);
  if (argc > 1) throw 3;
}
