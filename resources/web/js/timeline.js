// What this window knows of one conversation: an unbroken run of messages, first..cursor. Every
// way a message comes in (live, history, sync, our own ack) enters here, so each shows once, and
// in the order of seq, whatever came twice, late or ahead of a hole.

export class Timeline {
  messages = []; // by seq, without holes
  cursor = null; // the last seq of the run; null: nothing is loaded yet
  more = true; // older ones may lie before the run
  gap = false; // some are lost for ever before the run
  #ahead = new Map(); // came after a hole
  #changed = new Map(); // was changed before it came

  get first() {
    return this.messages[0]?.seq ?? (this.cursor ?? 0) + 1;
  }

  get last() {
    return this.messages.at(-1);
  }

  // True while a hole stands between the run and something that already came.
  get broken() {
    return this.#ahead.size > 0;
  }

  // Takes one message; tells whether the run grew.
  accept(message) {
    if (this.cursor !== null && message.seq <= this.cursor) return false;
    this.#ahead.set(message.seq, message);
    return this.#close();
  }

  // Takes what a message has become: of all one hears about a seq the highest rev counts.
  amend(change) {
    const { seq, rev } = change;
    const held = this.messages.find((message) => message.seq === seq);
    if (held) Object.assign(held, (held.rev ?? 0) < rev && change);
    else if ((this.#changed.get(seq)?.rev ?? 0) < rev) this.#changed.set(seq, change);
  }

  // Starts anew from the newest page.
  reset(page, more) {
    this.messages = [...page];
    this.cursor = page.at(-1)?.seq ?? 0;
    this.more = more;
    for (const seq of [...this.#ahead.keys()]) if (seq <= this.cursor) this.#ahead.delete(seq);
    this.#close();
  }

  // Puts an older page before the run.
  prepend(page, more) {
    const older = page.filter((message) => message.seq < this.first);
    this.messages.unshift(...older);
    this.more = more && older.length > 0;
  }

  // The server keeps nothing between *have* and *first*: the run goes on from there.
  skip(have, first) {
    if (this.cursor === null || this.cursor > have || first <= have + 1) return;
    this.messages = [];
    this.cursor = first - 1;
    this.more = false;
    this.gap = true;
    this.#close();
  }

  // Lets go of old ones that nobody looks at.
  trim(keep) {
    if (this.messages.length <= keep) return false;
    this.messages.splice(0, this.messages.length - keep);
    return (this.more = true);
  }

  #close() {
    if (this.cursor === null) return false;
    const before = this.cursor;
    for (let next; (next = this.#ahead.get(this.cursor + 1)); ) {
      this.#ahead.delete(next.seq);
      const change = this.#changed.get(next.seq);
      this.#changed.delete(next.seq);
      this.messages.push({ ...next, ...((next.rev ?? 0) < (change?.rev ?? 0) && change) });
      this.cursor = next.seq;
    }
    return this.cursor > before;
  }
}
