// The peer Bun: its native publish and subscribe; /echo answers the sender alone.
//   bun bunhub.js PORT
const server = Bun.serve({
  port: Number(process.argv[2]),
  hostname: "127.0.0.1",
  fetch(request, server) {
    const data = { echo: new URL(request.url).pathname === "/echo" };
    return server.upgrade(request, { data }) ? undefined : new Response("ok");
  },
  websocket: {
    perMessageDeflate: false,
    idleTimeout: 960,
    open(socket) {
      if (!socket.data.echo) socket.subscribe("room");
    },
    message(socket, text) {
      if (socket.data.echo) socket.send(text);
      else server.publish("room", text);
    },
  },
});
