// After every answer: what it says about each field is written below the field, and faults mark it for eye and ear.
document.addEventListener("htmx:afterSwap", () => {
  const block = document.getElementById("said");
  if (!block) return;
  const said = JSON.parse(block.textContent);
  for (const place of document.querySelectorAll("#description .say")) {
    const [text, faulty] = said[place.id] ?? ["", false];
    if (place.textContent !== text) place.textContent = text;
    place.classList.toggle("fault", faulty);
    const control = place.parentElement.querySelector("input, select");
    if (faulty) control?.setAttribute("aria-invalid", "true");
    else control?.removeAttribute("aria-invalid");
  }
  block.remove();
});

// An old answer is thrown away whole: htmx would say goodbye to each of its thousand elements, which takes longer than
// to show the new one. Nothing in it listens any more.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { requestConfig, shouldSwap, target } = event.detail;
  if (shouldSwap && requestConfig.elt.id === "description") target.replaceChildren();
});
