// Moves cards between stages by dragging, with a mouse or a finger, and by arrow keys. Both send the form that each card has anyway; the server
// decides, and answers with the whole board.
const STATUSES = [409, 422]; // refusals, which come with the board as it is
let dragged = null;

const stages = () => [...document.querySelectorAll(".board-column")];

function send(card, to) {
  const form = card.querySelector("form");
  if (!form) {
    say("This card stays where it is.");
    return;
  }
  const link = card.querySelector("[data-title]");
  link.focus(); // htmx gives the focus back to what has the same id
  htmx.ajax("POST", form.getAttribute("hx-post"), { source: form, target: "#board", swap: "outerHTML", values: { to } });
}

function say(words) {
  document.querySelector("[data-announcement]").textContent = words;
}

document.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const link = event.target.closest?.("[data-title]");
  if (!step || !link || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  event.preventDefault();
  const columns = stages();
  const next = columns[columns.indexOf(link.closest(".board-column")) + step];
  if (next) send(link.closest("[data-card]"), next.dataset.stage);
  else say("There is no stage on that side.");
});

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-card]") ?? null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.querySelector("[data-title]").href);
  dragged.classList.add("dragged");
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("dragged");
  dragged = null;
  for (const column of stages()) column.classList.remove("target");
});

document.addEventListener("dragover", (event) => {
  const over = event.target.closest?.(".board-column");
  if (!dragged || !over) return;
  event.preventDefault();
  for (const column of stages()) column.classList.toggle("target", column === over);
});

document.addEventListener("drop", (event) => {
  const column = event.target.closest?.(".board-column");
  if (!dragged || !column) return;
  event.preventDefault();
  if (!column.contains(dragged)) send(dragged, column.dataset.stage);
});

// A finger that moves at once scrolls; one that rests on a card first lifts it.
const REST = 350; // milliseconds
const SLACK = 10; // pixels that a resting finger may move
const EDGE = 48; // pixels from the board's side where it scrolls on
let held = null;

function lift() {
  held.lifted = true;
  held.card.classList.add("dragged", "lifted");
  say(`“${held.card.querySelector("[data-title]").textContent}” is lifted.`);
}

function letGo() {
  clearTimeout(held.timer);
  held.card.classList.remove("dragged", "lifted");
  held.card.style.translate = "";
  held.card.draggable = true;
  for (const column of stages()) column.classList.remove("target");
  held = null;
}

function followNoLink() {
  const stop = (click) => click.preventDefault();
  document.addEventListener("click", stop, true);
  setTimeout(() => document.removeEventListener("click", stop, true), 100);
}

const columnAt = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest(".board-column") ?? null;

document.addEventListener("pointerdown", (event) => {
  const card = event.target.closest?.("[data-card]");
  if (!card || held || event.pointerType === "mouse" || event.target.closest("details")) return;
  card.draggable = false; // or the browser's own dragging would take the finger away
  const board = card.closest(".board");
  held = { card, board, pointer: event.pointerId, x: event.clientX, y: event.clientY, scrolled: board.scrollLeft };
  held.timer = setTimeout(lift, REST);
});

document.addEventListener("pointermove", (event) => {
  if (event.pointerId !== held?.pointer) return;
  const [x, y] = [event.clientX - held.x, event.clientY - held.y];
  if (!held.lifted) {
    if (Math.hypot(x, y) > SLACK) letGo();
    return;
  }
  const { left, right } = held.board.getBoundingClientRect();
  if (event.clientX < left + EDGE) held.board.scrollLeft -= EDGE / 2;
  if (event.clientX > right - EDGE) held.board.scrollLeft += EDGE / 2;
  held.card.style.translate = `${x + held.board.scrollLeft - held.scrolled}px ${y}px`;
  const over = columnAt(event);
  for (const column of stages()) column.classList.toggle("target", column === over);
});

document.addEventListener("pointerup", (event) => {
  if (event.pointerId !== held?.pointer) return;
  const { card, lifted } = held;
  const column = lifted ? columnAt(event) : null;
  letGo();
  if (lifted) followNoLink();
  if (column && !column.contains(card)) send(card, column.dataset.stage);
});

document.addEventListener("pointercancel", (event) => {
  if (event.pointerId === held?.pointer) letGo();
});

document.addEventListener("touchmove", (event) => held?.lifted && event.preventDefault(), { passive: false });

document.addEventListener("contextmenu", (event) => held && event.preventDefault());

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "board" && STATUSES.includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

document.addEventListener("htmx:afterSettle", () => {
  const said = document.getElementById("board")?.dataset.said;
  if (said) say(said);
});

document.addEventListener("htmx:sendError", () => say("The server could not be reached. Nothing was moved."));
