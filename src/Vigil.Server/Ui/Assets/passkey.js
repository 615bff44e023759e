// @ts-check
// Makes or uses a passkey for forms that say so: asks the server for its question, the browser for the answer,
// and sends the form with it. Everything else on the pages works without scripts.

/** @param {HTMLFormElement} form @param {string} text */
function say(form, text) {
  const place = form.querySelector("[data-passkey-status]");
  if (place instanceof HTMLElement) {
    place.textContent = text;
    place.hidden = text === "";
  }
}

/** @param {HTMLFormElement} form @param {string} name */
function field(form, name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}

/** @param {HTMLFormElement} form */
async function ask(form) {
  const fields = new URLSearchParams(new FormData(form));
  const answer = await fetch(/** @type {string} */ (form.dataset.question), {
    method: "POST",
    body: fields,
    headers: { accept: "application/json" },
  });
  const content = await answer.json();
  if (!answer.ok) {
    throw new Error(content.detail ?? "The server refused.");
  }
  return content;
}

/** @param {HTMLFormElement} form */
async function answer(form) {
  const { options, ticket } = await ask(form);
  const credential =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({
          publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
        })
      : await navigator.credentials.get({
          publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
        });
  field(form, "credential").value = JSON.stringify(
    /** @type {PublicKeyCredential} */ (credential).toJSON(),
  );
  field(form, "challenge").value = ticket;
  form.submit();
}

/** @param {unknown} error */
function textOf(error) {
  if (error instanceof DOMException && error.name === "NotAllowedError") {
    return "The browser gave no passkey. Try again, or use another way.";
  }
  if (error instanceof DOMException && error.name === "SecurityError") {
    return "Passkeys need a host name and HTTPS, or http://localhost with this port instead of an address.";
  }
  if (error instanceof DOMException && error.name === "InvalidStateError") {
    return "This device has a passkey for this account already.";
  }
  return error instanceof Error ? error.message : String(error);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", (event) => {
    const target = /** @type {HTMLFormElement} */ (event.currentTarget);
    event.preventDefault();
    if (!("PublicKeyCredential" in window)) {
      say(target, "This browser has no passkeys here: use HTTPS or http://localhost, or another way.");
      return;
    }
    say(target, "");
    answer(target).catch((error) => say(target, textOf(error)));
  });
}
