// Loops of vector instructions, one for each family: `simd KERNEL ROUNDS` prints a checksum. `benches/simd.py` compares engines by it.
// zig cc -target wasm32-wasi -O2 -msimd128 -mrelaxed-simd simd.c -o simd.wasm
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasm_simd128.h>

#define SIZE (1 << 15)

static uint8_t bytes[SIZE + 64];
static uint8_t other[SIZE + 64];
static float floats[SIZE / 4];
static float more[SIZE / 4];
static double doubles[SIZE / 8];

static uint32_t sum(v128_t v) {
  return wasm_i32x4_extract_lane(v, 0) ^ wasm_i32x4_extract_lane(v, 1) * 3 ^ wasm_i32x4_extract_lane(v, 2) * 5 ^
         wasm_i32x4_extract_lane(v, 3) * 7;
}

// Integers: widened products.
static uint32_t dot_bytes(void) {
  v128_t acc = wasm_i32x4_splat(0);
  for (int i = 0; i < SIZE; i += 16) {
    v128_t a = wasm_v128_load(bytes + i), b = wasm_v128_load(other + i);
    acc = wasm_i32x4_add(acc, wasm_i32x4_dot_i16x8(wasm_i16x8_extend_low_i8x16(a), wasm_i16x8_extend_low_i8x16(b)));
    acc = wasm_i32x4_add(acc, wasm_i32x4_dot_i16x8(wasm_i16x8_extend_high_i8x16(a), wasm_i16x8_extend_high_i8x16(b)));
  }
  return sum(acc);
}

static uint32_t dot_floats(void) {
  v128_t acc = wasm_f32x4_splat(0), acc2 = acc;
  for (int i = 0; i < SIZE / 4; i += 8) {
    acc = wasm_f32x4_add(acc, wasm_f32x4_mul(wasm_v128_load(floats + i), wasm_v128_load(more + i)));
    acc2 = wasm_f32x4_add(acc2, wasm_f32x4_mul(wasm_v128_load(floats + i + 4), wasm_v128_load(more + i + 4)));
  }
  return sum(wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_add(acc, acc2)));
}

static uint32_t dot_relaxed(void) {
  v128_t acc = wasm_f32x4_splat(0), acc2 = acc;
  for (int i = 0; i < SIZE / 4; i += 8) {
    acc = wasm_f32x4_relaxed_madd(wasm_v128_load(floats + i), wasm_v128_load(more + i), acc);
    acc2 = wasm_f32x4_relaxed_madd(wasm_v128_load(floats + i + 4), wasm_v128_load(more + i + 4), acc2);
  }
  return wasm_i32x4_extract_lane(wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_add(acc, acc2)), 0) / 1000;
}

// Comparisons and masks: the first byte of a value, as memchr finds it.
static uint32_t find(void) {
  uint32_t found = 0;
  for (int start = 0; start < SIZE; start += SIZE / 8) {
    v128_t wanted = wasm_i8x16_splat((char)(251 + (start & 1)));
    for (int i = start; i < SIZE; i += 16) {
      uint32_t mask = wasm_i8x16_bitmask(wasm_i8x16_eq(wasm_v128_load(bytes + i), wanted));
      if (mask) { found += i + __builtin_ctz(mask); break; }
    }
  }
  return found;
}

// A filter of three rows and columns: unaligned loads, shuffles, averages, saturation.
static uint32_t blur(void) {
  enum { WIDTH = 256 };
  for (int y = 1; y < SIZE / WIDTH - 1; y++)
    for (int x = 16; x < WIDTH - 16; x += 16) {
      const uint8_t *p = bytes + y * WIDTH + x;
      v128_t row = wasm_u8x16_avgr(wasm_u8x16_avgr(wasm_v128_load(p - 1), wasm_v128_load(p + 1)), wasm_v128_load(p));
      v128_t column = wasm_u8x16_avgr(wasm_v128_load(p - WIDTH), wasm_v128_load(p + WIDTH));
      v128_t edge = wasm_u8x16_sub_sat(wasm_u8x16_max(row, column), wasm_u8x16_min(row, column));
      wasm_v128_store(other + y * WIDTH + x, wasm_u8x16_add_sat(wasm_u8x16_avgr(row, column), wasm_u8x16_shr(edge, 1)));
    }
  return other[300] + other[5000] * 3;
}

