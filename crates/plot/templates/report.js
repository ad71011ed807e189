// Lets the number tables be sorted by a column; without this script they keep the run's order.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    // Paper has the name alone: a button would be a form's field in a PDF.
    const name = document.createElement("span");
    name.className = "printed";
    name.append(...head.childNodes);
    const button = document.createElement("button");
    button.type = "button";
    button.append(...name.cloneNode(true).childNodes);
    head.append(button, name);
    button.addEventListener("click", () => {
      const falling = head.getAttribute("aria-sort") === "descending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", falling ? "ascending" : "descending");
      const value = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent;
      const order = (one, other) =>
        column === 0 ? value(other).localeCompare(value(one)) : value(other) - value(one);
      // A cell without an estimate has no value, and is last either way.
      const lacks = (row) => value(row) === "";
      const rows = [...table.tBodies[0].rows].sort(
        (a, b) => lacks(a) - lacks(b) || (falling ? order(b, a) : order(a, b)),
      );
      table.tBodies[0].append(...rows);
    });
  });
}

// Without this script the Tab key stops at whatever might scroll; with it, only at what does.
const sizes = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = target;
    target.tabIndex = scrollWidth > clientWidth || scrollHeight > clientHeight ? 0 : -1;
  }
});
document.querySelectorAll('[tabindex="0"]').forEach((place) => sizes.observe(place));
