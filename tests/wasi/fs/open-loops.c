// Chains of links are followed to a certain length.
#include "raw.h"
int main(void) {
    char name[8], next[8];
    file("0", "abc"), link_to("a", "b"), link_to("b", "a"), link_to("self", "self"), link_to("x/self", "deep");
    for (int i = 0; i < 42; i++) {
        int at = 0;
        for (int n = i, first = 1; first || n; n /= 10, first = 0) name[at++] = '0' + n % 10;
        name[at] = 0, at = 0;
        for (int n = i + 1; n; n /= 10) next[at++] = '0' + n % 10;
        next[at] = 0;
        link_to(name, next);
    }
    opened("a", "fr"), opened("a", "r"), opened("self", "fr"), opened("self/x", "r"), opened("deep", "fr"), opened("1", "fr");
    opened("93", "fr"), opened("04", "fr"), opened("14", "fr"), opened("24", "fr"), look("04", 1), look("14", 1), look("a", 1), look("a", 0);
    return 0;
}
