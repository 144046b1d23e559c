// Says so when the server is gone or broken, and takes it back when it answers again.
(() => {
  const RETRY = 3000;
  let waiting = 0;

  function tell(text) {
    const place = document.getElementById("gone");
    place.textContent = text;
    place.hidden = false;
  }

  function quiet() {
    clearInterval(waiting);
    waiting = 0;
    document.getElementById("gone").hidden = true;
  }

  // The page is asked for itself: a static file could come from the browser's own memory.
  async function look() {
    try {
      if ((await fetch("/healthz", { cache: "no-store" })).ok) {
        quiet();
        document.getElementById("description")?.requestSubmit();
      }
    } catch {
      // Still gone: the next look will tell.
    }
  }

  document.addEventListener("htmx:sendError", () => {
    tell("The server does not answer. What you see is its last answer; it is asked again every few seconds.");
    waiting ||= setInterval(look, RETRY);
  });
  document.addEventListener("htmx:timeout", () => tell("The server takes too long. What you see is its last answer."));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    tell(status === 429
      ? "The server is busy. What you see is its last answer; try again in a moment."
      : `The server answered with an error (${status}). What you see is its last answer.`);
  });
  document.addEventListener("htmx:afterOnLoad", (event) => { if (event.detail.successful) quiet(); });
})();
