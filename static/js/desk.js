// Keys for who reviews many payouts. Every page works without; a key presses a button or follows a link that is there.
const KEYS = "desk-keys";
const help = document.getElementById("keys");
const rows = [...document.querySelectorAll("#result_list tbody tr")];
const on = document.getElementById("keys-on");
const hint = document.querySelector(".keys-hint");

on.checked = localStorage.getItem(KEYS) !== "off";
on.addEventListener("change", () => localStorage.setItem(KEYS, on.checked ? "on" : "off"));
hint.hidden = false;
hint.firstElementChild.addEventListener("click", () => help.showModal());

const link = (row) => row.querySelector("th a");
const current = () => rows.findIndex((row) => row.contains(document.activeElement));

function step(by) {
  const at = current();
  const row = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1)];
  if (row) link(row).focus();
}

const LIST = {
  j: () => step(1),
  k: () => step(-1),
  x: () => rows[current()]?.querySelector(".action-select")?.click(),
  "/": () => document.getElementById("searchbar")?.focus(),
};
const PAYOUT = { l: () => location.assign(help.dataset.list) };

document.addEventListener("keydown", (event) => {
  const writing = event.target.closest("input:not([type=checkbox]), textarea, select, dialog");
  if (writing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === "?") {
    help.showModal();
    return;
  }
  if (!on.checked) return;
  const act = (help.dataset.page === "list" ? LIST : PAYOUT)[event.key];
  const button = /^[a-z]$/.test(event.key) && document.querySelector(`[aria-keyshortcuts="${event.key}"]`);
  if (!act && !button) return;
  event.preventDefault();
  if (act) act();
  else button.click();
});
