// The second step of every way with a code: the code itself, and for a new account or a new
// password what else is needed. Another code may be asked for once the cool-down is over.

import * as api from "../api.js";
import { h, say, swap } from "../dom.js";
import { t } from "../i18n.js";
import { captchaField } from "./captcha.js";
import { field, form, passwordField } from "./form.js";

const BUTTON = { signin: "signin.do", signup: "signup.do", reset: "reset.do" };

export function codeStep(entry) {
  const { mode, way, sent, values } = entry;
  const fields = [codeField(), ...more(mode, values)];
  const main = form({ fields, label: t(BUTTON[mode]), send });
  const again = resend(entry);

  async function send(given) {
    const code = { [way]: sent.target, code_id: sent.codeId, ...given };
    if (mode === "reset") {
      await api.resetPassword(way, code);
      location.hash = "#/sign-in";
      entry.go({ mode: "signin", way: "password", sent: null, notice: t("reset.done") });
    } else {
      await entry.finish(await (mode === "signup" ? api.signUp : api.signIn)(way, code));
    }
  }

  // With nothing else to fill in, the sixth digit is the answer.
  fields[0].input.addEventListener("input", () => {
    if (fields.length === 1 && /^[0-9]{6}$/.test(fields[0].values().verify_code)) main.submit();
  });

  const change = h("button", { type: "button", class: "link", onclick: () => entry.go({ sent: null }) }, t("code.change"));
  const [before, after] = t("code.sent", { minutes: sent.minutes }).split("{target}");
  const node = h("div", { class: "code-step" },
    h("p", { class: "sent" }, before, h("strong", {}, sent.target), after, " ", change), main.node, again.node);
  return { node, close: again.close };
}

// Takes "123 456" too, as some phones paste it.
function codeField() {
  const made = field({
    names: ["verify_code", "code_id"], label: t("field.code"), class: "input code", inputmode: "numeric",
    autocomplete: "one-time-code", maxlength: 12,
  });
  return { ...made, values: () => ({ verify_code: made.input.value.replace(/\s/g, "") }) };
}

function more(mode, values) {
  if (mode === "signin") return [];
  const password = passwordField({
    names: ["password"], label: t(mode === "reset" ? "field.password.new" : "field.password"),
    hint: t("field.password.hint"), autocomplete: "new-password",
  });
  if (mode === "reset") return [password];
  const name = field({
    names: ["name"], label: t("field.name"), hint: t("field.name.hint"), autocomplete: "username", maxlength: 64,
    value: values.name,
  });
  name.input.addEventListener("input", () => (values.name = name.input.value));
  return [name, password];
}

// A countdown, then a button, then the picture that stands before every code.
function resend(entry) {
  const { sent, way } = entry;
  const node = h("div", { class: "again" });
  const button = h("button", { type: "button", class: "link", onclick: ask });
  let captcha = null;

  function tick() {
    const left = Math.ceil((sent.again - Date.now()) / 1000);
    button.disabled = left > 0;
    say(button, left > 0 ? t("code.again.in", { seconds: left }) : t("code.again"));
    if (left <= 0) clearInterval(timer);
  }

  function ask() {
    captcha = captchaField();
    const again = form({
      fields: [captcha], label: t("code.send"), className: "form inset",
      send: async (values) => entry.go({ sent: await entry.ask({ ...values, [way]: sent.target }, sent.codeId) }),
    });
    swap(node, again.node);
    captcha.input.focus();
  }

  swap(node, h("p", {}, t("code.missing"), " ", button));
  const timer = setInterval(tick, 250);
  tick();
  return {
    node,
    close: () => {
      clearInterval(timer);
      captcha?.close();
    },
  };
}
