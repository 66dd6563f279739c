// What pages can't do by themselves: close menus, copy text, tell the time zone, show where one is, say that a form got no answer.
// Everything else works without.
for (const field of document.querySelectorAll("[data-time-zone]")) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
}

// Where not all rooms fit beside each other, the one that is open is in sight.
for (const room of document.querySelectorAll(".studio-nav [aria-current]")) {
  const nav = room.closest(".studio-nav");
  const middle = (box) => (box.left + box.right) / 2;
  nav.scrollLeft += middle(room.getBoundingClientRect()) - middle(nav.getBoundingClientRect());
}

document.addEventListener("click", async (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const button = event.target.closest("[data-copy]");
  if (button) {
    await navigator.clipboard.writeText(button.dataset.copy);
    const label = button.querySelector("[data-label]");
    label.textContent = button.dataset.done;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A form that got no answer keeps its key, so that sending it again is safe.
for (const [name, unanswered] of [["htmx:beforeRequest", false], ["htmx:sendError", true], ["htmx:responseError", true]]) {
  document.addEventListener(name, (event) => {
    const words = event.target.matches("form") && event.target.querySelector("[data-unanswered]");
    if (words) words.hidden = !unanswered;
  });
}

// A button that can be pressed for a while counts the seconds, and goes when they are over.
setInterval(() => {
  for (const button of document.querySelectorAll("[data-left], [data-until]")) {
    button.ends ??= button.dataset.until ? Date.parse(button.dataset.until) : Date.now() + 1000 * button.dataset.left;
    const left = Math.ceil((button.ends - Date.now()) / 1000);
    if (left > 0) button.querySelector("[data-seconds]").textContent = `${left} s`;
    else button.remove();
  }
}, 250);
