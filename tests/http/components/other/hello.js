// Answers a line; at /echo the body of the request, as a stream.
addEventListener("fetch", (event) => event.respondWith(answer(event.request)));

async function answer(request) {
  const { pathname } = new URL(request.url);
  switch (pathname) {
    case "/":
      return new Response("Hello, wasi:http/proxy world!\n");
    case "/echo":
      return new Response(request.body);
    default:
      return new Response("no such route\n", { status: 404 });
  }
}
