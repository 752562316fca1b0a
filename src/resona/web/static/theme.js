// Light or dark is decided before anything is drawn. Not a module: it must run at once.
"use strict";
(() => {
  const kept = localStorage.getItem("resona.theme");
  if (kept) document.documentElement.dataset.theme = kept;
})();
