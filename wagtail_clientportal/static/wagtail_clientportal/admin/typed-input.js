/* Says in words, below a field, which date or time is typed in it. The server reads it, with what reads the form too;
   what was typed stays as it is. */
(function () {
  "use strict";

  const PAUSE = 400; // milliseconds without a key
  const waiting = new WeakMap();

  async function say(field) {
    const box = field.closest("[data-clientportal-typed]");
    const typed = field.value;
    let answer = {};
    if (typed.trim()) {
      try {
        const url = `${box.dataset.clientportalTyped}&text=${encodeURIComponent(typed)}`;
        const response = await fetch(url, { headers: { Accept: "application/json" } });
        if (response.ok) answer = await response.json();
      } catch {
        // Without an answer nothing is said; the form says it once it is sent.
      }
    }
    if (field.value !== typed) return; // typed on meanwhile: that has its own answer
    const words = box.querySelector("output");
    words.textContent = answer.words || answer.reason || "";
    words.classList.toggle("clientportal-typed__words--refused", Boolean(answer.reason));
  }

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.closest("[data-clientportal-typed]")) return;
    clearTimeout(waiting.get(field));
    waiting.set(field, setTimeout(say, PAUSE, field));
  });
})();
