// The model behind the chat: it joins the socket, the outbox and the HTTP side, and tells the
// views what changed: "list", "timeline" (conversation), "link" (state), "arrived" (conversation,
// message) and "ended" (the session is over).

import * as api from "./api.js";
import { Company } from "./company.js";
import { Conversation } from "./conversation.js";
import { Events } from "./events.js";
import { LOBBY, SYSTEM, bare, userId, uuid } from "./ids.js";
import * as keep from "./keep.js";
import { Outbox } from "./outbox.js";
import { People } from "./people.js";
import { Socket } from "./socket.js";

const PAGE = 50;
const SYNC = 200;
const FAR = 400; // further behind than this, the newest page is read instead of all between
const KEEP = 600; // messages of one conversation held in this window
const LATER = new Set(["limit.exceeded", "store.unavailable", "store.busy"]);

const peerOf = (item) => (item?.to.startsWith("u:") ? item.to : null);

export class Chat extends Events {
  conversations = new Map(); // by key
  current = null;
  #byId = new Map();
  #epoch = null;
  #read; // {conversation id: seq}, kept in this browser

  constructor(me) {
    super();
    this.me = me;
    this.user = userId(me.id);
    this.people = new People(me);
    this.#read = keep.read(`read.${this.user}`, {});
    this.socket = new Socket({ hello: () => this.#hello(), mayComeIn: () => this.#mayComeIn() });
    this.company = new Company(this.socket);
    this.outbox = new Outbox(this.user, {
      transmit: (item) => this.#transmit(item),
      giveUp: () => this.socket.distrust(),
    });
    this.#add(new Conversation({ id: LOBBY }));
  }

  start() {
    this.people.on("change", () => this.emit("list"));
    this.company.on("change", () => this.emit("list"));
    this.on("list", () => this.#watch());
    this.outbox.on("change", () => this.#outboxChanged());
    this.socket.on("frame", (frame) => this.#frames[frame.type]?.(frame));
    this.socket.on("state", (state) => this.#linkChanged(state));
    this.socket.start();
    this.people.search("").catch(() => {});
    for (const { key } of this.outbox.items) this.at(key); // written to, though never heard of
  }

  close() {
    this.socket.close();
    this.company.close();
    this.outbox.close();
  }

  // The conversation *key*; a person nobody talked to yet gets a new, empty one.
  at(key) {
    const known = this.conversations.get(key) ?? this.#byId.get(key);
    if (known) return known;
    return this.#add(new Conversation(key.startsWith("u:") ? { peer: key } : { id: key }));
  }

  // In the order of a list: the lobby, then what moved last.
  get list() {
    const direct = [...this.conversations.values()].filter((one) => !one.isLobby && this.#lives(one));
    direct.sort((a, b) => b.lastAt.localeCompare(a.lastAt) || b.top - a.top);
    return [this.at(LOBBY), ...direct];
  }

  get unread() {
    return this.list.reduce((sum, { unread }) => sum + unread, 0);
  }

  open(key) {
    this.current = this.at(key);
    if (this.current.timeline.cursor === null) this.load(this.current);
    this.emit("list");
    return this.current;
  }

  write(conversation, content) {
    this.outbox.add({ to: conversation.recipient, key: conversation.key, content });
  }

  // Something stands in the composer, or nothing any more.
  types(conversation, on) {
    if (conversation.id) this.company.types(conversation.id, on);
  }

  // All of *conversation* down to its newest message was on the screen.
  seen(conversation) {
    const seq = conversation.timeline.cursor ?? 0;
    if (seq <= conversation.read) return;
    conversation.read = seq;
    this.#read[conversation.id] = seq;
    keep.write(`read.${this.user}`, this.#read);
    this.company.reached(conversation);
    this.emit("list");
  }

  // Reads the newest page, or the one before what is there.
  load(conversation) {
    conversation.loading ??= this.#fetch(conversation).finally(() => {
      conversation.loading = null;
      this.emit("timeline", conversation);
      this.emit("list");
    });
    return conversation.loading;
  }

  trim(conversation) {
    if (conversation.timeline.trim(KEEP)) this.emit("timeline", conversation);
  }

  async #fetch(conversation) {
    const { timeline } = conversation;
    if (!conversation.id) return timeline.reset([], false);
    const older = timeline.cursor !== null;
    if (older && !timeline.more) return;
    try {
      const window = older ? { before: timeline.first, limit: PAGE } : { limit: PAGE };
      const page = await api.messages(bare(conversation.id), window);
      if (conversation.timeline !== timeline) return; // forgotten meanwhile
      if (older) timeline.prepend(page.messages, page.more);
      else timeline.reset(page.messages, page.more);
      conversation.failed = false;
      this.#learn(conversation, page.messages);
      this.company.reached(conversation);
      if (timeline.broken || conversation.top > timeline.cursor) this.#heal(conversation);
    } catch {
      conversation.failed = true;
    }
  }

  #frames = {
    welcome: (frame) => this.#welcome(frame),
    message: (frame) => this.#message(frame),
    ack: (frame) => this.#ack(frame),
    synced: (frame) => this.#synced(frame),
    gap: (frame) => this.#gap(frame),
    error: (frame) => this.#refused(frame),
    presence: (frame) => this.company.presence(frame),
    typing: (frame) => frame.user !== this.user && this.company.typing(frame),
    receipt: (frame) => this.#receipt(frame),
    edit: (frame) => this.#amend(frame),
    recall: (frame) => this.#amend({ ...frame, content: "", recalled: true }),
  };

  #hello() {
    const resume = {};
    for (const { id, timeline } of this.conversations.values()) {
      if (id && timeline.cursor !== null) resume[id] = timeline.cursor;
    }
    const device = keep.read("device") ?? uuid();
    keep.write("device", device);
    return { device, resume, ...(this.#epoch ? { epoch: this.#epoch } : {}) };
  }

  #welcome(frame) {
    const another = this.#epoch !== null && frame.epoch !== this.#epoch;
    const again = this.#epoch !== null && !another;
    this.#epoch = frame.epoch;
    this.company.begin();
    for (const { id, seq, read, peer, peer_delivered: delivered, peer_read: theirs } of frame.conversations ?? []) {
      const one = this.#known(id, peer ?? null);
      if (another || (one.timeline.cursor ?? 0) > seq) one.forget();
      one.top = seq;
      one.read = Math.max(read ?? 0, this.#read[id] ?? (one.isLobby ? seq : 0));
      one.reaches({ delivered, read: theirs });
      if (one.timeline.cursor !== null && seq > one.timeline.cursor) this.#heal(one);
    }
    if (again) this.#refresh(this.current);
    this.outbox.resume();
    this.#warm();
    this.emit("list");
  }

  // What is on the screen may have been changed while we were away: no frame tells that later.
  async #refresh(conversation) {
    if (!conversation?.id || conversation.timeline.cursor === null) return;
    try {
      const page = await api.messages(bare(conversation.id), { limit: PAGE });
      for (const { seq, rev, content, recalled } of page.messages) {
        if (rev) conversation.timeline.amend({ seq, rev, content, recalled });
      }
      this.emit("timeline", conversation);
    } catch {
      // They show as they were; the next page that is read shows them as they are.
    }
  }

  #receipt({ conversation: id, user, delivered, read }) {
    const conversation = this.at(id);
    if (user === conversation.peer) conversation.reaches({ delivered, read });
    else if (user === this.user) conversation.read = Math.max(conversation.read, read); // on another device
    this.emit("list");
  }

  #amend({ conversation: id, seq, rev, content, recalled }) {
    const conversation = this.at(id);
    conversation.timeline.amend({ seq, rev, content, recalled });
    this.emit("timeline", conversation);
    this.emit("list");
  }

  #watch() {
    // A talk that the server has not made yet makes nobody known to anybody.
    this.company.watch(this.list.filter(({ id, peer }) => id && peer).map(({ peer }) => peer));
  }

  // The lists want a last line of each, and who the other person is.
  async #warm() {
    for (const one of [this.current, ...this.list].slice(0, 21)) {
      if (one?.id && one.timeline.cursor === null) await this.load(one);
    }
  }

