// The picture that stands before each code. Its id is spent by the first check, right or wrong,
// so every refusal brings a new one.

import * as api from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { field } from "./form.js";

export function captchaField() {
  const picture = h("img", { class: "captcha", alt: t("captcha.alt"), width: 120, height: 44 });
  const another = h("button", {
    type: "button", class: "in-field", "aria-label": t("captcha.new"), title: t("captcha.new"), onclick: load,
  }, icon("refresh"));
  const made = field({
    names: ["captcha_answer", "captcha_id"], label: t("field.captcha"), inputmode: "numeric", autocomplete: "off",
    maxlength: 12, beside: [picture, another],
  });
  let id = "";
  let expiry = 0;

  async function load() {
    clearTimeout(expiry);
    another.disabled = true;
    picture.classList.add("loading");
    try {
      const issued = await api.captcha();
      id = issued.captcha_id;
      picture.src = issued.image;
      made.input.value = "";
      expiry = setTimeout(load, Math.max(30, issued.expires_in - 5) * 1000);
    } catch (problem) {
      made.show(problem.detail || t("captcha.failed"));
    } finally {
      another.disabled = false;
      picture.classList.remove("loading");
    }
  }

  load();
  return {
    ...made,
    values: () => ({ captcha_id: id, captcha_answer: made.input.value.trim() }),
    refused: load,
    close: () => clearTimeout(expiry),
  };
}
