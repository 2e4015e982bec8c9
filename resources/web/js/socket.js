// One connection that comes back. States: connecting, live (after `welcome`), waiting (until
// `retryAt`), offline (the device says so), stopped (`reason` tells why; only a person restarts it).

import { Events } from "./events.js";

const PROTOCOL = "chat.v1";
const FIRST_WAIT_MS = 700;
const LONGEST_WAIT_MS = 20_000;
const WELCOME_MS = 10_000;
const SILENCE_MS = 25_000; // then we ask
const PONG_MS = 8_000; // and wait this long for any frame

// Closings after which trying again is no use, by what the reader is told. HUB protocol table.
const FINAL = { 1002: "protocol", 1007: "protocol", 1009: "protocol", 4503: "banned", 4509: "replaced" };
const WHO_ARE_YOU = new Set([4401, 4403]);
const SLOW_DOWN = 4429;

export class Socket extends Events {
  state = "connecting";
  reason = null;
  retryAt = null;
  #socket = null;
  #tries = 0;
  #comeBackAt = 0; // what the last `reconnect` asked for: a whole crowd was given its turns
  #timers = {};
  #hello;
  #mayComeIn;

  // hello() answers what to say first; mayComeIn() asks over HTTP whether the session still lives.
  constructor({ hello, mayComeIn }) {
    super();
    this.#hello = hello;
    this.#mayComeIn = mayComeIn;
  }

  start() {
    window.addEventListener("online", this.#online);
    window.addEventListener("offline", this.#offline);
    document.addEventListener("visibilitychange", this.#seen);
    this.#open();
  }

  close() {
    window.removeEventListener("online", this.#online);
    window.removeEventListener("offline", this.#offline);
    document.removeEventListener("visibilitychange", this.#seen);
    this.#drop();
  }

  // A person asked for it, or the network came back: no waiting.
  retry() {
    this.#tries = 0;
    this.#comeBackAt = 0;
    this.#open();
  }

  send(frame) {
    if (this.state !== "live" || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  // What is open is of no use any more: an answer never came.
  distrust() {
    if (this.state !== "live") return;
    this.#drop();
    this.#wait();
  }

  #online = () => this.state !== "live" && this.state !== "stopped" && this.retry();

  #offline = () => {
    this.#drop();
    this.#become("offline");
  };

  // A laptop that slept, a phone that was in a pocket: the socket may be dead without knowing.
  #seen = () => {
    if (document.visibilityState !== "visible") return;
    if (this.state === "live") this.#ask();
    else if (this.state === "waiting" && Date.now() >= this.#comeBackAt) this.retry();
  };

  #open() {
    this.#drop();
    this.#become("connecting");
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws`, [PROTOCOL]);
    this.#socket = socket;
    const mine = (handle) => (event) => socket === this.#socket && handle(event);
    socket.onopen = mine(() => socket.send(JSON.stringify({ type: "hello", v: 1, ...this.#hello() })));
    socket.onmessage = mine(({ data }) => this.#frame(JSON.parse(data)));
    socket.onclose = mine(({ code }) => this.#closed(code));
    this.#timer("welcome", WELCOME_MS, () => this.#closed(1006));
  }

  #frame(frame) {
    this.#timer("silence", SILENCE_MS, () => this.#ask());
    clearTimeout(this.#timers.pong);
    if (frame.type === "welcome") {
      clearTimeout(this.#timers.welcome);
      this.#tries = 0;
      this.#comeBackAt = 0;
      this.#become("live");
    } else if (frame.type === "reconnect") {
      const wait = frame.after_ms ?? 0;
      this.#comeBackAt = Date.now() + wait;
      this.#timer("move", wait, () => this.retry()); // if it is still open by then
    }
    this.emit("frame", frame);
  }

  #ask() {
    if (!this.send({ type: "ping", t: Date.now() })) return;
    this.#timer("pong", PONG_MS, () => this.distrust());
  }

  async #closed(code) {
    const wasLive = this.state === "live";
    this.#drop();
    if (FINAL[code] || code >= 4500) return this.#stop(FINAL[code] ?? "stopped");
    this.#wait(code === SLOW_DOWN ? 5_000 : 0);
    // A handshake that is refused looks like a server that is away. HTTP tells them apart.
    if (WHO_ARE_YOU.has(code) || (!wasLive && this.#tries === 2)) {
      if (!(await this.#mayComeIn())) this.#stop("session");
    }
  }

  #wait(atLeast = 0) {
    if (!navigator.onLine) return this.#become("offline");
    const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#tries);
    const jittered = ceiling * (0.5 + Math.random() / 2); // not all at once
    const wait = Math.max(atLeast, jittered, this.#comeBackAt - Date.now());
    this.#tries += 1;
    this.retryAt = Date.now() + wait;
    this.#become("waiting");
    this.#timer("retry", wait, () => this.#open());
  }

  #stop(reason) {
    this.#drop();
    this.reason = reason;
    this.#become("stopped");
  }

  #drop() {
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    const socket = this.#socket;
    this.#socket = null; // first: its events are nobody's from here on
    socket?.close();
  }

  #timer(name, wait, act) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(act, wait);
  }

  #become(state) {
    this.state = state;
    this.emit("state", state);
  }
}
