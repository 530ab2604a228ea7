// Which standard streams are terminals.

#include "p2.h"

static bool run(void) {
  Option terminal;
  terminal_stdin(&terminal);
  say_bool("standard input: ", terminal.some);
  if (terminal.some)
    drop_terminal_input(terminal.handle);
  terminal_stdout(&terminal);
  say_bool("standard output: ", terminal.some);
  if (terminal.some)
    drop_terminal_output(terminal.handle);
  terminal_stderr(&terminal);
  say_bool("standard error: ", terminal.some);
  if (terminal.some)
    drop_terminal_output(terminal.handle);
  return true;
}
