// From plain text to nodes: addresses become links, nothing becomes markup.

import { h } from "./dom.js";

// ASCII only: in Chinese, text follows an address without a space.
const ADDRESS = /https?:\/\/[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+/g;
const AFTER = /[.,;:!?'")\]]+$/; // what ends the sentence is no part of the address
const PICTURES = /^(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u200d\ufe0f]\s?){1,12}$/u;

export function nodesOf(content) {
  const nodes = [];
  let end = 0;
  for (const { 0: found, index } of content.matchAll(ADDRESS)) {
    const address = found.replace(AFTER, "");
    if (!URL.canParse(address)) continue;
    nodes.push(content.slice(end, index));
    nodes.push(h("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, address));
    end = index + address.length;
  }
  nodes.push(content.slice(end));
  return nodes;
}

export const isPictures = (content) => PICTURES.test(content.trim());

export const bytesOf = (content) => new TextEncoder().encode(content).length;

// One line of it, for lists and announcements.
export const oneLine = (content) => content.replace(/\s+/g, " ").trim().slice(0, 140);
