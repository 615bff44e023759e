// @ts-check
// Keys for what the page's own buttons, links and fields do: each says its key in data-key. Without scripts all of it
// is reached by Tab and Enter.

const RENEW_MS = 60_000;

/** @param {EventTarget | null} target */
function isTyping(target) {
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !["checkbox", "radio"].includes(target.type))
  );
}

/** Opens what hides an element, so that a key finds it. @param {HTMLElement} element */
function uncover(element) {
  for (let at = element.parentElement; at; at = at.parentElement) {
    if (at instanceof HTMLDetailsElement) {
      at.open = true;
    }
  }
}

/** @param {HTMLElement} element */
function use(element) {
  uncover(element);
  if (isTyping(element)) {
    element.focus();
    return;
  }
  element.focus();
  element.click();
}

/** The next or previous row's link. @param {number} step */
function move(step) {
  const links = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-row] a")]);
  const rows = links.filter(
    (link, index) => links.findIndex((other) => other.closest("[data-row]") === link.closest("[data-row]")) === index,
  );
  const now = rows.findIndex((link) => link.closest("[data-row]")?.contains(document.activeElement));
  const next = now < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(now + step, 0), rows.length - 1);
  rows[next]?.focus();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = document.activeElement?.closest("form") ?? document.querySelector("form:has([data-submit])");
    if (form instanceof HTMLFormElement) {
      event.preventDefault();
      form.requestSubmit();
    }
    return;
  }
  if (event.key === "Escape" && isTyping(event.target)) {
    /** @type {HTMLElement} */ (event.target).blur();
    return;
  }
  if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.repeat) {
    return;
  }
  if (event.key === "j" || event.key === "k") {
    event.preventDefault();
    move(event.key === "j" ? 1 : -1);
    return;
  }
  const element = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (element instanceof HTMLElement) {
    event.preventDefault();
    use(element);
  }
}

/** Says that somebody still works here; stops when the case was taken over. @param {HTMLFormElement} form */
function keepClaim(form) {
  const timer = setInterval(async () => {
    if (document.visibilityState !== "visible") {
      return;
    }
    const fields = new URLSearchParams(new FormData(form));
    const answer = await fetch(/** @type {string} */ (form.dataset.renew), {
      method: "POST",
      body: fields,
      headers: { accept: "application/json" },
    });
    if (!answer.ok) {
      clearInterval(timer);
      const place = document.querySelector("[data-say]");
      if (place instanceof HTMLElement) {
        place.textContent = (await answer.json()).detail ?? "Your claim of this case ended.";
        place.hidden = false;
      }
    }
  }, RENEW_MS);
}

document.addEventListener("keydown", onKey);
document.querySelectorAll("form[data-renew]").forEach((form) => {
  keepClaim(/** @type {HTMLFormElement} */ (form));
});
