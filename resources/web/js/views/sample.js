// Three lines of an invented talk beside the entry form, for the eye alone.

import { h } from "../dom.js";
import { t } from "../i18n.js";

export function sample() {
  const line = (side, key) => h("p", { class: `sample-line ${side}` }, t(key));
  return h("div", { class: "sample", "aria-hidden": "true" },
    line("theirs", "sample.one"), line("mine", "sample.two"), line("theirs", "sample.three"));
}
