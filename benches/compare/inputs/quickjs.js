// The work of scripts: calls, objects, strings, closures, regular expressions, JSON and numbers. The
// argument says how much of it.
const size = args[0] || 1;

function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

function words(n) {
  const counts = {};
  let text = "";
  for (let i = 0; i < n; i++) {
    const word = "w" + (i * 7919) % 5003;
    counts[word] = (counts[word] || 0) + 1;
    if (i % 10 == 0) text += word + " ";
  }
  return [Object.keys(counts).length, text.split(/w1+/).length, text.replace(/w(\d)/g, "<$1>").length];
}

function sorted(n) {
  const a = [];
  for (let i = 0, x = 42; i < n; i++) { x = (x * 1103515 + 12345) % 2147483648; a.push(x); }
  a.sort((p, q) => p - q);
  return a[n >> 1];
}

class Point {
  constructor(x, y) { this.x = x; this.y = y; }
  plus(other) { return new Point(this.x + other.x, this.y + other.y); }
}

function objects(n) {
  let sum = new Point(0, 0);
  for (let i = 0; i < n; i++) sum = sum.plus(new Point(i % 10, 0.5));
  return sum.x + sum.y;
}

function bytes(n) {
  const data = new Uint8Array(n);
  let sum = 0;
  for (let i = 0; i < n; i++) data[i] = i * i;
  for (let i = 0; i < n; i++) sum = (sum + data[i] * (i & 7)) | 0;
  return sum;
}

function text(n) {
  const items = [];
  for (let i = 0; i < n; i++) items.push({ id: i, name: "item " + i, tags: ["a", "b"], half: i / 2 });
  return JSON.parse(JSON.stringify(items)).reduce((sum, item) => sum + item.half + item.tags.length, 0);
}

for (let i = 0; i < size; i++)
  print(fib(20), words(8000), sorted(8000), objects(20000), bytes(60000), text(1000));
