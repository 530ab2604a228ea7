// Lua with its base, coroutine, string and table libraries runs `lua.lua`. An error that nobody catches is printed, and the exit code is 1.
// Lua leaves protected calls by longjmp. Its sources are those of Lua 5.4.9 (MIT), from the crate lua-src 551.1.0.
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