// Colours to grey: shuffles with constant lanes, widening, narrowing, shifts.
static uint32_t grey(void) {
  v128_t r = wasm_i16x8_splat(77), g = wasm_i16x8_splat(150), b = wasm_i16x8_splat(29);
  for (int i = 0, to = 0; i + 48 <= SIZE; i += 48, to += 16) {
    v128_t x = wasm_v128_load(bytes + i), y = wasm_v128_load(bytes + i + 16), z = wasm_v128_load(bytes + i + 32);
    v128_t red = wasm_i8x16_shuffle(wasm_i8x16_shuffle(x, y, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 0, 0, 0, 0, 0), z, 0, 1, 2,
                                    3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29);
    v128_t green = wasm_i8x16_shuffle(wasm_i8x16_shuffle(x, y, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 0, 0, 0, 0, 0), z, 0, 1,
                                      2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30);
    v128_t blue = wasm_i8x16_shuffle(wasm_i8x16_shuffle(x, y, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 0, 0, 0, 0, 0, 0), z, 0, 1, 2,
                                     3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31);
#define HALF(half) \
  wasm_u16x8_shr(wasm_i16x8_add(wasm_i16x8_add(wasm_i16x8_mul(wasm_u16x8_extend_##half##_u8x16(red), r), \
                                               wasm_i16x8_mul(wasm_u16x8_extend_##half##_u8x16(green), g)), \
                                wasm_i16x8_mul(wasm_u16x8_extend_##half##_u8x16(blue), b)), 8)
    wasm_v128_store(other + to, wasm_u8x16_narrow_i16x8(HALF(low), HALF(high)));
  }
  return other[100] + other[777] * 3;
}

// BLAKE3's and ChaCha's round: additions, rotations, permutations of lanes.
static v128_t rotate(v128_t v, int by) { return wasm_v128_or(wasm_u32x4_shr(v, by), wasm_i32x4_shl(v, 32 - by)); }
static uint32_t blake(void) {
  v128_t a = wasm_i32x4_make(1, 2, 3, 4), b = wasm_i32x4_splat(5), c = wasm_i32x4_splat(9), d = wasm_i32x4_splat(77);
  for (int i = 0; i < SIZE; i += 64) {
    for (int half = 0; half < 2; half++) {
      a = wasm_i32x4_add(wasm_i32x4_add(a, b), wasm_v128_load(bytes + i + half * 32));
      d = rotate(wasm_v128_xor(d, a), 16);
      c = wasm_i32x4_add(c, d);
      b = rotate(wasm_v128_xor(b, c), 12);
      a = wasm_i32x4_add(wasm_i32x4_add(a, b), wasm_v128_load(bytes + i + half * 32 + 16));
      d = rotate(wasm_v128_xor(d, a), 8);
      c = wasm_i32x4_add(c, d);
      b = rotate(wasm_v128_xor(b, c), 7);
      b = wasm_i32x4_shuffle(b, b, 1, 2, 3, 0);
      c = wasm_i32x4_shuffle(c, c, 2, 3, 0, 1);
      d = wasm_i32x4_shuffle(d, d, 3, 0, 1, 2);
    }
  }
  return sum(wasm_v128_xor(wasm_v128_xor(a, b), wasm_v128_xor(c, d)));
}

// Base 64: table look-ups by swizzle, variable shifts by products, selects.
static uint32_t base64(void) {
  const v128_t shuffle = wasm_i8x16_make(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
  const v128_t table = wasm_i8x16_make('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                                       '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0);
  for (int i = 0, to = 0; to + 16 <= SIZE; i += 12, to += 16) {
    v128_t in = wasm_i8x16_swizzle(wasm_v128_load(bytes + i), shuffle);
    v128_t t0 = wasm_v128_and(in, wasm_i32x4_splat(0x0fc0fc00));
    v128_t t1 = wasm_v128_and(in, wasm_i32x4_splat(0x003f03f0));
    v128_t high = wasm_v128_or(wasm_v128_and(wasm_u16x8_shr(t0, 10), wasm_i32x4_splat(0x0000ffff)),
                               wasm_v128_and(wasm_u16x8_shr(t0, 6), wasm_i32x4_splat(0xffff0000)));
    v128_t low = wasm_i16x8_mul(t1, wasm_i32x4_splat(0x01000010));
    v128_t index = wasm_v128_or(high, low);
    v128_t reduced = wasm_u8x16_sub_sat(index, wasm_i8x16_splat(51));
    v128_t less = wasm_i8x16_gt(wasm_i8x16_splat(26), index);
    reduced = wasm_v128_or(reduced, wasm_v128_and(less, wasm_i8x16_splat(13)));
    wasm_v128_store(other + to, wasm_i8x16_add(wasm_i8x16_swizzle(table, reduced), index));
  }
  return other[99] + other[7777] * 3;
}

// Floats: comparisons and selects that decide when to stop.
static uint32_t mandelbrot(void) {
  uint32_t total = 0;
  for (int y = 0; y < 24; y++)
    for (int x = 0; x < 24; x += 4) {
      v128_t cr = wasm_f32x4_add(wasm_f32x4_splat(x * 0.1f - 1.8f), wasm_f32x4_make(0, 0.1f, 0.2f, 0.3f));
      v128_t ci = wasm_f32x4_splat(y * 0.1f - 1.1f), zr = cr, zi = ci, count = wasm_i32x4_splat(0);
      for (int i = 0; i < 60; i++) {
        v128_t r2 = wasm_f32x4_mul(zr, zr), i2 = wasm_f32x4_mul(zi, zi);
        v128_t in = wasm_f32x4_lt(wasm_f32x4_add(r2, i2), wasm_f32x4_splat(4));
        if (!wasm_v128_any_true(in)) break;
        count = wasm_i32x4_sub(count, in);
        zi = wasm_f32x4_add(wasm_f32x4_mul(wasm_f32x4_add(zr, zr), zi), ci);
        zr = wasm_f32x4_add(wasm_f32x4_sub(r2, i2), cr);
      }
      total += sum(count);
    }
  return total;
}

// What has no instruction of its own everywhere: 64-bit products, counts of bits, absolute values, conversions.
static uint32_t hash(void) {
  v128_t acc = wasm_i64x2_const(0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9);
  for (int i = 0; i < SIZE; i += 16) {
    acc = wasm_i64x2_mul(wasm_v128_xor(acc, wasm_v128_load(bytes + i)), wasm_i64x2_splat(0x94d049bb133111eb));
    acc = wasm_v128_xor(acc, wasm_u64x2_shr(acc, 29));
  }
  return sum(acc);
}

static uint32_t bits(void) {
  v128_t acc = wasm_i16x8_splat(0);
  for (int i = 0; i < SIZE; i += 16)
    acc = wasm_i16x8_add(acc, wasm_u16x8_extadd_pairwise_u8x16(wasm_i8x16_popcnt(wasm_v128_load(bytes + i))));
  return sum(acc);
}

static uint32_t convert(void) {
  v128_t acc = wasm_i32x4_splat(0);
  for (int i = 0; i < SIZE / 8; i += 2) {
    v128_t v = wasm_f64x2_floor(wasm_f64x2_abs(wasm_v128_load(doubles + i)));
    acc = wasm_i32x4_add(acc, wasm_u32x4_trunc_sat_f64x2_zero(v));
    acc = wasm_i32x4_add(acc, wasm_u32x4_trunc_sat_f32x4(wasm_f32x4_convert_u32x4(wasm_v128_load(bytes + i * 8))));
    acc = wasm_i64x2_abs(acc);
  }
  return sum(acc);
}

// Products of matrices: lanes splatted from memory, pairs of doubles.
static uint32_t matrix(void) {
  static double c[32 * 32];
  for (int i = 0; i < 32; i++)
    for (int j = 0; j < 32; j += 2) {
      v128_t acc = wasm_f64x2_splat(0);
      for (int k = 0; k < 32; k++)
        acc = wasm_f64x2_add(acc, wasm_f64x2_mul(wasm_v128_load64_splat(doubles + i * 32 + k), wasm_v128_load(doubles + k * 32 + j)));
      wasm_v128_store(c + i * 32 + j, acc);
    }
  return (uint32_t)(int64_t)c[33];
}

// What the compiler makes of plain loops.
static uint32_t adler(void) {
  uint32_t a = 1, b = 0;
  for (int i = 0; i < SIZE; i += 32) {
    for (int j = 0; j < 32; j++) { a += bytes[i + j]; b += bytes[i + j] * (32 - j); }
  }
  return a ^ b << 16;
}

static const struct { const char *name; uint32_t (*run)(void); } KERNELS[] = {
    {"dot_bytes", dot_bytes}, {"dot_floats", dot_floats}, {"dot_relaxed", dot_relaxed}, {"find", find}, {"blur", blur},
    {"grey", grey}, {"blake", blake}, {"base64", base64}, {"mandelbrot", mandelbrot}, {"hash", hash}, {"bits", bits},
    {"convert", convert}, {"matrix", matrix}, {"adler", adler},
};

int main(int argc, char **argv) {
  uint32_t state = 1, result = 0;
  for (int i = 0; i < SIZE; i++) {
    state = state * 1664525 + 1013904223;
    bytes[i] = (state >> 24) % 251;
    other[i] = state >> 16;
  }
  bytes[SIZE - 5] = 251;
  bytes[SIZE - 3] = 252;
  for (int i = 0; i < SIZE / 4; i++) { floats[i] = bytes[i] - 100; more[i] = other[i] * 0.5f; }
  for (int i = 0; i < SIZE / 8; i++) doubles[i] = (bytes[i] - 120) * 1.25;
  if (argc < 3) {
    for (size_t i = 0; i < sizeof KERNELS / sizeof *KERNELS; i++) puts(KERNELS[i].name);
    return 0;
  }
  for (size_t i = 0; i < sizeof KERNELS / sizeof *KERNELS; i++)
    if (!strcmp(argv[1], KERNELS[i].name)) {
      for (int n = atoi(argv[2]); n > 0; n--) {
        result = result * 31 + KERNELS[i].run();
        bytes[n & 1023] ^= n & 7;
      }
      printf("%s %08x\n", argv[1], result);
      return 0;
    }
  return 1;
}