  #message(frame) {
    const mine = frame.sender === this.user;
    const item = mine ? this.outbox.settle(frame.id) : null;
    const conversation = this.#known(frame.conversation, mine ? peerOf(item) : frame.sender);
    this.#accept(conversation, frame);
    if (!mine) this.emit("arrived", conversation, frame);
    else this.#meet(conversation);
  }

  // Written on another device of ours, to somebody this one does not know of: a welcome tells.
  #meet(conversation) {
    if (conversation.isLobby || conversation.peer || conversation.asked) return;
    conversation.asked = true;
    this.socket.retry();
  }

  #ack(frame) {
    const item = this.outbox.settle(frame.id);
    if (!item) return;
    const conversation = this.#known(frame.conversation, peerOf(item));
    const { conversation: id, seq, at } = frame;
    this.#accept(conversation, {
      type: "message", sender: this.user, conversation: id, seq, at, id: item.id, content: item.content,
    });
  }

  #accept(conversation, message) {
    const level = conversation.unread === 0;
    conversation.top = Math.max(conversation.top, message.seq);
    if (!conversation.timeline.accept(message) && conversation.timeline.cursor === null) {
      this.load(conversation);
    }
    if (conversation.timeline.broken) this.#heal(conversation);
    if (message.sender !== this.user) {
      this.company.typing({ conversation: conversation.id, user: message.sender, on: false });
      this.company.reached(conversation);
    }
    // What we wrote ourselves is read, and where all was read before it, all is read after it.
    if (level && message.sender === this.user) this.seen(conversation);
    this.emit("timeline", conversation);
    this.emit("list");
  }

  // Asks for what is missing after the cursor.
  #heal(conversation) {
    const { timeline, id, top } = conversation;
    if (conversation.healing || timeline.cursor === null) return;
    if (top - timeline.cursor > FAR) {
      conversation.forget();
      this.load(conversation);
      return;
    }
    const frame = { type: "sync", conversation: id, after: timeline.cursor, limit: SYNC };
    conversation.healing = this.socket.send(frame);
  }

  #synced({ conversation: id, to, more }) {
    const conversation = this.at(id);
    conversation.healing = false;
    conversation.top = Math.max(conversation.top, to ?? 0);
    const { cursor } = conversation.timeline;
    if (cursor !== null && (more || cursor < conversation.top)) this.#heal(conversation);
  }

  #gap({ conversation: id, have, first, top, epoch }) {
    const conversation = this.at(id);
    conversation.healing = false;
    conversation.top = top;
    if (epoch && this.#epoch && epoch !== this.#epoch) conversation.forget();
    else conversation.timeline.skip(have, first);
    if (conversation.timeline.cursor === null) this.load(conversation);
    else this.#heal(conversation);
    this.emit("timeline", conversation);
  }

  #refused({ ref, code, message, retry_after: retryAfter }) {
    if (!ref) return;
    const wait = retryAfter ?? (LATER.has(code) ? 1 : null);
    this.outbox.refuse(ref, { code, message }, wait);
  }

  #transmit({ id, to, content }) {
    return this.socket.send({ type: "message", id, recipient: to, content, content_type: "text" });
  }

  // The conversation *id*; *peer*, where given, tells whose direct one it is.
  #known(id, peer) {
    const one = this.#byId.get(id) ?? (peer && this.conversations.get(peer)) ?? new Conversation({ id });
    this.conversations.delete(one.key);
    one.id ??= id;
    if (!one.isLobby && peer !== this.user && peer !== SYSTEM) one.peer ??= peer;
    return this.#add(one);
  }

  #learn(conversation, messages) {
    if (conversation.isLobby || conversation.peer) return;
    const other = messages.find(({ sender }) => sender !== this.user && sender !== SYSTEM);
    if (other) this.#known(conversation.id, other.sender);
  }

  #add(conversation) {
    this.conversations.set(conversation.key, conversation);
    if (conversation.id) this.#byId.set(conversation.id, conversation);
    return conversation;
  }

  #lives(one) {
    return one.top > 0 || one === this.current || this.outbox.of(one.key).length > 0;
  }

  #outboxChanged() {
    for (const one of this.conversations.values()) this.emit("timeline", one);
    this.emit("list");
  }

  #linkChanged(state) {
    if (state !== "live") {
      for (const one of this.conversations.values()) one.healing = false;
      this.outbox.pause();
    }
    if (state === "stopped" && this.socket.reason === "session") this.emit("ended");
    this.emit("link", state);
  }

  // Asked when a handshake fails: a server that is away is no reason to be signed out.
  async #mayComeIn() {
    try {
      await api.me();
      return true;
    } catch (problem) {
      return problem.status !== 401;
    }
  }
}
