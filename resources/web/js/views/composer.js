// Where one writes. Enter sends, Shift+Enter starts a line; while an input method is composing,
// Enter belongs to it; on a touch screen Enter is a line and the button sends.

import { h, say } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import * as keep from "../keep.js";
import { bytesOf } from "../text.js";

const MOST_BYTES = 16_384; // what the server takes
const touch = window.matchMedia("(pointer: coarse)");

export class Composer {
  #drafts;
  #conversation;

  // send(content) takes one message; typing(on) is told that one is being written, or no more.
  constructor({ user, conversation, name, send, typing }) {
    this.#conversation = conversation;
    this.#drafts = `drafts.${user}`;
    this.send = send;
    this.typing = typing;
    this.input = h("textarea", {
      class: "input", rows: 1, "aria-label": t("messages.write", { name }), placeholder: t("messages.placeholder"),
      enterkeyhint: touch.matches ? "enter" : "send", oninput: () => this.#wrote(), onkeydown: (event) => this.#key(event),
    });
    this.over = h("p", { class: "over", role: "status" });
    this.button = h("button", { class: "button primary round", type: "submit", "aria-label": t("messages.send"), title: t("messages.send") }, icon("send"));
    this.node = h("form", { class: "composer", onsubmit: (event) => this.#submit(event) }, this.over, this.input, this.button);
    this.input.value = keep.read(this.#drafts, {})[conversation.key] ?? "";
    this.#fit();
  }

  focus() {
    if (!touch.matches) this.input.focus(); // a keyboard that slides in unasked is in the way
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229 || touch.matches) return;
    this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    const content = this.input.value.trim();
    if (!content || bytesOf(content) > MOST_BYTES) return;
    this.input.value = "";
    this.#typed();
    this.input.focus();
    this.send(content);
  }

  #wrote() {
    this.typing(this.input.value.trim() !== "");
    this.#typed();
  }

  #typed() {
    const drafts = keep.read(this.#drafts, {});
    const { [this.#conversation.key]: _, ...others } = drafts;
    const draft = this.input.value;
    keep.write(this.#drafts, draft ? { ...others, [this.#conversation.key]: draft } : others);
    this.#fit();
  }

  #fit() {
    const over = bytesOf(this.input.value.trim()) - MOST_BYTES;
    say(this.over, over > 0 ? t("messages.over", { count: over }) : "");
    this.button.disabled = over > 0 || !this.input.value.trim();
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight + 2}px`;
  }
}
