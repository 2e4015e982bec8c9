// One conversation as this window sees it. Its key is stable: the lobby's id, or the other
// person's id in a direct one, which has no id of its own before its first message.

import { LOBBY } from "./ids.js";
import { Timeline } from "./timeline.js";

export class Conversation {
  timeline = new Timeline();
  loading = null; // the request under way
  failed = false; // the last request for messages got no answer
  healing = false; // a `sync` is under way
  asked = false; // who the other person is
  draft = "";
  reached = { delivered: 0, read: 0 }; // how far the other one of a direct one is

  constructor({ id = null, peer = null, top = 0, read = 0 }) {
    this.id = id;
    this.peer = peer; // "u:42", or null: the lobby, or not known yet
    this.top = top; // the newest seq anybody told us of
    this.read = read; // the last one that was on the screen
  }

  get isLobby() {
    return this.id === LOBBY;
  }

  get key() {
    return this.peer ?? this.id;
  }

  // What a frame to it names: the server makes a direct conversation on its first message.
  get recipient() {
    return this.isLobby ? "" : (this.peer ?? this.id);
  }

  get unread() {
    return Math.max(0, this.top - this.read);
  }

  // How far the other one is; what is told late counts no more.
  reaches({ delivered = 0, read = 0 }) {
    this.reached = {
      delivered: Math.max(this.reached.delivered, delivered), read: Math.max(this.reached.read, read),
    };
  }

  get lastAt() {
    return this.timeline.last?.at ?? "";
  }

  forget() {
    this.timeline = new Timeline();
    this.healing = false;
    this.reached = { delivered: 0, read: 0 };
  }
}
