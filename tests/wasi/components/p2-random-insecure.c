// Random bytes and numbers that need not be good, by which alone they are imported.

#include "p2.h"

static bool run(void) {
  List one, other;
  insecure_random_bytes(16, &one);
  insecure_random_bytes(16, &other);
  bool differ = false;
  for (size_t i = 0; i < 16 && one.len == 16 && other.len == 16; i++)
    differ |= one.ptr[i] != other.ptr[i];
  say_bool("bytes: ", differ);
  say_bool("numbers: ", insecure_random_u64() != insecure_random_u64());
  return true;
}
