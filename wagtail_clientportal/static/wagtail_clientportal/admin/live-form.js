/* A form whose page follows while somebody types and chooses. The server makes the page, as it does for whoever presses
   the same buttons without a script: it is asked for the page with what is in the form now, and what differs in the
   parts that are marked "data-live" is shown. The part in which somebody types stays as it is. */
(() => {
  "use strict";

  const PAUSE = 300; // milliseconds without a key
  const rootOf = (element) => element.closest?.("[data-live-form]");
  const formOf = (root) => document.getElementById(root.dataset.liveForm);
  let asked = 0;
  let waiting;

  const isTypedIn = (part) => {
    const active = document.activeElement;
    return part.contains(active) && active.matches("input:not([type=checkbox], [type=radio]), textarea, select");
  };

  const show = (old, fresh) => {
    for (const part of old.querySelectorAll("[data-live]")) {
      if (!part.isConnected || part.parentElement.closest("[data-live-shown]")) continue;
      const other = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
      if (!other || isTypedIn(part) || part.innerHTML === other.innerHTML) continue;
      part.replaceChildren(...other.childNodes);
    }
  };

  // Where somebody was, should that have been shown anew.
  const goBackTo = (root, before) => {
    if (document.activeElement !== document.body || !before) return;
    const same = before.id && document.getElementById(before.id);
    const named = before.name && before.value && [...root.querySelectorAll(`[name="${before.name}"]`)];
    const next = same || (named && named.find((one) => one.value === before.value));
    (next || root.querySelector("[data-live-next]") || root.querySelector("select, input:not([type=hidden])"))?.focus();
  };

  // Resolves to whether the page is shown: not where it was overtaken by another question.
  const ask = async (root, name, value) => {
    const form = formOf(root);
    const number = (asked += 1);
    const body = new FormData(form);
    body.append(name, value);
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-live-form]");
    if (!answer.ok || !fresh) throw new Error("There is no such form.");
    if (number !== asked) return;
    const before = document.activeElement;
    show(root, fresh);
    goBackTo(root, before);
  };

  const askLater = (root, name) => {
    clearTimeout(waiting);
    asked += 1; // what was asked before knows nothing of what was typed now
    // Without an answer nothing is shown; the form says it once it is sent.
    waiting = setTimeout(() => ask(root, name, "1").catch(() => {}), PAUSE);
  };

  document.addEventListener("input", (event) => {
    const typed = event.target.closest("[data-live-typed]");
    const root = typed && rootOf(typed);
    if (root) askLater(root, typed.dataset.liveTyped);
  });

  document.addEventListener("change", (event) => {
    const root = rootOf(event.target);
    if (!root || event.target.closest("[data-live-typed], [data-live-waits]")) return;
    if (event.target.form === formOf(root) && event.target.name) askLater(root, "show_times");
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[formnovalidate][name]");
    const root = button && rootOf(button);
    if (!root || button.form !== formOf(root) || button.dataset.plain) return;
    event.preventDefault();
    clearTimeout(waiting);
    ask(root, button.name, button.value).catch(() => {
      button.dataset.plain = "1";
      button.click();
    });
  });

  // In the search, Enter finds and doesn't book; the arrow leads to what was found.
  document.addEventListener("keydown", (event) => {
    const found = event.target.closest?.("[data-live-typed=find_client], .clientportal-found button");
    const root = found && rootOf(found);
    if (!root) return;
    const buttons = [...root.querySelectorAll("[data-live=found] button")];
    if (event.key === "Enter" && found.matches("input")) {
      event.preventDefault();
      if (buttons.length === 1) buttons[0].click();
      else askLater(root, "find_client");
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = buttons[buttons.indexOf(found) + (event.key === "ArrowDown" ? 1 : -1)];
      if (!next && event.key === "ArrowDown") return;
      event.preventDefault();
      (next || root.querySelector("[data-live-typed=find_client]")).focus();
    }
  });
})();
