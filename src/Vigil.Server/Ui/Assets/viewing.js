// @ts-check
// Uncovers one content while a button or key is held, or until it is covered again: by release, by time, by leaving the
// tab or the window. The picture is drawn, never linked: no address of it exists that could be kept or saved.

/** What the server said of the picture that is uncovered now.
 * @typedef {{ id: string, endsAt: number, shownAt: number, width: number, height: number }} View */

/** @typedef {{ width: number, height: number }} Size */

/** Shorter is no look; the server says the same. */
const leastMs = 1000;

const form = document.getElementById("reveal");
const pause = document.getElementById("pause");

/** @param {EventTarget | null} target */
function isWriting(target) {
  return target instanceof HTMLElement && target.matches("input:not([type=range]), select, textarea, [contenteditable]");
}

if (pause instanceof HTMLFormElement) {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "p" && !event.repeat && !isWriting(event.target) && !hasModifier(event)) {
      event.preventDefault();
      cover();
      pause.submit();
    }
  });
}

// A menu to keep it, a drag to another window, a printed page: none of a picture, whatever is shown of it.
for (const shown of document.querySelectorAll(".screen, .player")) {
  shown.addEventListener("contextmenu", (event) => event.preventDefault());
  shown.addEventListener("dragstart", (event) => event.preventDefault());
}

/** @param {KeyboardEvent} event */
function hasModifier(event) {
  return event.ctrlKey || event.altKey || event.metaKey;
}

/** Set up with the page's form; elsewhere there is nothing to cover.
 * @type {() => void} */
let cover = () => {};

