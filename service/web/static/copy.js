// Buttons that copy code or the page's address, and the framework that a reader has chosen; without this file the text
// is there to be marked by hand.
(() => {
  const CONFIRMED = 1500;
  let framework = null;

  // A new answer comes with the usual framework chosen: what the reader chose before goes on.
  function choose() {
    const chosen = framework && document.querySelector(`#frameworks input[value="${framework}"]`);
    if (chosen) chosen.checked = true;
  }

  document.addEventListener("change", (event) => {
    if (event.target.name === "code-for") framework = event.target.value;
  });
  document.addEventListener("htmx:afterSwap", choose);

  function button(pre) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "copy";
    made.textContent = "Copy";
    made.setAttribute("aria-label", `Copy the lines for ${pre.getAttribute("aria-label")}`);
    made.addEventListener("click", () => copied(made, pre.textContent));
    pre.after(made);
  }

  async function copied(button, text) {
    const before = button.textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Mark and copy by hand";
    }
    setTimeout(() => { button.textContent = before; }, CONFIRMED);
  }

  function prepare(root) {
    for (const pre of root.querySelectorAll(".code pre")) {
      if (!pre.parentElement.querySelector(".copy")) button(pre);
    }
    for (const link of root.querySelectorAll("[data-copy-link]")) {
      link.hidden = false;
      link.addEventListener("click", (event) => {
        event.preventDefault();
        copied(link, link.href);
      });
    }
  }

  // Hundreds of buttons can wait until the answer is on the screen.
  const later = window.requestIdleCallback ?? ((work) => setTimeout(work, 50));
  document.addEventListener("DOMContentLoaded", () => later(() => prepare(document)));
  document.addEventListener("htmx:afterSwap", (event) => later(() => prepare(event.target)));
})();
