// What descriptor-flags allow: reading and writing, and what get-flags says of them.

#include "p2-fs.h"

static void try(Handle dir, const char *path, uint32_t how, uint32_t flags) {
  FsHandle opened;
  open_at(dir, FOLLOW, AT(path), how, flags, &opened);
  say(path);
  say_flags(" as", (FsByte){0, {flags}});
  if (!say_handle("open", opened))
    return;
  FsByte found;
  get_flags(opened.handle, &found);
  say_flags("flags", found);
  FsBytes bytes;
  fs_read(opened.handle, 3, 1, &bytes);
  say_fs_bytes("read", bytes);
  FsCount count;
  fs_write(opened.handle, "XY", 2, 1, &count);
  say_fs_count("write", count);
  FsDone done;
  set_size(opened.handle, 4, &done);
  say_fs("set-size", done);
  FsHandle stream;
  read_via_stream(opened.handle, 0, &stream);
  if (say_handle("read-via-stream", stream)) {
    Bytes read;
    in_blocking_read(stream.handle, 9, &read);
    if (read.err && read.error.tag == 0) {
      OptionCode code;
      filesystem_error_code(read.error.error, &code);
      say("  failed: ");
      say_code(code.some ? code.code : 0);
      drop_error(read.error.error);
    } else
      say_bytes("  read: ", read);
    drop_input(stream.handle);
  }
  for (int turn = 0; turn < 2; turn++) {
    if (turn == 0)
      write_via_stream(opened.handle, 2, &stream);
    else
      append_via_stream(opened.handle, &stream);
    if (say_handle(turn == 0 ? "write-via-stream" : "append-via-stream", stream)) {
      Done written;
      out_blocking_write_and_flush(stream.handle, "Z", 1, &written);
      if (written.err && written.error.tag == 0) {
        OptionCode code;
        filesystem_error_code(written.error.error, &code);
        say("  failed: ");
        say_code(code.some ? code.code : 0);
        drop_error(written.error.error);
      } else
        say_done("  write: ", written);
      out_blocking_write_and_flush(stream.handle, "Z", 1, &written);
      if (written.err && written.error.tag == 0)
        say("  failed again\n");
      else
        say_done("  again: ", written);
      drop_output(stream.handle);
    }
  }
  drop_descriptor(opened.handle);
}

static bool run(void) {
  Handle dir = granted();
  try(dir, "file", 0, READ);
  show(dir, "file");
  try(dir, "file", 0, WRITE);
  show(dir, "file");
  try(dir, "file", 0, READ | WRITE);
  show(dir, "file");
  try(dir, "new", CREATE, WRITE);
  show(dir, "new");
  try(dir, "folder", 0, READ);
  return true;
}
