// A comfort only: every screen works without it.
// A double click sends a form once, so that nobody is told that the link they just used can't be used again.
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
  } else {
    form.dataset.sent = "yes";
  }
});

// Coming back with the Back button shows the page as it was left: its form may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
  }
});
