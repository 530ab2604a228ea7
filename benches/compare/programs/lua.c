// Runs the Lua script on standard input with the arguments as `arg`.
#include "common.h"
#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

int main(int count, char **values) {
    size_t length;
    char *text = input(1 << 20, &length);
    lua_State *state = luaL_newstate();
    if (!state)
        return 1;
    static const luaL_Reg libraries[] = {{"_G", luaopen_base},
                                         {"table", luaopen_table},
                                         {"string", luaopen_string},
                                         {"math", luaopen_math}};
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        luaL_requiref(state, libraries[i].name, libraries[i].func, 1);
        lua_pop(state, 1);
    }
    lua_createtable(state, count, 0);
    for (int i = 1; i < count; i++) {
        lua_pushstring(state, values[i]);
        lua_rawseti(state, -2, i);
    }
    lua_setglobal(state, "arg");
    if (luaL_loadbuffer(state, text, length, "=input") || lua_pcall(state, 0, 0, 0)) {
        fprintf(stderr, "%s\n", lua_tostring(state, -1));
        return 1;
    }
    lua_close(state);
    free(text);
}
