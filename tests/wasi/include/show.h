// What the tests share: printing what a call returned.
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <wasi/api.h>

// Enough of printf to keep the modules small: %d %u %s, any of h, l, z, a width with 0, %.*s.
static void print(const char *format, ...) {
    va_list list;
    va_start(list, format);
    for (; *format; format++) {
        if (*format != '%') {
            putchar(*format);
            continue;
        }
        int width = 0, longs = 0, precision = -1;
        for (format++; strchr("0123456789", *format); format++) width = width * 10 + *format - '0';
        if (*format == '.') precision = va_arg(list, int), format += 2;
        for (; *format == 'l'; format++) longs++;
        if (*format == 's') {
            for (const char *text = va_arg(list, char *); *text && precision--; text++) putchar(*text);
            continue;
        }
        long long number = longs == 2 ? va_arg(list, long long) : va_arg(list, int);
        if (*format == 'u' && longs < 2) number = (unsigned)number;
        if (number < 0) putchar('-'), number = -number;
        char digits[24], *digit = digits + 24;
        do *--digit = '0' + number % 10, width--;
        while ((number /= 10) || width > 0);
        fwrite(digit, 1, digits + 24 - digit, stdout);
    }
    va_end(list);
}
#define printf print

static void show(const char *call, long long result) {
    if (result < 0) print("%s: errno %d\n", call, errno);
    else print("%s: %lld\n", call, result);
}

// A libc call: its value, or preview 1's number of the error.
#define SHOW(call) (errno = 0, show(#call, (long long)(call)))

// An import: the error number that it returns.
#define RAW(call) print("%s: %d\n", #call, (int)__wasi_##call)
