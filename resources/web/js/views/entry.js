// Signing up, signing in, and choosing a new password: by a code to a mobile or a mailbox, or by
// password. What was typed outlives a change of language or of way.

import * as api from "../api.js";
import { h, swap } from "../dom.js";
import { t } from "../i18n.js";
import { captchaField } from "./captcha.js";
import { languageChoice, mark } from "./chrome.js";
import { codeStep } from "./code_step.js";
import { field, form, passwordField, words } from "./form.js";
import { sample } from "./sample.js";

const WAYS = { signin: ["mobile", "email", "password"], signup: ["mobile", "email"], reset: ["mobile", "email"] };
export const PURPOSE = { signin: "login", signup: "signup", reset: "reset" };

export const addressField = (way, value) =>
  way === "mobile"
    ? field({ names: ["mobile"], label: t("field.mobile"), hint: t("field.mobile.hint"), type: "tel", autocomplete: "tel", maxlength: 32, value })
    : field({ names: ["email"], label: t("field.email"), type: "email", autocomplete: "email", maxlength: 254, value });

export class Entry {
  mode = "signin"; // signin, signup, reset
  way = "mobile";
  sent = null; // {target, codeId, minutes, again}: a code is under way
  values = {};
  notice = "";
  #enter;
  #open = [];
  #password = "";

  // enter() is called once the session cookie is there.
  constructor(enter) {
    this.node = h("div", { class: "entry" });
    this.step = h("div", { class: "entry-step" });
    this.#enter = enter;
    this.follow();
  }

  // The address says whether somebody comes in or signs up.
  follow() {
    const mode = { "#/sign-up": "signup", "#/reset": "reset" }[location.hash] ?? "signin";
    if (mode !== this.mode) Object.assign(this, { mode, sent: null, notice: "" });
    if (!WAYS[mode].includes(this.way)) this.way = WAYS[mode][0];
    this.render();
  }

  render() {
    swap(this.node,
      h("aside", { class: "entry-side" }, mark(), h("div", { class: "entry-words" },
        h("p", { class: "tagline" }, t("app.tagline")), h("p", { class: "promise" }, t("app.promise"))), sample()),
      h("main", { class: "entry-main" },
        h("header", { class: "entry-top" }, mark(), languageChoice()),
        h("div", { class: "entry-card" },
          h("h1", {}, t(`entry.${this.mode}`)),
          !this.sent && this.#ways(),
          this.step,
          this.#elsewhere())));
    this.#fill();
  }

  #fill() {
    this.close();
    const notice = this.notice && h("p", { class: "notice", role: "status" }, this.notice);
    swap(this.step, notice, ...[this.#step()].flat());
  }

  close() {
    for (const part of this.#open) part.close();
    this.#open = [];
  }

  go(changes) {
    Object.assign(this, changes);
    this.render();
    this.node.querySelector("input:not([type=radio]):not([readonly])")?.focus();
  }

  async finish(answer) {
    if (answer.state === "pending") return this.go({ sent: null, notice: t("signin.pending") });
    await this.#enter();
  }

  #ways() {
    const one = (way) => h("label", { class: "segment" },
      h("input", {
        type: "radio", name: "way", value: way, checked: way === this.way, onchange: () => this.#choose(way),
      }), h("span", {}, t(`way.${way}`)));
    return h("fieldset", { class: "segments" }, h("legend", { class: "quiet" }, t("entry.way")),
      WAYS[this.mode].map(one));
  }

  // Only what is under the choice changes: the focus stays on it, and arrow keys go on.
  #choose(way) {
    this.way = way;
    this.notice = "";
    this.#fill();
  }

  #step() {
    if (this.way === "password") return this.#byPassword();
    return this.sent ? this.#kept(codeStep(this)).node : this.#sendStep();
  }

  #sendStep() {
    const address = this.#remember(addressField(this.way, this.values[this.way]));
    const captcha = this.#kept(captchaField());
    return form({
      fields: [address, captcha],
      label: t("code.send"),
      send: async (values) => this.go({ notice: "", sent: await this.ask(values) }),
    }).node;
  }

  // Has a code sent; *codeId* names the flow it belongs to.
  async ask(values, codeId = null) {
    const target = values[this.way].trim();
    const issued = await api.sendCode(this.way, {
      ...values, [this.way]: target, purpose: PURPOSE[this.mode], ...(codeId ? { code_id: codeId } : {}),
    });
    return {
      target,
      codeId: issued.code_id,
      minutes: Math.max(1, Math.round(issued.expires_in / 60)),
      again: Date.now() + issued.retry_after * 1000,
    };
  }

  #byPassword() {
    const login = this.#remember(field({
      names: ["login"], label: t("field.login"), autocomplete: "username", maxlength: 254, value: this.values.login,
    }));
    const password = passwordField({
      names: ["password"], label: t("field.password"), autocomplete: "current-password", value: this.#password,
    });
    this.#password = "";
    const captcha = this.values.captcha ? this.#kept(captchaField()) : null;
    return [
      form({
        fields: [login, password, captcha].filter(Boolean),
        label: t("signin.do"),
        send: (values) => this.#tryPassword(values),
      }).node,
      h("p", { class: "aside" }, h("a", { href: "#/reset" }, t("reset.forgot"))),
    ];
  }

  // After some wrong passwords the server asks for the picture too.
  async #tryPassword(values) {
    try {
      await this.finish(await api.signIn("password", values));
    } catch (problem) {
      if (problem.code !== "captcha.required" || this.values.captcha) throw problem;
      this.values.captcha = true;
      this.#password = values.password; // typed once is enough
      this.go({ notice: words(problem) });
    }
  }

  #elsewhere() {
    const [href, key] = this.mode === "signin" ? ["#/sign-up", "entry.signup"] : ["#/sign-in", this.mode === "reset" ? "reset.back" : "entry.signin"];
    return h("p", { class: "elsewhere" }, this.mode !== "reset" && [t(`${key}.lead`), " "], h("a", { href }, t(key)));
  }

  #remember(made) {
    made.input.addEventListener("input", () => (this.values[made.names[0]] = made.input.value));
    return made;
  }

  #kept(part) {
    this.#open.push(part);
    return part;
  }
}
