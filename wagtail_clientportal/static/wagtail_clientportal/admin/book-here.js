// An empty place leads to the form that books there; with a script it opens above the diary, which stays in sight.
(() => {
    const dialog = document.createElement("dialog");
    dialog.className = "diary-card diary-card--wide";
    const close = document.createElement("button");
    close.type = "button";
    close.className = "button button-small button-secondary diary-card__close";
    const heading = document.createElement("h2");
    heading.className = "w-h2";
    heading.id = "book-here";
    dialog.setAttribute("aria-labelledby", heading.id);
    close.addEventListener("click", () => dialog.close());
    // What was typed in it is given up; nothing may ask about it when the page is left.
    dialog.addEventListener("close", () => dialog.replaceChildren());

    const show = async (link) => {
        const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const form = page.querySelector("[data-live-form]");
        if (!answer.ok || !form) throw new Error("There is no form at this address.");
        close.textContent = link.closest("[data-close]").dataset.close;
        heading.textContent = page.querySelector("#header-title span").textContent;
        dialog.replaceChildren(heading, close, form);
        document.body.append(dialog);
        dialog.showModal();
    };

    document.addEventListener("click", (event) => {
        const link = event.target.closest(".diary__free");
        if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        show(link).catch(() => window.location.assign(link.href));
    });
})();
