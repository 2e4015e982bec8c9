// Who one can talk to: conversations, the lobby first, and under them everybody else.

import { h, reconcile, say, swap } from "../dom.js";
import { shortTime, t } from "../i18n.js";
import { userId } from "../ids.js";
import { icon } from "../icons.js";
import { oneLine } from "../text.js";
import { avatar, mark, nameOf } from "./chrome.js";

const TYPING_MS = 250;

export class Sidebar {
  #chat;
  #off;
  #typing = 0;
  #painting = 0;

  constructor(chat, openProfile) {
    this.#chat = chat;
    this.talks = h("ul", { class: "entries" });
    this.people = h("ul", { class: "entries" });
    this.nobody = h("p", { class: "hint" });
    this.more = h("button", { type: "button", class: "link more", onclick: () => this.#more() }, t("nav.more"));
    this.search = h("input", {
      type: "search", class: "input", placeholder: t("nav.find"), "aria-label": t("nav.find"), autocomplete: "off", oninput: () => this.#find(),
    });
    this.self = h("button", { type: "button", class: "self", "aria-label": t("profile"), title: t("profile"), onclick: openProfile });
    this.node = h("nav", { class: "sidebar", "aria-label": t("nav.conversations") },
      h("header", { class: "side-top" }, mark(), this.self),
      h("div", { class: "side-lists" },
        h("h2", { class: "side-title" }, t("nav.conversations")), this.talks,
        h("h2", { class: "side-title" }, t("nav.people")),
        h("div", { class: "search" }, icon("search"), this.search), this.people, this.nobody, this.more));
    this.#off = chat.on("list", () => (this.#painting ||= setTimeout(() => this.#draw())));
    this.#draw();
  }

  close() {
    clearTimeout(this.#painting);
    clearTimeout(this.#typing);
    this.#off();
  }

  #draw() {
    this.#painting = 0;
    const { list, people, current } = this.#chat;
    reconcile(this.talks, list, { key: (one) => one.key, make: () => h("li", {}), update: (node, one) => this.#talk(node, one) });
    const talking = new Set(list.map(({ peer }) => peer));
    const others = people.found.filter((id) => this.search.value || !talking.has(userId(id)));
    reconcile(this.people, others, { key: (id) => id, make: () => h("li", {}), update: (node, id) => this.#person(node, id, current) });
    say(this.nobody, people.found.length ? "" : t(this.search.value ? "nav.nobody" : "nav.alone"));
    this.more.hidden = !people.more;
    this.#paintSelf();
  }

  #paintSelf() {
    const { me } = this.#chat;
    fill(this.self, [nameOf(me), me.avatar], () => [avatar(me, "small")]);
  }

  #talk(node, one) {
    const { user, people, current, outbox, company } = this.#chat;
    const card = people.get(one.peer);
    const here = company.isOnline(one.peer);
    const pending = outbox.of(one.key).at(-1);
    const last = pending ? { ...pending, sender: user } : one.timeline.last;
    const line = last ? this.#preview(one, last) : t(one.isLobby ? "lobby.about" : "direct.about");
    const time = last ? shortTime(new Date(last.at)) : "";
    const name = one.isLobby ? t("lobby") : nameOf(card);
    const unread = one === current && document.visibilityState === "visible" ? 0 : one.unread;
    fill(node, [name, card?.avatar, line, time, unread, one === current, here], () =>
      h("a", { class: "entry-link", href: `#/${one.key}`, "aria-current": one === current && "page" },
        one.isLobby ? h("span", { class: "avatar lobby", "aria-hidden": "true" }, icon("lobby"))
          : h("span", { class: here ? "face online" : "face" }, avatar(card), here && h("span", { class: "quiet" }, t("person.online"))),
        h("span", { class: "entry-text" },
          h("span", { class: "entry-name" }, name), h("span", { class: "entry-line" }, line)),
        h("span", { class: "entry-side-text" }, h("span", { class: "entry-time" }, time),
          unread > 0 && h("span", { class: "badge" }, unread > 99 ? "99+" : unread, h("span", { class: "quiet" }, ` ${t("nav.unread", { count: "" })}`)))));
  }

  #preview(one, { sender, content, recalled }) {
    const line = recalled ? t("messages.recalled") : oneLine(content);
    if (sender === this.#chat.user) return t("you.preview", { content: line });
    return one.isLobby ? t("messages.arrived", { name: nameOf(this.#chat.people.get(sender)), content: line }) : line;
  }

  #person(node, id, current) {
    const card = this.#chat.people.get(id);
    const key = userId(id);
    fill(node, [nameOf(card), card?.avatar, current?.key === key], () =>
      h("a", { class: "entry-link", href: `#/${key}`, "aria-current": current?.key === key && "page" },
        avatar(card, "small"), h("span", { class: "entry-text" }, h("span", { class: "entry-name" }, nameOf(card)),
          card?.nickname && card.nickname !== card.name && h("span", { class: "entry-line" }, `@${card.name}`))));
  }

  #find() {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#chat.people.search(this.search.value.trim()).catch(() => {}), TYPING_MS);
  }

  #more() {
    this.#chat.people.next().catch(() => {});
  }
}

// Builds the inside anew only where it looks different: focus stays where it is.
function fill(node, look, build) {
  const wanted = JSON.stringify([document.documentElement.lang, ...look]);
  if (node.look === wanted) return;
  const focused = node.contains(document.activeElement) && document.activeElement !== node;
  node.look = wanted;
  swap(node, ...[build()].flat());
  if (focused) node.firstElementChild.focus();
}
