// One message on the screen, and the lines between messages.

import { h, swap } from "../dom.js";
import { clockTime, dayName, fullTime, t } from "../i18n.js";
import { icon } from "../icons.js";
import { isPictures, nodesOf } from "../text.js";
import { avatar, nameOf } from "./chrome.js";

const STATE_ICON = { waiting: "clock", sending: "clock", sent: "check", delivered: "checks", read: "checks", failed: "alert" };

export function makeRow(row) {
  if (row.kind === "message") return h("li", {});
  const words = { day: () => dayName(row.at), new: () => t("messages.new"), gap: () => t("messages.gap") };
  return h("li", { class: `divider ${row.kind}` }, h("span", {}, words[row.kind]()));
}

// Rebuilds the inside only where something of it changed.
export function updateRow(node, row, { chat, last, reached }) {
  if (row.kind !== "message") return;
  const { message, head, tail } = row;
  const mine = message.sender === chat.user;
  const card = chat.people.get(message.sender);
  const shown = mine && (message.state !== "sent" || row === last);
  const how = stateOf(message, reached);
  const look = JSON.stringify([head, tail, shown && how, message.error, message.rev, nameOf(card), card?.avatar]);
  node.dataset.state = message.state;
  if (message.seq) node.dataset.seq = message.seq;
  if (node.look === look) return;
  node.look = look;
  node.className = ["message", mine ? "mine" : "theirs", head && "head", tail && "tail"].filter(Boolean).join(" ");
  node.dataset.id = message.id;
  swap(node, !mine && head && avatar(card), h("div", { class: "body" },
    byline(message, { mine, head, name: mine ? t("you") : nameOf(card) }),
    bubble(message),
    shown && state(message, how, chat.outbox)));
}

function bubble({ content, recalled, at }) {
  const kind = recalled ? "recalled" : isPictures(content) && "pictures";
  return h("div", { class: ["bubble", kind].filter(Boolean).join(" "), dir: "auto", title: fullTime(at) },
    recalled ? t("messages.recalled") : nodesOf(content));
}

// A message of ours that is stored has perhaps come further.
function stateOf({ state, seq }, { delivered, read }) {
  if (state !== "sent" || !seq) return state;
  if (seq <= read) return "read";
  return seq <= delivered ? "delivered" : "sent";
}

// Everybody hears who speaks at each message; the eye needs it once for a group.
function byline({ at, rev, recalled }, { mine, head, name }) {
  const time = h("time", { datetime: at.toISOString() }, clockTime(at));
  const who = h("span", { class: mine ? "quiet" : "who" }, name);
  return h("p", { class: head ? "byline" : "quiet" }, who, " ", time, rev > 0 && !recalled && ` · ${t("messages.edited")}`);
}

function state(message, how, outbox) {
  const words = message.error?.message || t(`state.${how}`);
  return h("p", { class: `state ${how}` },
    icon(STATE_ICON[how]), h("span", {}, words),
    message.state === "failed" && [
      h("button", { type: "button", class: "link", onclick: () => outbox.again(message.id) }, t("messages.retry")),
      h("button", { type: "button", class: "link", onclick: () => outbox.drop(message.id) }, t("messages.drop")),
    ]);
}
