// An appointment's card is a page of its own; with a script it opens above the page that leads to it.
(() => {
    const dialog = document.createElement("dialog");
    dialog.className = "diary-card";
    const close = document.createElement("button");
    close.type = "button";
    close.className = "button button-small button-secondary diary-card__close";
    dialog.addEventListener("click", (event) => {
        if (event.target === dialog || event.target === close) dialog.close();
    });

    const show = async (link) => {
        const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const card = page.getElementById("diary-card");
        if (!card) throw new Error("This address has no card.");
        close.textContent = link.closest("[data-close]").dataset.close;
        dialog.replaceChildren(card, close);
        dialog.setAttribute("aria-labelledby", "diary-card-name");
        document.body.append(dialog);
        dialog.showModal();
    };

    document.addEventListener("click", (event) => {
        const link = event.target.closest("[data-card]");
        if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        show(link).catch(() => window.location.assign(link.href));
    });
})();
