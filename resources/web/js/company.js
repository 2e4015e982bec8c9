// What is said in passing: who is here, who types, how far we have read. The server tells it once
// and keeps next to none of it, so after a lost connection it is asked for anew.

import { Events } from "./events.js";

const WATCHED = 200; // the server takes no more
const TYPING_MS = 6_000; // then it has ended, whether anybody says so or not
const REPEAT_MS = 3_000;
const GATHER_MS = 300; // messages that come together are one word to the server

export class Company extends Events {
  #socket;
  #online = new Set();
  #watched = "";
  #typists = new Map(); // conversation id: {user: timer}
  #typedAt = new Map(); // conversation id: when we said that we type
  #told = new Map(); // conversation id: {delivered, read}
  #telling = new Map(); // conversation id: timer

  constructor(socket) {
    super();
    this.#socket = socket;
  }

  // A new connection knows nothing of what the last one was told.
  begin() {
    this.#online.clear();
    this.#watched = "";
    this.#typedAt.clear();
    this.#told.clear();
    for (const [id, users] of this.#typists) for (const user of Object.keys(users)) this.#typed(id, user, false);
  }

  close() {
    for (const timer of this.#telling.values()) clearTimeout(timer);
    for (const users of this.#typists.values()) for (const timer of Object.values(users)) clearTimeout(timer);
  }

  isOnline(user) {
    return this.#online.has(user);
  }

  // Who types in the conversation *id*.
  typists(id) {
    return Object.keys(this.#typists.get(id) ?? {});
  }

  // Asks to be told of *users*, and of nobody else.
  watch(users) {
    const wanted = users.slice(0, WATCHED).sort();
    const name = wanted.join();
    if (name !== this.#watched && this.#socket.send({ type: "watch", users: wanted })) this.#watched = name;
  }

  // We type in the conversation *id*, or have taken it all back.
  types(id, on) {
    const at = this.#typedAt.get(id) ?? 0;
    if (on ? Date.now() - at < REPEAT_MS : !at) return;
    if (on) this.#typedAt.set(id, Date.now());
    else this.#typedAt.delete(id);
    this.#socket.send({ type: "typing", conversation: id, on });
  }

  // The conversation has come further, on this device or on the screen.
  reached(conversation) {
    const { id, isLobby } = conversation;
    if (!id || isLobby || this.#telling.has(id)) return; // the lobby keeps no cursors
    this.#telling.set(id, setTimeout(() => this.#tell(conversation), GATHER_MS));
  }

  presence({ users }) {
    for (const [user, state] of Object.entries(users)) {
      if (state === "online") this.#online.add(user);
      else this.#online.delete(user);
    }
    this.emit("change");
  }

  typing({ conversation, user, on }) {
    this.#typed(conversation, user, on);
    this.emit("change");
  }

  #typed(id, user, on) {
    const users = this.#typists.get(id) ?? {};
    clearTimeout(users[user]);
    delete users[user];
    if (on) users[user] = setTimeout(() => this.typing({ conversation: id, user, on: false }), TYPING_MS);
    this.#typists.set(id, users);
  }

  #tell({ id, read, timeline }) {
    this.#telling.delete(id);
    const delivered = timeline.cursor ?? 0;
    const told = this.#told.get(id) ?? { delivered: 0, read: 0 };
    const frame = read > told.read ? { type: "read", seq: read } : { type: "delivered", seq: delivered };
    if (frame.type === "delivered" && delivered <= told.delivered) return;
    if (!this.#socket.send({ ...frame, conversation: id })) return;
    const most = Math.max(told.delivered, frame.seq);
    this.#told.set(id, { delivered: most, read: Math.max(told.read, read) });
    if (delivered > most) this.reached({ id, read, timeline });
  }
}
