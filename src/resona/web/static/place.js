// Where the page is: the address says which view and in what state, and Back finds it as it was left.

const REMEMBERED = 20; // views

/** Read the address: `#/view/part?name=value`. What cannot be decoded is taken as it stands. */
export function read() {
  const [path, query = ""] = location.hash.slice(2).split(/\?(.*)/s);
  return { parts: path.split("/").map(decoded), parameters: new URLSearchParams(query) };
}

/** Write some parameters into the address; empty ones leave it. No view is drawn anew. */
export function note(values) {
  const { parameters } = read();
  for (const [name, value] of Object.entries(values)) {
    if (value === "" || value === undefined) parameters.delete(name);
    else parameters.set(name, value);
  }
  const query = parameters.toString();
  history.replaceState(history.state, "", `#/${location.hash.slice(2).split("?")[0]}${query ? `?${query}` : ""}`);
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Remembers, for each step of the history, how far one had scrolled, and views that take long to fill again. */
export class Trail {
  #steps = new Map(); // key to {top, view}
  #current = null;

  constructor() {
    history.scrollRestoration = "manual";
  }

  /** Come to the step that the history is at; gives what is remembered of it. */
  arrive() {
    if (this.#current) this.#current.top = scrollY;
    if (!history.state?.key) history.replaceState({ key: `${Date.now()}-${Math.random()}` }, "");
    const { key } = history.state;
    this.#current = this.#steps.get(key) ?? { top: 0, view: null };
    this.#steps.delete(key);
    this.#steps.set(key, this.#current);
    if (this.#steps.size > REMEMBERED) this.#steps.delete(this.#steps.keys().next().value);
    return this.#current;
  }
}

/** Scroll to where one was, as soon as the view is long enough; whoever scrolls meanwhile has the last word. */
export function scrollBack(view, top) {
  scrollTo(0, top);
  if (!top || scrollY >= top - 1) return;
  const watch = new ResizeObserver(() => {
    scrollTo(0, top);
    if (scrollY >= top - 1) stop();
  });
  const stop = () => {
    watch.disconnect();
    for (const name of ["wheel", "touchstart", "keydown", "hashchange"]) removeEventListener(name, stop);
  };
  for (const name of ["wheel", "touchstart", "keydown", "hashchange"]) addEventListener(name, stop, { passive: true });
  watch.observe(view);
}
