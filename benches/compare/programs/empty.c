// Does nothing: what it takes is the start of a process, which counts of instructions leave out.
int main(void) {}
