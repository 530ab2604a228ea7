// Random bytes and numbers are there, and others each time.

#include "p2.h"

static bool differ(List one, List other, size_t len) {
  if (one.len != len || other.len != len)
    return false;
  for (size_t i = 0; i < len; i++)
    if (one.ptr[i] != other.ptr[i])
      return true;
  return false;
}

static bool run(void) {
  List one, other;
  random_bytes(100, &one);
  random_bytes(100, &other);
  say_bool("bytes: ", differ(one, other, 100));
  random_bytes(0, &one);
  say_bool("no bytes: ", one.len == 0);
  random_bytes(300000, &one);
  bool end = false;
  for (size_t i = 0; i < 64; i++)
    end |= one.ptr[299999 - i] != 0;
  say_bool("many bytes: ", one.len == 300000 && end);
  say_bool("numbers: ", random_u64() != random_u64());
  uint64_t seed[2] = {0, 0};
  insecure_seed(seed);
  say_bool("seed: ", seed[0] != 0 && seed[1] != 0 && seed[0] != seed[1]);
  return true;
}
