// What sounds like the words in the search box: a section below the songs that are called so.

import { get } from "./api.js";
import { h } from "./dom.js";
import { list } from "./list.js";
import { sentence, text } from "./texts.js";

/** Ask for it; what cannot be understood is only told where nothing else was found. */
export async function bySound(words, signal, isAlone) {
  try {
    const found = await get("/find", { q: words, k: 30 }, { signal });
    return h("section", { "aria-label": text("sound.title") }, found.results.length ? h("h2", {}, text("sound.title")) : null,
      ...(found.results.length || isAlone ? found.sentences : []).map((said) => h("p", { class: "quiet-text" }, sentence(said))),
      found.results.length ? list(found.results, { label: text("sound.title") }) : null);
  } catch (error) {
    if (error.name === "AbortError" || !isAlone) return null;
    return h("p", { class: "quiet-text" }, error.message);
  }
}
