// Runs the JavaScript on standard input with the arguments, as numbers, in `args`.
#include "common.h"
#include "quickjs.h"

static JSValue print(JSContext *context, JSValueConst this, int count, JSValueConst *values) {
    for (int i = 0; i < count; i++) {
        const char *text = JS_ToCString(context, values[i]);
        printf("%s%s", i ? " " : "", text ? text : "?");
        JS_FreeCString(context, text);
    }
    puts("");
    return JS_UNDEFINED;
}

int main(int count, char **values) {
    size_t length;
    char *text = input(1 << 20, &length);
    JSRuntime *runtime = JS_NewRuntime();
    JSContext *context = runtime ? JS_NewContext(runtime) : 0;
    if (!context)
        return 1;
    JSValue global = JS_GetGlobalObject(context), args = JS_NewArray(context);
    for (int i = 1; i < count; i++)
        JS_SetPropertyUint32(context, args, i - 1, JS_NewInt32(context, atoi(values[i])));
    JS_SetPropertyStr(context, global, "args", args);
    JS_SetPropertyStr(context, global, "print", JS_NewCFunction(context, print, "print", 1));
    JSValue result = JS_Eval(context, text, length, "input", JS_EVAL_TYPE_GLOBAL);
    int failed = JS_IsException(result);
    if (failed) {
        const char *said = JS_ToCString(context, JS_GetException(context));
        fprintf(stderr, "%s\n", said ? said : "?");
    }
    fflush(stdout);
    return failed;
}
