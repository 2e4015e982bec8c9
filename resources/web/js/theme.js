// A classic script in the head: the chosen theme is on the page before its first paint.
"use strict";
(() => {
  let theme = null;
  try {
    theme = JSON.parse(localStorage.getItem("parley.theme"));
  } catch {
    // Storage may be denied or hold anything: the system's own choice then stands.
  }
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
})();
