// The few things a page does better with JavaScript. Everything works without this file.
// All names of htmx events in our own code live here (stack.md 3.1).
"use strict";
(() => {
  const busy = new Set();
  // A form is sent once: its buttons rest until the answer is here.
  function rest(form, seconds) {
    for (const control of form ? form.elements : []) {
      if (control.type === "submit" && !control.disabled) {
        control.disabled = true;
        busy.add(control);
      }
    }
    if (seconds) setTimeout(wake, seconds * 1000);
  }

  function wake() {
    for (const button of busy) button.disabled = false;
    busy.clear();
  }

  // Errors first; else the heading of what is new, when the focused button has gone with the old part.
  function focusIn(part, acted) {
    const errors = part.matches(".errors") ? part : part.querySelector(".errors");
    const lost = document.activeElement === null || document.activeElement === document.body;
    const target = errors || (acted && lost ? part.querySelector("h1, h2, h3, legend") || part : null);
    if (!target) return;
    if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
    target.focus();
  }

  function acted(event) {
    const cause = event.detail.requestConfig && event.detail.requestConfig.triggeringEvent;
    return Boolean(cause) && (cause.type === "submit" || cause.type === "click");
  }

  const notices = () => document.getElementById("notices");
  // What was typed stays on the screen; a dead button would not say so.
  function offline() {
    const text = document.getElementById("notice-offline");
    notices().replaceChildren(text.content.cloneNode(true));
    notices().classList.add("pin");
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (!navigator.onLine) return event.preventDefault(), offline();
    // After this turn, so that the pressed button's own name and value are still sent.
    // An answer that is a download leaves the page, hence the limit.
    setTimeout(() => rest(form, 15), 0);
  });
  window.addEventListener("pageshow", wake);

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (acted(event)) rest(event.detail.elt.form || event.detail.elt.closest("form"), 0);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    wake();
    if (event.detail.successful && notices() && notices().classList.contains("pin")) {
      notices().replaceChildren();
      notices().classList.remove("pin");
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    // A draft that saved itself brings the tags of the criteria along, in their order.
    const tags = event.target.querySelector("template")?.content.children ?? [];
    const old = document.querySelectorAll("#f .crit>summary>.tag");
    [...tags].forEach((tag, place) => old[place]?.replaceWith(tag));
    if (event.target.closest("#notices")) notices().classList.add("pin");
    else if (!event.target.closest(".dock")) focusIn(event.target, acted(event));
  });
  for (const lost of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(lost, offline);

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  document.querySelector(".errors")?.focus();
})();
