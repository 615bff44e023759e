// @ts-check
// Covers words of people again: by the button, by Escape, by time, by leaving the tab. Then the server is told how long
// they stood uncovered; what it does not hear of counts in full.

const words = document.getElementById("words");
const form = document.getElementById("words-end");

/** @param {HTMLElement} shown @param {HTMLFormElement} end */
function setUp(shown, end) {
  const status = /** @type {HTMLElement} */ (document.getElementById("words-status"));
  const seconds = Number(shown.dataset.seconds);
  const since = performance.now();
  let isCovered = false;

  function cover() {
    if (isCovered) {
      return;
    }
    isCovered = true;
    const spent = performance.now() - since;
    shown.replaceChildren();
    shown.hidden = true;
    end.hidden = true;
    status.textContent = shown.dataset.covered ?? "Covered.";
    if (shown.dataset.view) {
      const body = new URLSearchParams(new FormData(end));
      body.set("ms", String(Math.round(spent)));
      fetch(`/console/views/${shown.dataset.view}/ended`, {
        method: "POST",
        body,
        headers: { accept: "application/json" },
        cache: "no-store",
        keepalive: true,
      }).catch(() => {
        // What the server does not hear of counts in full.
      });
    }
  }

  end.addEventListener("submit", (event) => {
    event.preventDefault();
    cover();
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && cover());
  document.addEventListener("visibilitychange", () => document.hidden && cover());
  window.addEventListener("pagehide", () => cover());
  if (seconds > 0) {
    setTimeout(cover, seconds * 1000);
  }
  shown.focus();
}

if (words && form instanceof HTMLFormElement) {
  setUp(words, form);
}