/** @param {HTMLFormElement} form */
function setUp(form) {
  const screen = /** @type {HTMLElement} */ (document.getElementById("reveal-screen"));
  const canvas = /** @type {HTMLCanvasElement} */ (screen.querySelector("canvas"));
  const status = /** @type {HTMLElement} */ (document.getElementById("reveal-status"));
  const hold = /** @type {HTMLButtonElement} */ (document.getElementById("hold"));
  const toggle = /** @type {HTMLButtonElement} */ (document.getElementById("toggle"));
  const address = `/console/contents/${form.dataset.content}`;

  /** @type {View | null} */
  let view = null;
  let isWanted = false;
  let timer = 0;
  /** Rises with each picture that is asked for and each cover: what comes back to an older one shows nothing. */
  let turn = 0;
  /** What the server is asked, one after the other: it opens one picture of a person at a time.
   * @type {Promise<unknown>} */
  let asked = Promise.resolve();
  /** How long it was whole on the screen, by its size there. @type {Map<string, Size & { ms: number }>} */
  const whole = new Map();
  /** @type {Size & { at: number }} */
  let last = { width: 0, height: 0, at: 0 };
  let watch = 0;

  /** @param {string} text */
  function say(text) {
    status.textContent = text;
  }

  /** @param {string} path @param {Record<string, string>} more @param {boolean} [outlivesPage] */
  async function post(path, more, outlivesPage = false) {
    const body = new URLSearchParams(new FormData(form));
    for (const [name, value] of Object.entries(more)) {
      body.set(name, value);
    }
    const answer = await fetch(path, {
      method: "POST",
      body,
      headers: { accept: "application/json" },
      cache: "no-store",
      keepalive: outlivesPage,
    });
    if (!answer.ok) {
      const problem = await answer.json().catch(() => ({}));
      throw new Error(problem.detail ?? "The server refused.");
    }
    return answer;
  }

  /** The whole picture's pixels on the screen; nothing when a part of it is out of sight.
   * @param {View} shown */
  function sizeOnScreen(shown) {
    const box = canvas.getBoundingClientRect();
    const frame = screen.getBoundingClientRect();
    const [top, left] = [Math.max(0, frame.top), Math.max(0, frame.left)];
    const [bottom, right] = [Math.min(window.innerHeight, frame.bottom), Math.min(window.innerWidth, frame.right)];
    const isWhole = box.top >= top && box.left >= left && box.bottom <= bottom && box.right <= right;
    const scale = isWhole ? (box.width * window.devicePixelRatio) / canvas.width : 0;
    return { width: Math.round(shown.width * scale), height: Math.round(shown.height * scale) };
  }

  /** Since the last time: at the smaller of both sizes, and not at all where a part was out of sight at either. */
  function measure() {
    if (view) {
      const size = sizeOnScreen(view);
      const now = performance.now();
      const { width, height } = size.width < last.width ? size : last;
      if (width > 0 && height > 0) {
        const before = whole.get(`${width}x${height}`)?.ms ?? 0;
        whole.set(`${width}x${height}`, { width, height, ms: before + now - last.at });
      }
      last = { ...size, at: now };
    }
  }

  /** The largest size at which, or above which, it was whole for long enough; nothing: it was not.
   * @returns {Size} */
  function seenWhole() {
    let ms = 0;
    for (const size of [...whole.values()].sort((one, other) => other.width - one.width)) {
      ms += size.ms;
      if (ms >= leastMs) {
        return size;
      }
    }
    return { width: 0, height: 0 };
  }

  /** At once, also where the page is left. @param {View} shown @param {Size} size */
  function report(shown, size) {
    const ms = shown.shownAt === 0 ? 0 : Math.round(performance.now() - shown.shownAt);
    const end = { ms: String(ms), width: String(size.width), height: String(size.height) };
    const told = post(`/console/views/${shown.id}/ended`, end, true).catch(() => {
      // What the server does not hear of counts in full.
    });
    asked = Promise.all([asked, told]);
    return told;
  }

  cover = () => {
    turn += 1;
    isWanted = false;
    clearTimeout(timer);
    clearInterval(watch);
    toggle.setAttribute("aria-pressed", "false");
    toggle.textContent = "Reveal (R)";
    if (view) {
      measure();
      const shown = view;
      view = null;
      canvas.width = canvas.height = 1;
      screen.dataset.state = "covered";
      say("Covered.");
      report(shown, seenWhole());
    }
  };

  /** @param {Response} answer @returns {View} */
  function viewOf(answer) {
    const [width, height] = (answer.headers.get("Vigil-View-Size") ?? "0x0").split("x").map(Number);
    const seconds = Number(answer.headers.get("Vigil-View-Seconds"));
    return {
      id: answer.headers.get("Vigil-View") ?? "",
      endsAt: performance.now() + seconds * 1000,
      shownAt: 0,
      width,
      height,
    };
  }

  /** @param {number} mine */
  async function reveal(mine) {
    if (mine !== turn) {
      return;
    }
    const { token } = await (await post(`${address}/token`, {})).json();
    if (mine !== turn) {
      return;
    }
    const answer = await post(`${address}/reveal`, { token });
    const opened = viewOf(answer);
    const bitmap = await createImageBitmap(await answer.blob());
    if (mine !== turn || document.hidden) {
      // Released meanwhile: it was opened, and nothing of it was seen.
      bitmap.close();
      if (mine === turn) {
        cover();
      }
      await report(opened, { width: 0, height: 0 });
      return;
    }
    draw(opened, bitmap);
  }

  /** @param {View} opened @param {ImageBitmap} bitmap */
  function draw(opened, bitmap) {
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(bitmap, 0, 0);
    bitmap.close();
    opened.shownAt = performance.now();
    view = opened;
    screen.dataset.state = "revealed";
    screen.scrollIntoView({ block: "center" });
    whole.clear();
    last = { ...sizeOnScreen(opened), at: opened.shownAt };
    watch = window.setInterval(measure, 100);
    const left = Math.max(0, opened.endsAt - opened.shownAt);
    say(`Revealed. It is covered again in ${Math.ceil(left / 1000)} seconds at the latest.`);
    timer = window.setTimeout(cover, left);
  }

  function start() {
    if (isWanted || view) {
      return;
    }
    if (!form.reportValidity()) {
      say("Say why first.");
      return;
    }
    isWanted = true;
    turn += 1;
    const mine = turn;
    toggle.setAttribute("aria-pressed", "true");
    toggle.textContent = "Cover (R)";
    say("Opening. The look is being put on record.");
    asked = asked
      .then(() => reveal(mine))
      .catch((error) => {
        if (mine === turn) {
          cover();
          say(error instanceof Error ? error.message : String(error));
        }
      });
  }

  hold.addEventListener("pointerdown", (event) => {
    if (event.button === 0) {
      hold.setPointerCapture(event.pointerId);
      start();
    }
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
    hold.addEventListener(name, () => cover());
  }
  hold.addEventListener("keydown", (event) => {
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (!event.repeat) {
        start();
      }
    }
  });
  hold.addEventListener("keyup", (event) => {
    if (event.key === " " || event.key === "Enter") {
      cover();
    }
  });
  hold.addEventListener("contextmenu", (event) => event.preventDefault());
  hold.addEventListener("blur", () => cover());
  toggle.addEventListener("click", () => (isWanted || view ? cover() : start()));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      cover();
    } else if (event.key.toLowerCase() === "r" && !event.repeat && !isWriting(event.target) && !hasModifier(event)) {
      event.preventDefault();
      isWanted || view ? cover() : start();
    }
  });
  document.addEventListener("visibilitychange", () => document.hidden && cover());
  window.addEventListener("blur", () => cover());
  window.addEventListener("pagehide", () => cover());
  window.addEventListener("beforeprint", () => cover());
  form.addEventListener("submit", (event) => event.preventDefault());
}

if (form instanceof HTMLFormElement) {
  setUp(form);
}
