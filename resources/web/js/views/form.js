// Forms: a label, a hint and a place for the fault beside each field, and what the server refused
// put where it belongs. Faults are tied to their input, so a screen reader says them there.

import { h, newId, say } from "../dom.js";
import { has, t } from "../i18n.js";
import { icon } from "../icons.js";

// Refusals of the whole that are about one field, and are shown where it stands.
const ABOUT = {
  "captcha.wrong": "captcha_answer", "code.wrong": "verify_code", "code.tries": "verify_code",
  "name.taken": "name", "mobile.taken": "mobile", "email.taken": "email",
};

// *names*: the fields of the API whose faults show here, the first being the one it sends.
export function field({ names, label, hint, beside, ...attributes }) {
  const id = newId("field");
  const input = h("input", { id, class: "input", name: names[0], autocapitalize: "none", ...attributes });
  const fault = h("p", { id: `${id}-fault`, class: "fault" });
  const tip = hint && h("p", { id: `${id}-hint`, class: "hint" }, hint);
  input.setAttribute("aria-describedby", [fault.id, tip?.id].filter(Boolean).join(" "));
  const row = beside ? h("div", { class: "beside" }, input, beside) : input;
  const show = (text) => {
    say(fault, text);
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  input.addEventListener("input", () => show(""));
  const node = h("div", { class: "field" }, h("label", { for: id }, label), row, fault, tip);
  return { node, input, names, show, values: () => ({ [names[0]]: input.value }) };
}

export function passwordField(options) {
  const eye = h("button", { type: "button", class: "in-field", "aria-pressed": "false" });
  const made = field({ type: "password", beside: eye, maxlength: 1024, ...options });
  const paint = () => {
    const shown = made.input.type === "text";
    eye.replaceChildren(icon(shown ? "hidden" : "eye"));
    eye.setAttribute("aria-pressed", shown);
    eye.setAttribute("aria-label", t(shown ? "password.hide" : "password.show"));
  };
  eye.addEventListener("click", () => {
    made.input.type = made.input.type === "text" ? "password" : "text";
    paint();
  });
  paint();
  return made;
}

// What to say about a problem as a whole.
export function words(problem) {
  const text = problem.detail || (has(`error.${problem.code}`) ? t(`error.${problem.code}`) : t("error.unknown"));
  if (!problem.retryAfter) return text;
  return `${text} ${t("error.retry", { seconds: Math.ceil(problem.retryAfter) })}`;
}

// send(values) does the work; what it throws is shown. Fields left empty never leave the page.
export function form({ fields, label, send, className = "form" }) {
  const alert = h("p", { class: "alert", role: "alert" });
  const button = h("button", { class: "button primary", type: "submit" }, label);
  const node = h("form", { class: className, novalidate: true, onsubmit: submit },
    fields.map((one) => one.node), alert, button);
  let busy = false;

  async function submit(event) {
    event.preventDefault();
    if (busy || !complete()) return;
    setBusy(true);
    try {
      await send(Object.assign({}, ...fields.map((one) => one.values())));
    } catch (problem) {
      refuse(problem);
    } finally {
      setBusy(false);
    }
  }

  function complete() {
    say(alert, "");
    const empty = fields.filter((one) => !one.input.value.trim());
    for (const one of fields) one.show(empty.includes(one) ? t("field.required") : "");
    empty[0]?.input.focus();
    return empty.length === 0;
  }

  // Each fault goes to its field; what belongs to none of ours, to the whole.
  function refuse(problem) {
    if (!("status" in problem)) throw problem; // a bug of ours, not the server's answer
    const about = ABOUT[problem.code];
    const placed = fields.some(({ names }) => names.includes(about));
    const faults = placed ? { [about]: [{ message: words(problem) }] } : { ...problem.fields };
    let first = null;
    for (const one of fields) {
      const texts = one.names.flatMap((name) => faults[name] ?? []).map(({ message }) => message);
      for (const name of one.names) delete faults[name];
      one.show(texts.join(" "));
      one.refused?.(texts.length > 0);
      if (texts.length) first ??= one;
    }
    const rest = Object.values(faults).flat().map(({ message }) => message);
    if (!first || rest.length) say(alert, rest.join(" ") || words(problem));
    (first?.input ?? button).focus();
  }

  function setBusy(now) {
    busy = now;
    node.setAttribute("aria-busy", now);
    button.classList.toggle("busy", now);
    say(button, now ? t("busy") : label);
  }

  return { node, alert, submit: () => node.requestSubmit() };
}
