// read, write and set-size: offsets, ends, and more than fits into any buffer.

#include "p2-fs.h"

static bool run(void) {
  Handle dir = granted();
  Handle file = open(dir, "file", CREATE, READ | WRITE);
  FsCount count;
  FsBytes bytes;
  FsDone done;
  fs_write(file, "hello", 5, 0, &count);
  say_fs_count("write", count);
  fs_read(file, 99, 0, &bytes);
  say_fs_bytes("read", bytes);
  fs_read(file, 2, 1, &bytes);
  say_fs_bytes("a part", bytes);
  fs_read(file, 99, 5, &bytes);
  say_fs_bytes("at the end", bytes);
  fs_read(file, 99, 500, &bytes);
  say_fs_bytes("behind the end", bytes);
  fs_read(file, 0, 0, &bytes);
  say_fs_bytes("nothing", bytes);
  fs_read(file, 1, UINT64_C(1) << 63, &bytes);
  say_fs_bytes("at a negative offset", bytes);
  fs_read(file, UINT64_MAX, 1, &bytes);
  say_fs_bytes("everything", bytes);
  fs_write(file, "", 0, 0, &count);
  say_fs_count("write nothing", count);
  fs_write(file, "x", 1, 7, &count);
  say_fs_count("write behind the end", count);
  fs_write(file, "x", 1, UINT64_MAX, &count);
  say_fs_count("write at a negative offset", count);
  set_size(file, 6, &done);
  say_fs("set-size", done);
  fs_read(file, 99, 0, &bytes);
  say(bytes.bytes.len == 6 && bytes.bytes.ptr[5] == 0 ? "six bytes\n" : "wrong\n");
  set_size(file, 3, &done);
  say_fs("set-size", done);
  fs_read(file, 99, 0, &bytes);
  say_fs_bytes("read", bytes);
  set_size(file, UINT64_C(1) << 63, &done);
  say_fs("set-size of a negative size", done);

  static uint8_t much[300000];
  for (size_t i = 0; i < sizeof much; i++)
    much[i] = i * 7 + (i >> 8);
  fs_write(file, much, sizeof much, 0, &count);
  say_fs_count("write much", count);
  bool same = true;
  size_t at = 0;
  do {
    fs_read(file, sizeof much * 2, at, &bytes);
    say_fs_bytes("read much", bytes);
    for (size_t i = 0; i < bytes.bytes.len; i++)
      same &= bytes.bytes.ptr[i] == much[at + i];
    at += bytes.bytes.len;
  } while (!bytes.end);
  say_bool("the same: ", same && at == sizeof much);
  fs_read(file, 100000, 250000, &bytes);
  say_fs_bytes("the rest", bytes);
  fs_read(file, 100000, 300000, &bytes);
  say_fs_bytes("nothing is left", bytes);
  fs_read(dir, 100000, 0, &bytes);
  say_fs_bytes("a directory", bytes);
  fs_write(dir, "x", 1, 0, &count);
  say_fs_count("write to a directory", count);
  set_size(dir, 0, &done);
  say_fs("set-size of a directory", done);
  return true;
}
