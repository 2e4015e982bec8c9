// Building and patching the page. Text goes in as text nodes only, never as markup.

export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(node, name, value);
  node.append(...children.flat(2).filter((child) => child || child === 0));
  return node;
}

function set(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "data") Object.assign(node.dataset, value);
  else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else node.setAttribute(name, value === true ? "" : String(value));
}

// Brings the children of *parent* to one node per item, in order, keeping the node of each key
// that was there: what a person selected or focused in it survives.
export function reconcile(parent, items, { key, make, update }) {
  const known = (parent.keyed ??= new Map());
  const wanted = new Set(items.map(key));
  for (const [name, node] of known) {
    if (!wanted.has(name)) {
      node.remove();
      known.delete(name);
    }
  }
  let place = parent.firstChild;
  for (const item of items) {
    let node = known.get(key(item));
    if (!node) known.set(key(item), (node = make(item)));
    update?.(node, item);
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  }
}

export function swap(parent, ...children) {
  parent.replaceChildren(...children.filter(Boolean));
}

// Changing text to what it already is would make a screen reader say it again.
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

let count = 0;
export const newId = (prefix) => `${prefix}-${(count += 1)}`;
