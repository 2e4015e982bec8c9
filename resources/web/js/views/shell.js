// The chat screen: the list beside the talk, or on a phone one of the two; the address tells which.

import { h, say, swap } from "../dom.js";
import { t } from "../i18n.js";
import { LOBBY } from "../ids.js";
import { icon } from "../icons.js";
import { avatar, nameOf } from "./chrome.js";
import { Composer } from "./composer.js";
import { LinkState } from "./link.js";
import { Messages } from "./messages.js";
import { openProfile } from "./profile.js";
import { Sidebar } from "./sidebar.js";

const KEY = /^#\/([cu]:[0-9A-Za-z-]{1,40})$/;

export class Shell {
  #chat;
  #parts = [];
  #talk = [];
  #off;

  constructor(chat) {
    this.#chat = chat;
    this.node = h("div", { class: "chat" });
    this.main = h("main", { class: "talk", id: "main", tabindex: -1 });
    this.#off = chat.on("list", () => this.#paint());
    document.addEventListener("keydown", this.#key);
    this.render();
  }

  close() {
    this.#off();
    document.removeEventListener("keydown", this.#key);
    for (const part of [...this.#parts, ...this.#talk]) part.close();
    document.title = "Parley";
  }

  render() {
    for (const part of this.#parts) part.close();
    this.sidebar = new Sidebar(this.#chat, () => openProfile(this.#chat));
    this.#parts = [this.sidebar];
    const skip = h("a", { class: "skip", href: "#main", onclick: (event) => this.#skip(event) }, t("app.skip"));
    swap(this.node, skip, this.sidebar.node, this.main);
    this.follow();
  }

  // "#/" is the list; beside it, where there is room, stands the lobby.
  follow() {
    const key = KEY.exec(location.hash)?.[1] ?? null;
    this.node.dataset.screen = key ? "talk" : "list";
    this.#open(this.#chat.open(key ?? LOBBY));
    this.focus();
  }

  // Once more when the screen stands in the page: before, nothing in it takes the focus.
  focus() {
    if (this.node.dataset.screen === "talk") this.composer.focus();
  }

  #open(conversation) {
    for (const part of this.#talk) part.close();
    const messages = new Messages(this.#chat, conversation);
    const link = new LinkState(this.#chat);
    this.title = h("h1", { class: "talk-title" });
    this.face = h("span", {});
    this.about = h("p", { class: "talk-about" });
    this.composer = new Composer({
      user: this.#chat.user,
      conversation,
      name: this.#name(conversation),
      send: (content) => {
        messages.toBottom();
        this.#chat.write(conversation, content);
      },
      typing: (on) => this.#chat.types(conversation, on),
    });
    const back = h("a", { class: "back", href: "#/", "aria-label": t("nav.back") }, icon("back"));
    this.#talk = [messages, link];
    swap(this.main,
      h("header", { class: "talk-top" }, back, this.face,
        h("div", { class: "talk-head" }, this.title, this.about),
        link.word),
      link.node, messages.node, this.composer.node);
    this.#paint();
    messages.toBottom();
  }

  #paint() {
    if (!this.title) return; // the first conversation is only being opened
    const { current, unread, people } = this.#chat;
    const name = this.#name(current);
    if (this.title.textContent !== name) {
      this.title.textContent = name;
      swap(this.face, current.isLobby ? h("span", { class: "avatar lobby", "aria-hidden": "true" }, icon("lobby")) : avatar(people.get(current.peer)));
      this.composer.input.setAttribute("aria-label", t("messages.write", { name }));
    }
    say(this.about, this.#about(current));
    document.title = unread ? `(${unread > 99 ? "99+" : unread}) ${name} · Parley` : `${name} · Parley`;
  }

  #about({ id, peer, isLobby }) {
    const { company, people } = this.#chat;
    const typists = company.typists(id);
    if (typists.length > 1) return t("typing.several", { count: typists.length });
    if (typists.length) return t("typing.one", { name: nameOf(people.get(typists[0])) });
    if (isLobby) return t("lobby.about");
    return t(company.isOnline(peer) ? "person.online" : "direct.about");
  }

  #name(conversation) {
    return conversation.isLobby ? t("lobby") : nameOf(this.#chat.people.get(conversation.peer));
  }

  #skip(event) {
    event.preventDefault();
    this.composer.input.focus();
  }

  // Alt+Up and Alt+Down walk the conversations.
  #key = (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    const keys = this.#chat.list.map(({ key }) => key);
    const place = keys.indexOf(this.#chat.current.key) + (event.key === "ArrowDown" ? 1 : -1);
    const next = keys[(place + keys.length) % keys.length];
    location.hash = `#/${next}`;
  };
}
