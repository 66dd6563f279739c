// The staff's lists: on a phone a row is a card, whose cells say what their columns are called.
const list = document.getElementById("result_list");
const names = [...(list?.tHead.rows[0].cells ?? [])].map((cell) => cell.querySelector(".text")?.textContent.trim() ?? "");

for (const row of list?.tBodies[0].rows ?? []) {
  for (const [index, cell] of [...row.cells].entries()) {
    if (cell.matches("td:not(.action-checkbox)")) cell.dataset.column = names[index];
    cell.toggleAttribute("data-empty", /^[-–]?$/.test(cell.textContent.trim()) && !cell.firstElementChild);
  }
}
