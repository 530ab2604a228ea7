-- Errors out of many frames, coroutines that fail, closures that are closed, and the collector of Lua's own meanwhile.
local function deep(n) if n == 0 then error({code = 7}) end return deep(n - 1) + 1 end
local ok, e = pcall(deep, 150)
print(ok, type(e), e.code)
print(select(2, pcall(error, "plain", 0)))
print(select(2, pcall(function() local x = nil; return x.y end)))
print(xpcall(function() error("inner", 0) end, function(m) return "handled " .. m end))
local function overflow() return 1 + overflow() end
ok, e = pcall(overflow)
print(ok, (e:match("stack overflow")))
print(select(2, load("return +")))
local co = coroutine.wrap(function(...)
  local a = ...
  while true do
    local done, message = pcall(function() a = coroutine.yield(a * 2); if a > 3 then error("too much: " .. a, 0) end end)
    if not done then coroutine.yield(message) end
  end
end)
print(co(1), co(2), co(3), co(4))
local dead = coroutine.create(function() local x <close> = setmetatable({}, {__close = function(_, m) print("closed", m) end}); error("out", 0) end)
print(coroutine.resume(dead))
print(coroutine.status(dead))
local count = 0
for i = 1, 100000 do if not pcall(error, i) then count = count + 1 end end
print(count)
local sum = 0
for i = 1, 2000 do
  local ok, v = pcall(string.rep, "x", i % 3 == 0 and -1 or i)
  sum = sum + #v
  local ok2, m = pcall(string.format, "%d", "x" .. i)
  if not ok2 then sum = sum + 1 end
end
print(sum)
local t = {}
for i = 1, 1000 do t[i] = (i * 7919) % 1000 end
print(pcall(table.sort, t, function(a, b) if a == 500 then error("five hundred", 0) end return a < b end))
table.sort(t)
print(t[1], t[500], t[1000], ("abc"):gsub("%w", function(c) return select(2, pcall(error, c:upper(), 0)) end))
error("the end", 0)
