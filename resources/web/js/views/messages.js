// The talk itself: keeps to the bottom while the reader is there, and to what is being read while
// older ones come in above or new ones below.

import { h, reconcile, say } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { announce } from "./announcer.js";
import { oneLine } from "../text.js";
import { nameOf } from "./chrome.js";
import { makeRow, updateRow } from "./message.js";
import { rowsOf } from "./rows.js";

const NEAR = 60; // so close to the bottom counts as there
const EARLY = 400; // older ones are asked for before the top is reached

export class Messages {
  #chat;
  #conversation;
  #newAfter;
  #atBottom = true;
  #painting = 0;
  #off;

  constructor(chat, conversation) {
    this.#chat = chat;
    this.#conversation = conversation;
    this.#newAfter = conversation.unread > 0 ? conversation.read : null;
    this.note = h("p", { class: "talk-note" });
    this.list = h("ol", { class: "messages" });
    this.scroller = h("div", {
      class: "scroller", role: "log", "aria-live": "off", "aria-label": t("messages"), tabindex: 0, onscroll: () => this.#scrolled(),
    }, this.note, this.list);
    this.count = h("span", {});
    this.pill = h("button", { type: "button", class: "to-latest", onclick: () => this.toBottom(), hidden: true },
      icon("down"), this.count);
    this.node = h("div", { class: "talk-body" }, this.scroller, this.pill);
    this.#off = [
      chat.on("timeline", (one) => one === conversation && this.paint()),
      chat.on("list", () => this.paint()),
      chat.on("arrived", (one, message) => one === conversation && this.#announce(message)),
    ];
    document.addEventListener("visibilitychange", this.#looked);
    this.#resized = new ResizeObserver(() => this.#atBottom && this.#stick());
    this.#resized.observe(this.scroller);
    this.#draw();
  }

  #resized;

  close() {
    clearTimeout(this.#painting);
    this.#resized.disconnect();
    document.removeEventListener("visibilitychange", this.#looked);
    for (const off of this.#off) off();
    this.#chat.trim(this.#conversation);
  }

  // Many changes of one moment are drawn once. Not by animation frame: a hidden window has none.
  paint() {
    this.#painting ||= setTimeout(() => this.#draw());
  }

  toBottom() {
    this.#newAfter = null;
    this.#atBottom = true;
    this.paint();
  }

  #draw() {
    this.#painting = 0;
    const { timeline, key, reached } = this.#conversation;
    const pending = this.#chat.outbox.of(key);
    const rows = rowsOf({ timeline, pending, user: this.#chat.user, newAfter: this.#newAfter });
    const mine = rows.findLast(({ message }) => message?.sender === this.#chat.user);
    const last = mine === rows.at(-1) ? mine : null;
    const height = this.scroller.scrollHeight;
    const before = this.list.firstElementChild;
    reconcile(this.list, rows, {
      key: (row) => row.key, make: makeRow, update: (node, row) => updateRow(node, row, { chat: this.#chat, last, reached }),
    });
    this.#tell(rows.length === 0);
    if (this.#atBottom) this.#stick();
    else if (before !== this.list.firstElementChild) {
      this.scroller.scrollTop += this.scroller.scrollHeight - height; // what is read stays put
    }
    this.#look();
  }

  #tell(empty) {
    const { timeline, isLobby, peer, failed, loading } = this.#conversation;
    this.note.classList.toggle("empty", empty);
    if (failed && !loading) return say(this.note, t(empty ? "error.network" : "messages.older.failed"));
    if (timeline.cursor === null || (timeline.more && timeline.messages.length)) return say(this.note, t("messages.loading"));
    if (!empty) return say(this.note, timeline.gap ? "" : t("messages.start"));
    const about = isLobby
      ? t("messages.empty.lobby")
      : t("messages.empty.direct", { name: nameOf(this.#chat.people.get(peer)) });
    say(this.note, `${about} ${t("messages.empty.hint")}`);
  }

  #stick() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.#atBottom = scrollHeight - scrollTop - clientHeight < NEAR;
    const { timeline } = this.#conversation;
    if (scrollTop < EARLY && timeline.cursor !== null && timeline.more) this.#chat.load(this.#conversation);
    this.#look();
  }

  #looked = () => this.#look();

  // What the reader has before their eyes is read.
  #look() {
    if (this.#atBottom && document.visibilityState === "visible") this.#chat.seen(this.#conversation);
    const { unread } = this.#conversation;
    this.pill.hidden = this.#atBottom;
    say(this.count, unread ? t("messages.latest.count", { count: unread }) : "");
    this.pill.setAttribute("aria-label", t("messages.latest"));
  }

  #announce({ sender, content }) {
    announce(t("messages.arrived", { name: nameOf(this.#chat.people.get(sender)), content: oneLine(content) }));
  }
}
