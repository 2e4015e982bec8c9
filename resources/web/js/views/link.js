// The state of the connection, in words: a word in the head of the talk, and a line under it while
// something is wrong. The countdown is for the eye alone, or it would be said every second.

import { h, say } from "../dom.js";
import { t } from "../i18n.js";

const REASONS = new Set(["banned", "replaced", "protocol"]);
const PATIENCE_MS = 1_500; // a blink of the connection is nobody's business

export class LinkState {
  #socket;
  #outbox;
  #off;
  #timer;
  #since = Date.now();

  constructor(chat) {
    this.#socket = chat.socket;
    this.#outbox = chat.outbox;
    this.word = h("span", { class: "link-word" });
    this.text = h("span", { role: "status" });
    this.countdown = h("span", { "aria-hidden": "true" });
    this.button = h("button", { type: "button", class: "link", onclick: () => this.#act() });
    this.node = h("div", { class: "link-line", hidden: true }, this.text, " ", this.countdown, " ", this.button);
    this.#off = chat.on("link", () => this.#changed());
    this.#timer = setInterval(() => this.#paint(), 500);
    this.#paint();
  }

  close() {
    clearInterval(this.#timer);
    this.#off();
  }

  #changed() {
    if (this.#socket.state === "live") this.#since = null;
    else this.#since ??= Date.now();
    this.#paint();
  }

  // From the first failure to the next welcome it is one outage, tries included.
  #paint() {
    const { state } = this.#socket;
    const lost = state !== "live" && this.#since !== null && Date.now() - this.#since > PATIENCE_MS;
    this.word.dataset.state = state;
    say(this.word, t(state === "live" ? "link.live" : "link.connecting"));
    this.word.hidden = lost;
    this.node.hidden = !lost;
    if (!lost) return say(this.text, "");
    say(this.text, t(this.#key()));
    const left = Math.max(0, Math.ceil((this.#socket.retryAt - Date.now()) / 1000));
    say(this.countdown, state === "waiting" ? t("link.again", { seconds: left }) : "");
    say(this.button, t(state === "stopped" ? "link.reload" : "link.now"));
    this.button.hidden = state === "offline" || state === "connecting";
  }

  #key() {
    const { state, reason } = this.#socket;
    if (state !== "stopped" && !this.#outbox.kept) return "link.unkept";
    if (state === "offline") return "link.offline";
    if (state !== "stopped") return "link.waiting";
    return REASONS.has(reason) ? `link.${reason}` : "link.stopped";
  }

  #act() {
    if (this.#socket.state === "stopped") location.reload();
    else this.#socket.retry();
  }
}
