// A comfort only: every screen works without it.
"use strict";

(() => {
  // A double click sends a form once, so that nobody is told that the link they just used can't be used again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) {
      event.preventDefault();
    } else {
      form.dataset.sent = "yes";
    }
  });

  // The end of the session. `null` where nobody is signed in.
  let dialog = document.getElementById("cp-session-warning");
  let endsAt = 0; // milliseconds since 1970, by this machine's clock
  let timer = 0;

  window.addEventListener("pageshow", (event) => {
    if (event.persisted && dialog) {
      // Back, out of the browser's memory, perhaps after signing out: show nothing, and ask the server again.
      document.documentElement.hidden = true;
      window.location.reload();
      return;
    }
    // The page as it was left: its form may be sent again.
    for (const form of document.forms) {
      delete form.dataset.sent;
    }
  });

  if (!dialog) {
    return;
  }

  // Other tabs keep the same session alive, so they tell each other.
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("clientportal") : null;
  const said = document.querySelector("[data-cp-said]");
  const stayLink = document.querySelector("[data-cp-stay]");

  // Takes over how long the session lasts from the warning of a page that has just come from the server.
  function begin(asked) {
    endsAt = asked + Number(dialog.dataset.cpSeconds) * 1000;
    tabs?.postMessage({ key: dialog.dataset.cpKey, endsAt });
    tick();
  }

  function tick() {
    window.clearTimeout(timer);
    if (!dialog) {
      return;
    }
    const left = endsAt - Date.now();
    const untilWarning = left - Number(dialog.dataset.cpWarning) * 1000;
    if (left <= 0) {
      wipe();
      return;
    }
    if (untilWarning <= 0) {
      warn();
    }
    // Never long at once: a machine that slept wakes up late.
    timer = window.setTimeout(tick, Math.min(untilWarning > 0 ? untilWarning : left, 10000));
  }

  function warn() {
    if (dialog.dataset.cpWarned) {
      return;
    }
    dialog.dataset.cpWarned = "yes";
    const time = dialog.querySelector("[data-cp-time]");
    const language = document.documentElement.lang || "en";
    const shape = { hour: "numeric", minute: "2-digit" };
    // In English as on the rest of the page: 3:15pm.
    time.textContent = language.startsWith("en")
      ? new Date(endsAt).toLocaleTimeString(language, { ...shape, hour12: true }).replace(/\s/g, "")
      : new Date(endsAt).toLocaleTimeString(language, shape);
    // A modal dialog takes the focus, is read out, and gives the focus back to where it was.
    if (dialog.showModal) {
      dialog.showModal();
    } else {
      dialog.setAttribute("open", "");
    }
  }

  async function stay() {
    const asked = Date.now();
    let page;
    try {
      const answer = await fetch(dialog.dataset.cpStayUrl, { credentials: "same-origin", cache: "no-store" });
      if (answer.status >= 500) {
        throw new Error(String(answer.status));
      }
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      said.textContent = said.dataset.cpFailed;
      said.classList.remove("cp-hidden");
      return;
    }
    const fresh = page.getElementById("cp-session-warning");
    if (!dialog || fresh?.dataset.cpKey !== dialog.dataset.cpKey) {
      wipe();
      return;
    }
    fresh.remove();
    dialog.replaceWith(document.adoptNode(fresh));
    dialog = fresh;
    listen();
    said.textContent = said.dataset.cpStill;
    begin(asked);
  }

  function listen() {
    dialog.querySelector("[data-cp-close]").addEventListener("click", () => {
      if (dialog.close) {
        dialog.close();
      } else {
        dialog.removeAttribute("open");
        stay();
      }
    });
    // The Escape key closes it too. Whoever closes it is there.
    dialog.addEventListener("close", stay);
  }

  // Nothing of the client's stays readable.
  function wipe() {
    window.clearTimeout(timer);
    dialog = null;
    const column = document.querySelector(".cp__column");
    const signedOut = document.getElementById("cp-signed-out").content.cloneNode(true);
    column.replaceChildren(signedOut);
    const heading = column.querySelector("h1");
    document.title = heading.textContent;
    heading.focus();
  }

  if (stayLink) {
    // Here it asks in the background: the page with its form stays.
    stayLink.removeAttribute("target");
    stayLink.querySelector("[data-cp-new-tab]").remove();
    stayLink.addEventListener("click", (event) => {
      event.preventDefault();
      said.classList.remove("cp-hidden");
      stay();
    });
  }

  tabs?.addEventListener("message", ({ data }) => {
    if (dialog && data.key === dialog.dataset.cpKey && data.endsAt > endsAt) {
      endsAt = data.endsAt;
      if (!dialog.open) {
        delete dialog.dataset.cpWarned;
      }
      tick();
    }
  });
  document.addEventListener("visibilitychange", tick);
  listen();
  begin(Date.now());
})();
