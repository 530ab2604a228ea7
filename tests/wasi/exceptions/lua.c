// Lua with its base, coroutine, string and table libraries runs `lua.lua`. An error that nobody catches is printed, and the exit code is 1.
// Lua leaves protected calls by longjmp. `SOURCES` are those of Lua 5.4.9 (MIT; in the crate lua-src 551.1.0), but
// l{dblib,init,iolib,mathlib,oadlib,oslib,utf8lib}.c:
//
//     zig cc -target wasm32-wasi -Oz -s -std=gnu23 -D_WASI_EMULATED_SIGNAL -mexception-handling -mllvm -wasm-enable-eh -mllvm -wasm-enable-sjlj \
//         -mllvm -wasm-use-legacy-eh=false -Ilua-5.4.9 SOURCES lua.c exception-tags.s -o lua.wasm
//
// and with `-wasm-use-legacy-eh=true` lua-legacy.wasm.
#include <stdio.h>
#include "lauxlib.h"
#include "lualib.h"

static const char program[] = {
#embed "lua.lua"
};

int main(void) {
    lua_State *lua = luaL_newstate();
    luaL_requiref(lua, "_G", luaopen_base, 1);
    luaL_requiref(lua, LUA_COLIBNAME, luaopen_coroutine, 1);
    luaL_requiref(lua, LUA_STRLIBNAME, luaopen_string, 1);
    luaL_requiref(lua, LUA_TABLIBNAME, luaopen_table, 1);
    if (luaL_loadbuffer(lua, program, sizeof program, "=lua.lua") || lua_pcall(lua, 0, 0, 0)) {
        printf("%s\n", lua_tostring(lua, -1));
        return 1;
    }
    lua_close(lua);
}
