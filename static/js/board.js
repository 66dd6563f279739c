// Moves cards between stages by dragging and by arrow keys. Both send the form that each card has anyway; the server
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
