// Profile and settings in a dialog: picture, nickname, language, theme, sessions, sign out.

import * as api from "../api.js";
import { h, say, swap } from "../dom.js";
import { fullTime, i18n, t } from "../i18n.js";
import { icon } from "../icons.js";
import * as keep from "../keep.js";
import { avatar, languageChoice, nameOf } from "./chrome.js";
import { field, form, words } from "./form.js";

export function openProfile(chat) {
  const dialog = h("dialog", { class: "profile", "aria-labelledby": "profile-title" });
  const fault = h("p", { class: "fault", role: "alert" });
  const off = i18n.on("language", () => draw());
  dialog.addEventListener("close", () => {
    off();
    dialog.remove();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

  function draw() {
    const name = h("p", { class: "profile-name" }, nameOf(chat.me));
    swap(dialog, h("div", { class: "profile-body" },
      h("header", { class: "profile-top" }, h("h2", { id: "profile-title" }, t("profile")),
        h("button", { type: "button", class: "in-field", "aria-label": t("profile.close"), onclick: () => dialog.close() }, icon("close"))),
      picture(chat, name), nickname(chat, () => say(name, nameOf(chat.me))),
      h("div", { class: "profile-row" }, languageChoice(), themeChoice()),
      sessions(),
      h("footer", { class: "profile-end" },
        chat.outbox.items.length > 0 && h("p", { class: "hint" }, t("profile.unsent")), fault,
        h("button", { type: "button", class: "button", onclick: leave }, t("profile.signout")))));
  }

  async function leave() {
    try {
      await api.signOut();
    } catch (problem) {
      if (problem.status !== 401) return say(fault, words(problem));
    }
    dialog.close();
    chat.emit("left");
  }

  draw();
  document.body.append(dialog);
  dialog.showModal();
}

function changed(chat, card) {
  Object.assign(chat.me, card);
  chat.emit("list");
}

function picture(chat, name) {
  const face = h("span", {}, avatar(chat.me, "large"));
  const fault = h("p", { class: "fault", role: "alert" });
  const file = h("input", { type: "file", class: "quiet", accept: "image/png,image/jpeg,image/webp,image/gif", onchange: choose });
  const remove = h("button", { type: "button", class: "link", onclick: () => put(() => api.removeAvatar()) }, t("profile.picture.remove"));
  remove.hidden = !chat.me.avatar;

  async function put(change) {
    say(fault, "");
    try {
      await change();
      changed(chat, { avatar: null, ...(await api.me()) });
      swap(face, avatar(chat.me, "large"));
      remove.hidden = !chat.me.avatar;
    } catch (problem) {
      say(fault, Object.values(problem.fields ?? {}).flat()[0]?.message ?? words(problem));
    }
  }

  function choose() {
    if (file.files[0]) put(() => api.putAvatar(file.files[0]));
    file.value = "";
  }

  return h("div", { class: "profile-picture" }, face, h("div", {},
    name,
    h("label", { class: "button small" }, icon("camera"), t("profile.picture"), file), " ", remove, fault));
}

function nickname(chat, saved) {
  const name = field({
    names: ["nickname"], label: t("field.nickname"), hint: t("field.nickname.hint"), autocomplete: "nickname", maxlength: 64,
    value: chat.me.nickname ?? "",
  });
  const made = form({
    fields: [name], label: t("profile.save"), className: "form row",
    send: async (values) => {
      const card = await api.patchMe({ nickname: values.nickname.trim() });
      changed(chat, card ?? values);
      saved();
      say(made.alert, t("profile.saved"));
    },
  });
  return made.node;
}

function themeChoice() {
  const chosen = keep.read("theme") ?? "auto";
  const set = (theme) => {
    keep.write("theme", theme === "auto" ? null : theme);
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  };
  const options = ["auto", "light", "dark"].map((theme) =>
    h("option", { value: theme, selected: theme === chosen }, t(`theme.${theme}`)));
  return h("label", { class: "language" }, h("span", {}, t("theme")),
    h("select", { onchange: (event) => set(event.target.value) }, options));
}

function sessions() {
  const list = h("ul", { class: "sessions" });
  const fault = h("p", { class: "fault", role: "alert" });

  async function load() {
    try {
      swap(list, ...(await api.sessions()).map(line));
    } catch (problem) {
      say(fault, words(problem));
    }
  }

  async function end(id) {
    try {
      await api.endSession(id);
      await load();
    } catch (problem) {
      say(fault, words(problem));
    }
  }

  function line({ id, device, ip, current, last_seen_at: seen }) {
    const name = device || t("profile.device");
    return h("li", {},
      h("div", {}, h("p", { class: "entry-name" }, name),
        h("p", { class: "hint" }, current ? t("profile.current") : t("profile.seen", { time: seen ? fullTime(new Date(seen)) : "–" }), ip && ` · ${ip}`)),
      !current && h("button", { type: "button", class: "link", "aria-label": t("profile.end.named", { device: name }), onclick: () => end(id) }, t("profile.end")));
  }

  load();
  return h("section", { class: "profile-sessions" }, h("h3", {}, t("profile.sessions")), list, fault);
}
