// The source of the modules `lines-VERSION-LEVEL.wasm`: DWARF's version, and that of optimisation.
typedef unsigned int u32;

static volatile u32 zero;
static volatile u32 sum;

struct node {
    struct node *next;
    u32 value;
};

static inline __attribute__((always_inline)) u32 divide(u32 a, u32 b) {
    return a / b;
}

static inline __attribute__((always_inline)) u32 half(u32 a, u32 b) {
    u32 c = divide(a, b) + 1;
    return c * 2;
}

__attribute__((noinline)) u32 walk(struct node *node) {
    u32 all = 0;
    for (; node; node = node->next) {
        all += half(node->value, zero);
        sum += all;
    }
    return all;
}

__attribute__((noinline)) u32 deeper(struct node *node, u32 depth) {
    if (depth)
        return deeper(node, depth - 1) + sum;
    return walk(node) + 1;
}

void _start(void) {
    struct node last = {0, 2}, first = {&last, 1};
    sum = deeper(&first, 2);
}
