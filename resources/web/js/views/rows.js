// What stands between the top and the bottom of a talk: days, a mark before what is new, and the
// messages, those of one person within a few minutes together. Pure: messages in, rows out.

const TOGETHER_MS = 5 * 60_000;
const dayOf = (at) => at.toDateString();

export function rowsOf({ timeline, pending, user, newAfter }) {
  const rows = [];
  if (timeline.gap) rows.push({ kind: "gap", key: "gap" });
  let previous = null;
  let marked = newAfter === null;
  for (const message of timeline.messages) {
    const at = new Date(message.at);
    if (!previous || dayOf(previous.at) !== dayOf(at)) {
      rows.push({ kind: "day", key: `day ${dayOf(at)} ${message.seq}`, at });
      previous = null;
    }
    if (!marked && message.seq > newAfter && message.sender !== user) {
      rows.push({ kind: "new", key: "new" });
      marked = true;
      previous = null;
    }
    previous = push(rows, previous, { ...message, at, state: "sent" });
  }
  for (const { id, content, at, state, error } of pending) {
    previous = push(rows, previous, { id, content, at: new Date(at), state, error, sender: user });
  }
  return rows;
}

function push(rows, previous, message) {
  const together = previous?.sender === message.sender && message.at - previous.at < TOGETHER_MS;
  if (together) previous.row.tail = false;
  const key = `${message.sender} ${message.id}`;
  const row = { kind: "message", key, message, head: !together, tail: true };
  rows.push(row);
  return { sender: message.sender, at: message.at, row };
}
