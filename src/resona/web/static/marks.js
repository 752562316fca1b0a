// In all lists, what plays is marked.

export function mark(key, isPlaying) {
  for (const element of document.querySelectorAll("[data-plays]")) {
    const isCurrent = element.dataset.plays === key;
    element.classList.toggle("current", isCurrent);
    element.classList.toggle("playing", isCurrent && isPlaying);
    if (element.tagName === "BUTTON") element.setAttribute("aria-pressed", String(isCurrent && isPlaying));
  }
}
