// Messages between the Enter key and the server's ack. Each keeps its uuid until it is acked, so
// however often it is sent, one copy is stored. They are sent one at a time: what was written
// first stands first, through any number of lost connections.

import { Events } from "./events.js";
import { uuid } from "./ids.js";
import * as keep from "./keep.js";

const ACK_MS = 15_000;
const HOLD_MS = 1_000;

export class Outbox extends Events {
  items = []; // {id, to, key, content, at, state: waiting | sending | failed, error}
  kept = true; // false: this browser stores nothing
  #name;
  #transmit;
  #giveUp;
  #current = null;
  #held = false; // the server asked us to wait
  #timer = null;
  #unwatch;

  // transmit(item) answers whether it went onto the wire; giveUp() is told that no ack comes.
  constructor(user, { transmit, giveUp }) {
    super();
    this.#name = `outbox.${user}`;
    this.#transmit = transmit;
    this.#giveUp = giveUp;
    this.#adopt();
    this.#unwatch = keep.watch(this.#name, () => this.#follow());
  }

  close() {
    clearTimeout(this.#timer);
    this.#unwatch();
  }

  of(key) {
    return this.items.filter((item) => item.key === key);
  }

  add({ to, key, content }) {
    const item = { id: uuid(), to, key, content, at: new Date().toISOString(), state: "waiting" };
    this.items.push(item);
    this.#save(item);
    this.#changed();
    this.#pump();
  }

  // The connection is there: what other windows left behind is ours to send as well.
  resume() {
    this.#adopt();
    this.#release();
    this.#pump();
  }

  // The connection went: what was under way is sent again, first.
  pause() {
    this.#release();
    this.#changed();
  }

  // The server has it. Answers the item, or null where it was none of ours.
  settle(id) {
    const item = this.#find(id);
    if (!item) return null;
    this.#forget(item);
    this.#pump();
    return item;
  }

  // The server does not want it now (retryAfter, in seconds) or ever (null).
  refuse(id, error, retryAfter) {
    const item = this.#find(id);
    if (!item) return;
    this.#release();
    if (retryAfter === null) {
      Object.assign(item, { state: "failed", error });
      this.#save(item);
      this.#pump();
    } else {
      this.#held = true;
      this.#timer = setTimeout(() => this.resume(), Math.max(retryAfter * 1000, HOLD_MS));
    }
    this.#changed();
  }

  again(id) {
    const item = this.#find(id);
    if (!item) return;
    Object.assign(item, { state: "waiting", error: null });
    this.#save(item);
    this.#changed();
    this.#pump();
  }

  drop(id) {
    const item = this.#find(id);
    if (item) this.#forget(item);
  }

  #find(id) {
    return this.items.find((item) => item.id === id);
  }

  #pump() {
    if (this.#current || this.#held) return;
    const item = this.items.find(({ state }) => state === "waiting");
    if (!item) return;
    clearTimeout(this.#timer);
    if (!this.#transmit(item)) return;
    this.#current = item.id;
    item.state = "sending";
    this.#timer = setTimeout(this.#giveUp, ACK_MS);
    this.#changed();
  }

  #release() {
    clearTimeout(this.#timer);
    const item = this.#find(this.#current);
    if (item?.state === "sending") item.state = "waiting";
    this.#current = null;
    this.#held = false;
  }

  #forget(item) {
    if (this.#current === item.id) this.#release();
    this.items = this.items.filter(({ id }) => id !== item.id);
    this.#save(null, item.id);
    this.#changed();
  }

  // Read, change, write: another window may have put its own ones there meanwhile.
  #save(item, gone = item.id) {
    const stored = keep.read(this.#name, []);
    const place = stored.findIndex(({ id }) => id === gone);
    if (place >= 0) stored.splice(place, 1, ...(item ? [item] : []));
    else if (item) stored.push(item);
    this.kept = keep.write(this.#name, stored.length ? stored : null);
  }

  #adopt() {
    for (const item of keep.read(this.#name, [])) {
      if (this.#find(item.id)) continue;
      this.items.push({ ...item, state: item.state === "failed" ? "failed" : "waiting" });
    }
    this.items.sort((a, b) => a.at.localeCompare(b.at));
    this.#changed();
  }

  // Another window got an ack, or was told to drop one.
  #follow() {
    const stored = new Set(keep.read(this.#name, []).map(({ id }) => id));
    this.items = this.items.filter(({ id }) => stored.has(id) || id === this.#current);
    this.#changed();
  }

  #changed() {
    this.emit("change");
  }
}
