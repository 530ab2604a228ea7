// Arguments, variables, the directory to begin in.

#include "p2.h"

static void say_text(List text) {
  say(" `");
  print(out, text.ptr, text.len);
  say("`");
}

static bool run(void) {
  Texts arguments;
  get_arguments(&arguments);
  say("arguments:");
  // The first is the program's name.
  for (size_t i = 1; i < arguments.len; i++)
    say_text(arguments.ptr[i]);
  say("\n");
  Variables variables;
  get_environment(&variables);
  for (size_t i = 0; i < variables.len; i++) {
    say("variable");
    say_text(variables.ptr[i].name);
    say_text(variables.ptr[i].value);
    say("\n");
  }
  Option directory;
  initial_cwd(&directory);
  say_bool("directory: ", directory.some);
  return true;
}
