// Light or dark is decided before anything is drawn. Not a module: it must run at once.
"use strict";
(() => {
  try {
    const kept = JSON.parse(localStorage.getItem("resona.theme"));
    if (kept === "light" || kept === "dark") document.documentElement.dataset.theme = kept;
  } catch {
    // forbidden or damaged: as the system has it
  }
})();
