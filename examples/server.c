// An HTTP server: it answers each request with its method, its path and its body.
//
//     wasi-aot build --listen 127.0.0.1:8080 server.wasm && ./server
//     curl --data hello http://127.0.0.1:8080/some/path
//
// It is written without a library, so that all calls of `wasi:http` can be seen. tests/remake/run
// makes server.wasm of it: zig compiles it, wasm-tools adds the world `wasi:http/proxy`.
#include <stdint.h>

#define IMPORT(interface, name) \
    __attribute__((import_module("wasi:" interface "@0.2.12"), import_name(name)))
#define TYPES(name) IMPORT("http/types", name)
#define STREAMS(name) IMPORT("io/streams", name)

typedef uint32_t Handle;

typedef struct {
    const char *start;
    uint32_t length;
} Text;
#define TEXT(text) {text, sizeof text - 1}

// A result, option or variant as a function returns it: the number of the case, and its value.
typedef struct {
    _Alignas(8) uint8_t which;
    union {
        Handle handle;
        Text text;
        uint32_t largest[15];
    };
} Result;

// The result of a stream's function: a number of bytes, or an error.
typedef struct {
    uint8_t failed;
    union {
        uint64_t count;
        uint8_t error;
    };
} Count;
enum { CLOSED = 1 };

TYPES("[method]incoming-request.method") void get_method(Handle request, Result *);
TYPES("[method]incoming-request.path-with-query") void get_path(Handle request, Result *);
TYPES("[method]incoming-request.consume") void get_request_body(Handle request, Result *);
TYPES("[method]incoming-body.stream") void get_input(Handle body, Result *);
TYPES("[constructor]fields") Handle new_fields(void);
TYPES("[constructor]outgoing-response") Handle new_response(Handle fields);
TYPES("[method]outgoing-response.body") void get_response_body(Handle response, Result *);
TYPES("[method]outgoing-body.write") void get_output(Handle body, Result *);
TYPES("[static]outgoing-body.finish")
void finish(Handle body, uint32_t with_trailers, Handle trailers, Result *);
TYPES("[static]response-outparam.set")
void answer(Handle out, uint32_t is_error, Handle response, uint32_t, uint64_t, uint32_t, uint32_t,
            uint32_t, uint32_t);
STREAMS("[method]output-stream.check-write") void get_room(Handle output, Count *);
STREAMS("[method]output-stream.write")
void write(Handle output, const char *start, uint32_t length, Result *);
STREAMS("[method]output-stream.blocking-flush") void flush(Handle output, Result *);
STREAMS("[method]output-stream.blocking-splice")
void splice(Handle output, Handle input, uint64_t length, Count *);
STREAMS("[resource-drop]output-stream") void drop_output(Handle);

// Memory for what the host passes. Nothing is freed: each request has an instance of its own.
__attribute__((export_name("cabi_realloc")))
void *allocate(void *old, uint32_t old_size, uint32_t align, uint32_t size) {
    static _Alignas(8) char memory[80 << 10];
    static uint32_t used;
    char *start = memory + used;
    (void)old, (void)old_size, (void)align;
    if (size > sizeof memory - used)
        __builtin_trap();
    used += (size + 7) & ~7u;
    return start;
}

static Handle handle(Result result) {
    if (result.which != 0)
        __builtin_trap();
    return result.handle;
}

static void say(Handle output, Text text) {
    Result done;
    for (Count room; text.length > 0; text.start += room.count, text.length -= room.count) {
        get_room(output, &room);
        if (room.failed)
            return;
        if (room.count > text.length)
            room.count = text.length;
        if (room.count > 0)
            write(output, text.start, room.count, &done);
        else
            flush(output, &done);
    }
}

__attribute__((export_name("wasi:http/incoming-handler@0.2.12#handle")))
void handle_request(Handle request, Handle out) {
    static const Text space = TEXT(" "), line_end = TEXT("\n");
    static const Text methods[] = {TEXT("GET"),     TEXT("HEAD"),   TEXT("POST"),
                                   TEXT("PUT"),     TEXT("DELETE"), TEXT("CONNECT"),
                                   TEXT("OPTIONS"), TEXT("TRACE"),  TEXT("PATCH")};
    Result method, path = {0}, result;
    get_method(request, &method);
    get_path(request, &path);
    get_request_body(request, &result);
    get_input(handle(result), &result);
    Handle input = handle(result);

    Handle response = new_response(new_fields());
    get_response_body(response, &result);
    Handle body = handle(result);
    get_output(body, &result);
    Handle output = handle(result);
    answer(out, 0, response, 0, 0, 0, 0, 0, 0);

    say(output, method.which < 9 ? methods[method.which] : method.text);
    say(output, space);
    say(output, path.text);
    say(output, line_end);
    Count copied;
    do
        splice(output, input, 65536, &copied);
    while (!copied.failed);
    drop_output(output);
    // If the body was not received completely, the client sees that its answer is not complete.
    if (copied.error == CLOSED)
        finish(body, 0, 0, &result);
}
