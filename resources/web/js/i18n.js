// The page's words in the reader's language. Errors come from the server already translated:
// each request says which language is shown.

import { Events } from "./events.js";
import * as keep from "./keep.js";
import en from "./lang/en.js";
import zh from "./lang/zh.js";

export const LANGUAGES = { "zh-CN": "中文", en: "English" };
const WORDS = { "zh-CN": zh, en };

export const i18n = new Events();
export let language = preferred();

function preferred() {
  const chosen = keep.read("language");
  if (chosen in WORDS) return chosen;
  for (const tag of navigator.languages ?? []) {
    if (/^zh\b/i.test(tag)) return "zh-CN";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "en";
}

export function speak(tag) {
  language = tag;
  keep.write("language", tag);
  settle();
  i18n.emit("language");
}

export function settle() {
  document.documentElement.lang = language;
}

// t("link.again", {seconds: 5}) fills "{seconds}" in.
export function t(key, values = {}) {
  const words = WORDS[language][key] ?? key;
  return words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const has = (key) => key in WORDS[language];

// The reader's own region where it speaks this language: half of English has no "PM".
function region() {
  const kin = language.slice(0, 2);
  return (navigator.languages ?? []).find((tag) => tag.toLowerCase().startsWith(kin)) ?? language;
}

const formats = new Map();
function format(name, options) {
  const key = `${language} ${name}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(region(), options));
  return formats.get(key);
}

export const clockTime = (at) => format("time", { hour: "numeric", minute: "2-digit" }).format(at);

export const fullTime = (at) =>
  format("full", { dateStyle: "medium", timeStyle: "short" }).format(at);

const DAY = 86_400_000;
const midnight = (at) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

// "Today", "Yesterday", a weekday within the week, else a date; the year only where it differs.
export function dayName(at, now = new Date()) {
  const days = Math.round((midnight(now) - midnight(at)) / DAY);
  if (days === 0) return t("day.today");
  if (days === 1) return t("day.yesterday");
  if (days > 1 && days < 7) return format("weekday", { weekday: "long" }).format(at);
  if (at.getFullYear() === now.getFullYear()) {
    return format("date", { month: "long", day: "numeric" }).format(at);
  }
  return format("year", { year: "numeric", month: "long", day: "numeric" }).format(at);
}

// For a list: the time of today's, the day of older ones.
export function shortTime(at, now = new Date()) {
  return midnight(at) === midnight(now) ? clockTime(at) : dayName(at, now);
}
