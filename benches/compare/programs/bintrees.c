// Builds and frees binary trees: the allocator, and pointers that are followed.
#include "common.h"

struct node {
    struct node *left, *right;
};

static struct node *build(int depth) {
    struct node *node = array(1, sizeof *node);
    if (depth > 0) {
        node->left = build(depth - 1);
        node->right = build(depth - 1);
    }
    return node;
}

static uint32_t size(const struct node *node) {
    return node ? 1 + size(node->left) + size(node->right) : 0;
}

static void release(struct node *node) {
    if (node) {
        release(node->left);
        release(node->right);
        free(node);
    }
}

int main(int count, char **values) {
    int depth = argument(count, values, 1, 10);
    struct node *lasting = build(depth);
    uint64_t sum = 0;
    for (int d = 4; d <= depth; d += 2) {
        uint32_t nodes = 0;
        for (int i = 1 << (depth - d + 4); i > 0; i--) {
            struct node *tree = build(d);
            nodes += size(tree);
            release(tree);
        }
        sum = mixed(sum, nodes);
    }
    print_sum(mixed(sum, size(lasting)));
    release(lasting);
}
