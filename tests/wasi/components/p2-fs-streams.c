// Streams on a file: several at once, after the descriptor is gone, and at its end.

#include "p2-fs.h"

static Handle stream(FsHandle opened) {
  if (opened.err)
    __builtin_trap();
  return opened.handle;
}

static void read(const char *what, Handle from, uint64_t len) {
  Bytes bytes;
  in_blocking_read(from, len, &bytes);
  say_bytes(what, bytes);
}

static void write(Handle to, const char *text) {
  Count permit;
  out_check_write(to, &permit);
  if (permit.err || permit.count < length(text))
    __builtin_trap();
  Done done;
  out_write(to, text, length(text), &done);
  say_done("write: ", done);
  out_blocking_flush(to, &done);
  say_done("flush: ", done);
}

static bool run(void) {
  Handle dir = granted();
  Handle file = open(dir, "file", CREATE, READ | WRITE);
  FsHandle opened;
  read_via_stream(file, 1, &opened);
  Handle one = stream(opened);
  read_via_stream(file, 3, &opened);
  Handle two = stream(opened);
  write_via_stream(file, 5, &opened);
  Handle three = stream(opened);
  append_via_stream(file, &opened);
  Handle four = stream(opened);
  read("one: ", one, 2);
  read("two: ", two, 1);
  read("one: ", one, 1);
  write(three, "three");
  write(four, "four");
  write(three, "+++");
  drop_descriptor(file);
  read("two: ", two, 99);
  Count count;
  in_blocking_skip(one, 4, &count);
  say_count("skipped: ", count);
  read("one: ", one, 99);
  read("one: ", one, 99);
  read("one: ", one, 1);
  Handle pollable = in_subscribe(two);
  block(pollable);
  say_bool("ready: ", ready(pollable));
  drop_pollable(pollable);
  pollable = out_subscribe(four);
  block(pollable);
  say_bool("ready: ", ready(pollable));
  drop_pollable(pollable);
  write(four, "end");
  show(dir, "file");
  drop_input(one);
  drop_input(two);
  drop_output(three);
  drop_output(four);

  read_via_stream(dir, 0, &opened);
  say_handle("read a directory", opened);
  write_via_stream(dir, 0, &opened);
  say_handle("write to a directory", opened);
  append_via_stream(dir, &opened);
  say_handle("append to a directory", opened);

  file = open(dir, "file", 0, READ);
  read_via_stream(file, UINT64_MAX, &opened);
  one = stream(opened);
  Bytes bytes;
  in_blocking_read(one, 1, &bytes);
  if (bytes.err && bytes.error.tag == 0) {
    OptionCode code;
    filesystem_error_code(bytes.error.error, &code);
    say("at a negative offset: ");
    say_code(code.some ? code.code : 0);
  }
  return true;
}
