// The smallest publish and subscribe: on() answers how to stop listening.

export class Events {
  #listeners = new Map();

  on(name, listener) {
    const all = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, all.add(listener));
    return () => all.delete(listener);
  }

  emit(name, ...details) {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(...details);
  }
}
