/* A list of variables to choose from, and the button below a field that inserts one into it. */
(function () {
  "use strict";

  function element(name, properties, children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...(children || []));
    return made;
  }

  /** The labels by name that fit the event that is chosen in the form at this moment. */
  function labelsOf(picker) {
    return picker.labels[document.getElementById("id_event")?.value] || picker.labels[""];
  }

  /** Let somebody choose a variable; call `chosen` with its name and label, or `cancelled`. */
  function choose(picker, chosen, cancelled) {
    const labels = labelsOf(picker);
    const title = element("h2", { id: "cp-variables-title", className: "w-h3", textContent: picker.title });
    const buttons = Object.entries(labels).map(([name, label]) =>
      element("button", { type: "button", value: name, textContent: label }),
    );
    const list = element("ul", {}, buttons.map((button) => element("li", {}, [button])));
    const cancel = element("button", {
      type: "button",
      className: "button button-small button-secondary",
      textContent: picker.cancel,
    });
    const dialog = element("dialog", { className: "cp-variables" }, [title, list, cancel]);
    dialog.setAttribute("aria-labelledby", title.id);

    list.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) dialog.close(button.value);
    });
    list.addEventListener("keydown", (event) => {
      const steps = { ArrowDown: 1, ArrowUp: -1 };
      const at = buttons.indexOf(document.activeElement);
      if (!(event.key in steps) || at < 0) return;
      event.preventDefault();
      buttons[(at + steps[event.key] + buttons.length) % buttons.length].focus();
    });
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (dialog.returnValue) chosen(dialog.returnValue, labels[dialog.returnValue]);
      else cancelled();
    });
    document.body.append(dialog);
    dialog.showModal();
    buttons[0].focus();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-cp-insert-variable]");
    if (!button) return;
    const field = document.getElementById(button.dataset.cpInsertVariable);
    if (field.draftailEditor) {
      field.draftailEditor.onRequestSource("VARIABLE");
      return;
    }
    choose(
      JSON.parse(button.dataset.cpPicker),
      (name) => {
        field.focus();
        field.setRangeText(`{{ ${name} }}`, field.selectionStart, field.selectionEnd, "end");
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.dispatchEvent(new Event("change", { bubbles: true }));
      },
      () => button.focus(),
    );
  });

  window.clientportalVariables = { choose };
})();
