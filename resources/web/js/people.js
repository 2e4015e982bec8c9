// Who is who: the cards this window has seen, and the list one may talk to.

import * as api from "./api.js";
import { Events } from "./events.js";
import { t } from "./i18n.js";
import { bare, SYSTEM } from "./ids.js";

export class People extends Events {
  found = []; // ids, as the last search gave them
  more = false;
  #cards = new Map();
  #asked = new Set();
  #name = "";
  #page = 0;

  constructor(me) {
    super();
    this.me = me;
  }

  // Answers the card, or null while it is being fetched.
  get(id) {
    if (id === null) return null;
    if (id === SYSTEM) return { id, name: t("person.system") };
    if (bare(id) === bare(this.me.id)) return this.me;
    const card = this.#cards.get(bare(id)) ?? null;
    if (!card) this.#fetch(bare(id));
    return card;
  }

  async search(name) {
    this.#name = name;
    this.#page = 0;
    await this.next();
  }

  async next() {
    const name = this.#name;
    const answer = await api.people(name, this.#page + 1);
    if (name !== this.#name) return; // a later search overtook this one
    const others = answer.data.filter(({ id }) => bare(id) !== bare(this.me.id));
    for (const card of others) this.#cards.set(bare(card.id), card);
    const ids = others.map(({ id }) => bare(id));
    this.found = this.#page === 0 ? ids : [...new Set([...this.found, ...ids])];
    this.#page += 1;
    this.more = this.#page < (answer.pager?.total_page ?? 1);
    this.emit("change");
  }

  async #fetch(id) {
    if (this.#asked.has(id)) return;
    this.#asked.add(id);
    try {
      this.#cards.set(id, await api.person(id));
      this.emit("change");
    } catch {
      // Nobody, or no answer: the name stays unknown until the page is loaded again.
    }
  }
}
