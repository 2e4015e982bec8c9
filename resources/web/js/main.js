// The start: who is here decides which of the two screens stands, and a session's end changes it.

import * as api from "./api.js";
import { Chat } from "./chat.js";
import { h, swap } from "./dom.js";
import { i18n, settle, t } from "./i18n.js";
import { LOBBY } from "./ids.js";
import { Entry } from "./views/entry.js";
import { Shell } from "./views/shell.js";

const root = document.getElementById("app");
let screen = null;
let chat = null;

function show(next) {
  screen?.close();
  screen = next;
  swap(root, screen.node);
}

function toEntry(notice = "") {
  if (chat === null && screen) return;
  chat?.close();
  chat = null;
  document.querySelector("dialog[open]")?.close();
  show(new Entry(enter));
  if (notice) screen.go({ notice });
}

async function enter() {
  chat = new Chat(await api.me());
  chat.on("ended", () => toEntry(t("signin.ended")));
  chat.on("left", () => toEntry());
  if (!/^#\/[cu]:/.test(location.hash)) history.replaceState(null, "", `#/${LOBBY}`);
  show(new Shell(chat));
  screen.focus();
  chat.start();
}

// Without the readable CSRF cookie there is no session to ask about.
async function start() {
  if (!api.csrfToken()) return toEntry();
  try {
    await enter();
  } catch (problem) {
    if (problem.status === 401) return toEntry();
    const isBug = !("status" in problem);
    swap(root, h("p", { class: "notice", role: "status" }, t(isBug ? "app.broken" : "error.network")));
    if (isBug) throw problem;
    setTimeout(start, 3_000);
  }
}

settle();
window.addEventListener("hashchange", () => screen?.follow());
i18n.on("language", () => screen?.render());
api.api.on("unauthenticated", () => chat && toEntry(t("signin.ended")));
api.api.on("already", () => chat || enter().catch(() => {}));
start();
