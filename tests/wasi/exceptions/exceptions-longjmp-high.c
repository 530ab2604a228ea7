// Beside `exceptions-longjmp.c`: what Emscripten's library leaves to JavaScript.
static int high;
void setTempRet0(int value) { high = value; }
int getTempRet0(void) { return high; }
