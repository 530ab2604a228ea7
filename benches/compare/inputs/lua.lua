-- The work of scripts: calls, tables, strings, closures and numbers. The argument says how much of it.
local size = tonumber(arg[1]) or 1

local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end

local function words(n)
  local counts, parts = {}, {}
  for i = 1, n do
    local word = "w" .. (i * 7919) % 5003
    counts[word] = (counts[word] or 0) + 1
    if i % 10 == 0 then parts[#parts + 1] = word end
  end
  local text, found = table.concat(parts, " "), 0
  for _ in text:gmatch("w1%d+") do found = found + 1 end
  return found, #text:gsub("w(%d)", "<%1>")
end

local function sorted(n)
  local a, x = {}, 42
  for i = 1, n do x = (x * 1103515245 + 12345) % 2147483648; a[i] = x end
  table.sort(a, function(p, q) return p < q end)
  return a[n // 2]
end

local Point = {}
Point.__index = Point
Point.__add = function(a, b) return setmetatable({ x = a.x + b.x, y = a.y + b.y }, Point) end
function Point:length() return self.x * self.x + self.y * self.y end

local function objects(n)
  local sum = setmetatable({ x = 0, y = 0 }, Point)
  for i = 1, n do sum = sum + setmetatable({ x = i % 10, y = 0.5 }, Point) end
  return sum:length()
end

local function sieve(n)
  local composite, count = {}, 0
  for i = 2, n do
    if not composite[i] then
      count = count + 1
      for j = i * i, n, i do composite[j] = true end
    end
  end
  return count
end

local function closures(n)
  local total, steps = 0, {}
  for i = 1, 8 do steps[i] = function(x) total = total + x * i; return total end end
  for i = 1, n do steps[i % 8 + 1](i & 15) end
  return total
end

print(fib(20), words(1000), sorted(1000))
for i = 1, size do
  print(fib(22), words(20000), sorted(10000), objects(30000), sieve(60000), closures(100000))
end
