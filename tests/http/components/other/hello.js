// Answers a line at /, at /echo the body of the request, as a stream. The other routes answer with
// what they know of a request, and in every way that a handler has: the tests of `real.rs` ask all.
addEventListener("fetch", (event) => event.respondWith(answer(event.request)));

const encoder = new TextEncoder();

async function answer(request) {
  const { pathname, search, searchParams } = new URL(request.url);
  switch (pathname) {
    case "/":
      return new Response("Hello, wasi:http/proxy world!\n");
    case "/echo":
      return new Response(request.body);
    case "/fields":
      return new Response(fields(request));
    case "/query":
      return new Response(`${request.method} ${search}\n${JSON.stringify([...searchParams])}\n`);
    case "/status":
      return status(Number(searchParams.get("code")));
    case "/digest":
      return Response.json(await digest(request));
    case "/upper":
      return new Response(request.body.pipeThrough(new TransformStream({ transform: upper })));
    case "/big":
      return new Response(pieces(300, () => big()));
    case "/chunks":
      return new Response(pieces(5, (index) => pause(20).then(() => `piece ${index}\n`)));
    case "/throw":
      throw new RangeError("thrown before the answer");
    case "/throw-late":
      return new Response(pieces(5, late));
    default:
      return new Response("no such route\n", { status: 404 });
  }
}

// The fields of a request, sorted, a line each.
function fields(request) {
  const lines = [...request.headers].map(([name, value]) => `${name.toLowerCase()}: ${value}\n`);
  return lines.sort().join("");
}

// An answer with that status and some fields.
function status(code) {
  const headers = new Headers({ "X-Case": "Kept", "content-type": "text/x-status" });
  headers.append("set-cookie", "a=1");
  headers.append("set-cookie", "b=2; Path=/");
  return new Response([204, 304].includes(code) ? null : `status ${code}\n`, { status: code, headers });
}

// The length and the digests of a body that is read piece by piece.
async function digest(request) {
  const parts = [];
  let sum = 0;
  for (const reader = request.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    for (const byte of value) sum = (sum * 31 + byte) >>> 0;
    parts.push(value);
  }
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => (bytes.set(part, at), at + part.length), 0);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const sha256 = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { length: bytes.length, sum, sha256 };
}

// Small letters as capitals.
function upper(part, controller) {
  controller.enqueue(part.map((byte) => (byte >= 97 && byte <= 122 ? byte - 32 : byte)));
}

// A stream of that many pieces, each made when it is asked for.
function pieces(count, piece) {
  let index = 0;
  return new ReadableStream({
    async pull(controller) {
      if (index === count) controller.close();
      else controller.enqueue(encoder.encode(await piece(index++)));
    },
  });
}

const big = () => "0123456789abcdef".repeat(64);

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function late(index) {
  if (index === 2) throw new RangeError("thrown within the body");
  return `piece ${index}\n`;
}
