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
      if ("cpSignOut" in form.dataset && dialog) {
        tabs?.postMessage({ key: dialog.dataset.cpKey, over: true });
      }
    }
  });

  // A tab remembers its own link, so that loading it again never asks for another tab's.
  const link = document.querySelector("form input[type=hidden][name=link]");
  if (link && !window.location.search) {
    window.history.replaceState(null, "", `?link=${link.value}`);
  }

  // The end of the session. `null` where nobody is signed in.
  let dialog = document.getElementById("cp-session-warning");
  let endsAt = 0; // milliseconds since 1970, by this machine's clock
  let timer = 0;
  // Other tabs keep the same session alive, and end it, so they tell each other.
  const tabs = dialog && "BroadcastChannel" in window ? new BroadcastChannel("clientportal") : null;

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

  const said = document.querySelector("[data-cp-said]");
  const stayLink = document.querySelector("[data-cp-stay]");
  const STAYED = "stayed"; // why the warning closed

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
      const keep = typed();
      wipe(true);
      keepInTheEnd(keep);
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

  // Returns a function that hands what is typed now to the server, which gives it back to the same client alone, and
  // returns whether it is kept there.
  function typed() {
    const form = [...document.forms].find((one) => one.dataset.cpDraft && one.elements.message.value.trim());
    if (!form) {
      return async () => false;
    }
    const address = form.dataset.cpDraft;
    const request = { method: "POST", body: new FormData(form), credentials: "same-origin", keepalive: true };
    return async () => (await fetch(address, request)).status === 204;
  }

  // A machine that has just woken up may have no connection yet.
  async function keepInTheEnd(keep) {
    try {
      if (await keep()) {
        sayThatItIsKept();
      }
    } catch {
      window.addEventListener("online", () => keepInTheEnd(keep), { once: true });
    }
  }

  function sayThatItIsKept() {
    document.querySelector("[data-cp-kept]").hidden = false;
  }

  async function stay() {
    let asked;
    let kept;
    let page;
    try {
      kept = await typed()(); // afterwards may be too late: where the session is over, this asks for the last time
      asked = Date.now();
      const answer = await fetch(dialog.dataset.cpStayUrl, { credentials: "same-origin", cache: "no-store" });
      if (answer.status >= 500) {
        throw new Error(String(answer.status));
      }
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      // Where the client is looking.
      const place = dialog?.open ? dialog.querySelector("[data-cp-unreached]") : said;
      place.textContent = said.dataset.cpFailed;
      place.classList.remove("cp-hidden");
      return;
    }
    const fresh = page.getElementById("cp-session-warning");
    if (!dialog) {
      return;
    }
    if (fresh?.dataset.cpKey !== dialog.dataset.cpKey) {
      tabs?.postMessage({ key: dialog.dataset.cpKey, over: true });
      wipe(false);
      if (kept) {
        sayThatItIsKept();
      }
      return;
    }
    fresh.remove();
    dialog.close?.(STAYED); // gives the focus back
    dialog.replaceWith(document.adoptNode(fresh));
    dialog = fresh;
    listen();
    said.textContent = said.dataset.cpStill;
    begin(asked);
  }

  function listen() {
    // It stays until the server has answered: whoever has no connection is to see that they aren't kept signed in.
    dialog.querySelector("[data-cp-ask]")?.addEventListener("click", stay);
    dialog.querySelector("[data-cp-close]")?.addEventListener("click", () => {
      if (dialog.close) {
        dialog.close();
      } else {
        dialog.removeAttribute("open");
        stay();
      }
    });
    // The Escape key closes it too. Whoever closes it is there.
    dialog.addEventListener("close", (event) => {
      if (event.target.returnValue !== STAYED) {
        stay();
      }
    });
  }

  // Nothing of the client's stays readable.
  function wipe(timeIsUp) {
    window.clearTimeout(timer);
    dialog = null;
    const column = document.querySelector(".cp__column");
    const signedOut = document.getElementById("cp-signed-out").content.cloneNode(true);
    if (!timeIsUp) {
      signedOut.querySelector("[data-cp-why]").remove();
    }
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
    if (!dialog) {
      return;
    }
    const isMine = data.key === dialog.dataset.cpKey;
    if (data.over ? isMine : !isMine) {
      // Signed out in another tab, or signed in there as somebody else.
      wipe(false);
    } else if (isMine && data.endsAt > endsAt) {
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
