// Small parts that stand on every screen: the mark, the language, the avatar.

import { h } from "../dom.js";
import { LANGUAGES, language, speak, t } from "../i18n.js";
import { icon } from "../icons.js";

export function mark() {
  return h("span", { class: "mark" }, h("img", { src: "/assets/icon.svg", alt: "", width: 28, height: 28 }), "Parley");
}

export function languageChoice() {
  const options = Object.entries(LANGUAGES).map(([tag, name]) =>
    h("option", { value: tag, lang: tag, selected: tag === language }, name));
  return h("label", { class: "language" }, icon("language"),
    h("span", { class: "quiet" }, t("language")),
    h("select", { onchange: (event) => speak(event.target.value) }, options));
}

export const nameOf = (card) => card?.nickname || card?.name || t("person.unknown");

const HUES = 8;

// A picture, or the first letter on a colour of their own.
export function avatar(card, size = "") {
  const node = h("span", { class: `avatar ${size}`, "aria-hidden": "true" });
  const source = pictureOf(card);
  if (source) {
    node.append(h("img", { src: source, alt: "", loading: "lazy" }));
    return node;
  }
  const hue = [...String(card?.id ?? "")].reduce((sum, letter) => sum * 31 + letter.codePointAt(0), 7);
  node.classList.add(`hue-${Math.abs(hue) % HUES}`);
  node.append([...nameOf(card)][0]?.toUpperCase() ?? "");
  return node;
}

// The API gives one address, or one for each size.
export function pictureOf(card) {
  const picture = card?.avatar;
  if (!picture) return null;
  return typeof picture === "string" ? picture : (picture["64"] ?? picture["256"] ?? null);
}
