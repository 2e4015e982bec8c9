// What this browser keeps between visits. Storage may be full, denied or hold anything at all:
// reading then gives the default, and writing tells that it failed instead of throwing.

const PREFIX = "parley.";

export function read(name, fallback = null) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name)) ?? fallback;
  } catch {
    return fallback;
  }
}

export function write(name, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

// Calls back when another window of this browser changes *name*.
export function watch(name, changed) {
  const listen = (event) => {
    if (event.key === PREFIX + name) changed();
  };
  window.addEventListener("storage", listen);
  return () => window.removeEventListener("storage", listen);
}
