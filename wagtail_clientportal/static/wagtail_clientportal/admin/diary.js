// The diary: a choice is shown at once, a place is booked where it is clicked, and what is dragged is moved.
(() => {
    const diary = document.querySelector("[data-diary]");
    if (!diary) return;

    // What is chosen is shown at once.
    const choice = diary.querySelector("[data-diary-choice]");
    choice.addEventListener("change", (event) => {
        if (event.target.matches("select")) choice.requestSubmit();
    });

    const STEP = 15; // minutes that places are told apart by
    const clock = (minutes) => new Date(minutes * 60000).toISOString().slice(11, 16);

    // A free place is booked from where the pointer is on, to the quarter of an hour.
    const lineHeight = (element) => element.offsetHeight / Number(element.style.getPropertyValue("--length"));
    const startAt = (free, event) => {
        const lines = (event.clientY - free.getBoundingClientRect().top) / lineHeight(free);
        const url = new URL(free.href);
        const begins = new Date(`${url.searchParams.get("start")}Z`); // the clocks' own time: no zone may move it
        const first = begins.getTime() / 60000;
        const minute = Math.max(first, Math.floor((first + lines) / STEP) * STEP);
        return { url, line: minute - first, start: new Date(minute * 60000).toISOString().slice(0, 16) };
    };
    diary.addEventListener("pointermove", (event) => {
        const free = event.target.closest(".diary__free");
        if (!free) return;
        const { line, start } = startAt(free, event);
        free.style.setProperty("--at", `${line * lineHeight(free)}px`);
        free.querySelector("b").textContent = start.slice(11);
    });
    diary.addEventListener("click", (event) => {
        const free = event.target.closest(".diary__free");
        if (!free || event.detail === 0) return; // by the keyboard: from its beginning on
        const { url, start } = startAt(free, event);
        url.searchParams.set("start", start);
        free.href = url;
    });

    // An appointment is dragged to another place. The page that it leads to says what is unusual there, and asks.
    // A finger scrolls, and drags what it has rested on for a moment.
    const DISTANCE = 6; // pixels, from which on it isn't a click any more
    const REST = 400; // milliseconds
    const [EDGE, PACE] = [56, 8]; // pixels: so near to an edge it is scrolled along, by so many a frame
    let dragged = null;
    let isLifted = false; // from when it moves until something else is pressed

    const placeAt = (x, y) => {
        const under = document.elementsFromPoint(x, y);
        const free = under.find((one) => one.matches(".diary__free"));
        const column = under.find((one) => one.matches(".diary__column"));
        if (!column || !diary.contains(column)) return null;
        if (free) {
            const { url, start } = startAt(free, { clientY: y });
            const [clinician, location] = ["clinician", "location"].map((name) => url.searchParams.get(name));
            // Without a place it isn't sure whose clocks are meant.
            return location || column.dataset.day ? { start, clinician, location } : null;
        }
        if (!column.dataset.day) return null;
        const sheet = column.closest(".diary__sheet").style;
        const first = Number(sheet.getPropertyValue("--first"));
        const lines = Number(sheet.getPropertyValue("--last")) - first;
        const box = column.getBoundingClientRect();
        const line = first + Math.floor((((y - box.top) / box.height) * lines) / STEP) * STEP;
        return { start: `${column.dataset.day}T${clock(line)}`, clinician: column.dataset.clinician, location: null };
    };

    const putBack = ({ one, time, said, resting }) => {
        clearTimeout(resting);
        one.classList.remove("diary__one--dragged");
        one.style.removeProperty("translate");
        time.textContent = said;
    };
    const follow = (x, y) => {
        const { one, time, top, box, page } = dragged;
        if (!dragged.isMoving) requestAnimationFrame(scrollAlong);
        dragged.isMoving = isLifted = true;
        [dragged.atX, dragged.atY] = [x, y];
        one.classList.add("diary__one--dragged");
        const [across, down] = [x - dragged.x + box.scrollLeft, y - dragged.y + page.scrollTop];
        one.style.translate = `${across - dragged.left}px ${down - dragged.above}px`;
        time.textContent = placeAt(x, y - top)?.start.slice(11) ?? "–";
    };
    // What scrolls up and down: in the admin it isn't the window.
    const scrollerOf = (element) => {
        const above = element.parentElement;
        if (!above) return document.scrollingElement;
        const scrolls = /auto|scroll/.test(getComputedStyle(above).overflowY) && above.scrollHeight > above.clientHeight;
        return scrolls ? above : scrollerOf(above);
    };
    const scrollAlong = () => {
        if (!dragged?.isMoving) return;
        const { atX, atY, box, page } = dragged;
        const pace = (at, first, last) => PACE * ((at > last - EDGE) - (at < first + EDGE));
        const { left, right } = box.getBoundingClientRect();
        const before = [box.scrollLeft, page.scrollTop];
        box.scrollLeft += pace(atX, Math.max(left, 0), Math.min(right, window.innerWidth));
        page.scrollTop += pace(atY, 0, window.innerHeight);
        if (box.scrollLeft !== before[0] || page.scrollTop !== before[1]) follow(atX, atY);
        requestAnimationFrame(scrollAlong);
    };
    const moveTo = (one, place) => {
        const pk = new URL(one.href).pathname.match(/(\d+)\/$/)[1];
        const url = new URL(diary.dataset.changeUrl.replace("/0/", `/${pk}/`), window.location);
        url.searchParams.set("clinician", place.clinician);
        if (place.location) url.searchParams.set("location", place.location);
        url.searchParams.set("start", place.start);
        url.searchParams.set("next", diary.dataset.here);
        window.location.assign(url);
    };

    diary.addEventListener("pointerdown", (event) => {
        isLifted = false;
        const one = event.target.closest(".diary__one:not(.diary__one--gone)");
        if (!one || !diary.dataset.changeUrl || event.button !== 0 || !event.isPrimary) return;
        const time = one.querySelector(".diary__time");
        const [x, y] = [event.clientX, event.clientY];
        const box = one.closest(".diary__scroll");
        const top = y - one.getBoundingClientRect().top - 1;
        const page = scrollerOf(box);
        const scrolled = { left: box.scrollLeft, above: page.scrollTop };
        dragged = { one, time, said: time.textContent, box, page, top, x, y, ...scrolled };
        if (event.pointerType === "touch") dragged.resting = setTimeout(() => follow(x, y), REST);
    });
    document.addEventListener("pointermove", (event) => {
        if (!dragged) return;
        const isFar = Math.hypot(event.clientX - dragged.x, event.clientY - dragged.y) >= DISTANCE;
        if (dragged.isMoving || (isFar && !dragged.resting)) follow(event.clientX, event.clientY);
        else if (isFar) letGo(); // it scrolls
    });
    const letGo = () => {
        if (dragged) putBack(dragged);
        dragged = null;
    };
    document.addEventListener("pointercancel", letGo);
    document.addEventListener("keydown", (event) => {
        if (dragged?.isMoving && event.key === "Escape") letGo();
    });
    document.addEventListener("pointerup", (event) => {
        if (!dragged) return;
        const { one, top, isMoving } = dragged;
        const place = isMoving && placeAt(event.clientX, event.clientY - top);
        letGo();
        if (place) moveTo(one, place);
    });
    // What drags doesn't scroll as well, opens no menu of the browser's, and is no tap in the end.
    const keepFromBrowser = (event) => {
        if (isLifted && event.cancelable) event.preventDefault();
    };
    for (const kind of ["touchmove", "touchend"]) diary.addEventListener(kind, keepFromBrowser, { passive: false });
    diary.addEventListener("contextmenu", (event) => {
        if (dragged?.resting) event.preventDefault();
    });

    // The diary is left open all day: what others did in it meanwhile comes by itself, unless it would disturb.
    const REFRESHED_EVERY = 2 * 60 * 1000; // milliseconds
    let shownAt = Date.now();
    const refresh = async () => {
        const sheets = diary.querySelector("[data-diary-sheets]");
        const isInUse = dragged || sheets.contains(document.activeElement) || document.querySelector("dialog[open]");
        if (document.hidden || isInUse) return;
        const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector("[data-diary-sheets]");
        if (!answer.ok || !fresh) return;
        const scrolled = [...sheets.querySelectorAll(".diary__scroll")].map((one) => one.scrollLeft);
        sheets.replaceWith(fresh);
        fresh.querySelectorAll(".diary__scroll").forEach((one, number) => (one.scrollLeft = scrolled[number] ?? 0));
        shownAt = Date.now();
    };
    const refreshIfPossible = () => refresh().catch(() => {}); // the next time will do
    setInterval(refreshIfPossible, REFRESHED_EVERY);
    document.addEventListener("visibilitychange", refreshIfPossible);

    // The line of the present moves on meanwhile.
    setInterval(() => {
        const passed = Math.floor((Date.now() - shownAt) / 60000);
        for (const line of diary.querySelectorAll("[data-diary-now]")) {
            line.style.setProperty("--line", Number(line.dataset.diaryNow) + passed);
        }
    }, 30000);
})();
