// @ts-check
// A video's frames one at a time, and its sound. Each is opened once, for a reason, and put away by time, by leaving the tab or
// the window, or by hand. Both stay in memory: no address of them exists that could be kept or saved, and nothing plays by itself.

/** What the server said of a look that is open now.
 * @typedef {{ id: string, endsAt: number }} View */

/** @typedef {{ view: View, bitmap: ImageBitmap, columns: number, width: number, height: number, times: number[], last: number,
 *   index: number, shownAt: number }} Strip */

/** @typedef {{ view: View, context: AudioContext, buffer: AudioBuffer, gain: GainNode, source: AudioBufferSourceNode | null,
 *   place: number, playedAt: number, heardMs: number, beganAt: number }} Sound */

const speeds = [0.5, 1, 2, 4];

/** @template {HTMLElement} T @param {string} id @param {new () => T} type */
function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) {
    throw new Error(`This page has no ${id}.`);
  }
  return found;
}

/** @param {HTMLFormElement} form @param {string} path @param {Record<string, string>} [more] */
async function post(form, path, more) {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(more ?? {})) {
    body.set(name, value);
  }
  const headers = { accept: "application/json" };
  const answer = await fetch(path, { method: "POST", body, headers, cache: "no-store", keepalive: more !== undefined });
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw new Error(problem.detail ?? "The server refused.");
  }
  return answer;
}

/** @param {HTMLFormElement} form @param {View} view @param {number} ms */
function report(form, view, ms) {
  post(form, `/console/views/${view.id}/ended`, { ms: String(Math.round(ms)), width: "0", height: "0" }).catch(() => {
    // What the server does not hear of counts in full.
  });
}

/** @param {Response} answer @returns {View} */
function viewOf(answer) {
  const seconds = Number(answer.headers.get("Vigil-View-Seconds"));
  return { id: answer.headers.get("Vigil-View") ?? "", endsAt: performance.now() + seconds * 1000 };
}

/** As "1:02:03.4". @param {number} seconds */
function clock(seconds) {
  const tenths = Math.round(seconds * 10);
  const [hours, minutes, rest] = [Math.floor(tenths / 36000), Math.floor(tenths / 600) % 60, tenths % 600];
  return `${hours}:${String(minutes).padStart(2, "0")}:${(rest / 10).toFixed(1).padStart(4, "0")}`;
}

/** Opens on submit, once at a time; ends by time, Escape, another tab, another window, another page.
 * @param {HTMLFormElement} form @param {HTMLElement} status
 * @param {{ path: string, opening: string, ended: string, take: (answer: Response, view: View) => Promise<boolean>, end: () => number | null }} look
 *   take: false where it was no longer wanted; end: milliseconds that count, null where nothing was open */
function setUp(form, status, look) {
  let isWanted = false;
  let timer = 0;
  /** @type {View | null} */
  let open = null;

  /** @param {string} text */
  function say(text) {
    status.textContent = text;
  }

  function end() {
    isWanted = false;
    clearTimeout(timer);
    const ms = look.end();
    if (open && ms !== null) {
      report(form, open, ms);
      open = null;
      say(look.ended);
    }
  }

  async function start() {
    if (isWanted || open) {
      return;
    }
    isWanted = true;
    say(look.opening);
    const answer = await post(form, `/console/contents/${form.dataset.content}/${look.path}`);
    const view = viewOf(answer);
    open = view;
    const isTaken = await look.take(answer, view);
    if (!isTaken || !isWanted || document.hidden) {
      // Left meanwhile: it was opened, and nothing of it came out.
      look.end();
      report(form, view, 0);
      open = null;
      isWanted = false;
      say(look.ended);
      return;
    }
    const left = Math.max(0, view.endsAt - performance.now());
    say(`Open. It is put away in ${Math.ceil(left / 1000)} seconds at the latest.`);
    timer = window.setTimeout(end, left);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    start().catch((error) => {
      isWanted = false;
      open = null;
      look.end();
      say(error instanceof Error ? error.message : String(error));
    });
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && end());
  document.addEventListener("visibilitychange", () => document.hidden && end());
  window.addEventListener("blur", end);
  window.addEventListener("pagehide", end);
  return end;
}

/** @param {HTMLFormElement} form */
function setUpStrip(form) {
  const player = element("strip-player", HTMLDivElement);
  const canvas = /** @type {HTMLCanvasElement} */ (player.querySelector("canvas"));
  const at = element("strip-at", HTMLInputElement);
  const time = element("strip-time", HTMLParagraphElement);
  const play = element("strip-play", HTMLButtonElement);
  const speed = element("strip-speed", HTMLSelectElement);
  /** @type {Strip | null} */
  let strip = null;
  let timer = 0;

  /** @param {number} index */
  function show(index) {
    if (!strip) {
      return;
    }
    const { bitmap, columns, width, height, times, last } = strip;
    strip.index = Math.min(times.length - 1, Math.max(0, index));
    const [x, y] = [(strip.index % columns) * width, Math.floor(strip.index / columns) * height];
    const ink = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    ink.drawImage(bitmap, x, y, width, height, 0, 0, width, height);
    const text = `Frame ${strip.index + 1} of ${times.length}, at ${clock(times[strip.index])} of ${clock(last)}`;
    at.value = String(strip.index);
    at.setAttribute("aria-valuetext", text);
    time.textContent = text;
  }

  function stop() {
    clearTimeout(timer);
    timer = 0;
    play.setAttribute("aria-pressed", "false");
    play.textContent = "Play";
  }

  function wait() {
    clearTimeout(timer);
    if (!strip || strip.index + 1 >= strip.times.length) {
      stop();
      return;
    }
    const next = strip.index + 1;
    const wanted = Number(speed.value);
    const rate = speeds.includes(wanted) ? wanted : 1;
    timer = window.setTimeout(() => (show(next), wait()), ((strip.times[next] - strip.times[next - 1]) * 1000) / rate);
  }

  function toggle() {
    if (timer !== 0) {
      stop();
      return;
    }
    if (strip && strip.index + 1 >= strip.times.length) {
      show(0);
    }
    play.setAttribute("aria-pressed", "true");
    play.textContent = "Stop";
    wait();
  }

  const end = setUp(form, element("strip-status", HTMLParagraphElement), {
    path: "strip",
    opening: "Opening. The look is being put on record; a long video takes a while.",
    ended: "Put away. Nothing is shown.",
    async take(answer, view) {
      const [columns, width, height] = (answer.headers.get("Vigil-Frame-Grid") ?? "").split("x").map(Number);
      const times = (answer.headers.get("Vigil-Frame-Times") ?? "").split(",").map(Number);
      const last = Number(answer.headers.get("Vigil-Video-Seconds"));
      const bitmap = await createImageBitmap(await answer.blob());
      if (document.hidden || !document.hasFocus()) {
        bitmap.close();
        return false;
      }
      canvas.width = width;
      canvas.height = height;
      at.max = String(times.length - 1);
      strip = { view, bitmap, columns, width, height, times, last, index: 0, shownAt: performance.now() };
      player.hidden = false;
      show(0);
      at.focus();
      return true;
    },
    end() {
      stop();
      if (!strip) {
        return null;
      }
      const ms = performance.now() - strip.shownAt;
      strip.bitmap.close();
      strip = null;
      player.hidden = true;
      canvas.width = canvas.height = 1;
      time.textContent = "";
      at.removeAttribute("aria-valuetext");
      return ms;
    },
  });

  at.addEventListener("input", () => (stop(), show(Number(at.value))));
  play.addEventListener("click", toggle);
  speed.addEventListener("change", () => timer !== 0 && wait());
  element("strip-close", HTMLButtonElement).addEventListener("click", end);
  player.addEventListener("keydown", (event) => {
    if (!strip || event.ctrlKey || event.altKey || event.metaKey || event.target instanceof HTMLSelectElement) {
      return;
    }
    /** @type {Record<string, number>} */
    const places = {
      ArrowLeft: strip.index - 1,
      ArrowDown: strip.index - 1,
      ArrowRight: strip.index + 1,
      ArrowUp: strip.index + 1,
      Home: 0,
      End: strip.times.length - 1,
    };
    if (event.key in places) {
      event.preventDefault();
      stop();
      show(places[event.key]);
    } else if (event.key === " " && !(event.target instanceof HTMLButtonElement)) {
      event.preventDefault();
      if (!event.repeat) {
        toggle();
      }
    }
  });
}

/** @param {HTMLFormElement} form */
function setUpSound(form) {
  const player = element("sound-player", HTMLDivElement);
  const at = element("sound-at", HTMLInputElement);
  const time = element("sound-time", HTMLParagraphElement);
  const play = element("sound-play", HTMLButtonElement);
  const loudness = element("sound-gain", HTMLInputElement);
  /** @type {Sound | null} */
  let sound = null;
  let timer = 0;

  /** @param {Sound} of */
  function placeOf(of) {
    const place = of.source ? of.place + of.context.currentTime - of.beganAt : of.place;
    return Math.min(of.buffer.duration, place);
  }

  function tell() {
    if (sound) {
      const text = `At ${clock(placeOf(sound))} of ${clock(sound.buffer.duration)}`;
      time.textContent = text;
      at.value = String(Math.floor(placeOf(sound)));
      at.setAttribute("aria-valuetext", text);
    }
  }

  function stop() {
    clearInterval(timer);
    play.setAttribute("aria-pressed", "false");
    play.textContent = "Play";
    if (sound?.source) {
      sound.place = placeOf(sound);
      sound.heardMs += performance.now() - sound.playedAt;
      sound.source.onended = null;
      sound.source.stop();
      sound.source.disconnect();
      sound.source = null;
      tell();
    }
  }

  async function start() {
    if (!sound) {
      return;
    }
    const { context, buffer, gain } = sound;
    await context.resume();
    if (sound?.context !== context || sound.source) {
      return;
    }
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(gain);
    source.onended = stop;
    sound.place = sound.place >= buffer.duration ? 0 : sound.place;
    sound.source = source;
    sound.beganAt = context.currentTime;
    sound.playedAt = performance.now();
    source.start(0, sound.place);
    play.setAttribute("aria-pressed", "true");
    play.textContent = "Stop";
    timer = window.setInterval(tell, 250);
  }

  const end = setUp(form, element("sound-status", HTMLParagraphElement), {
    path: "sound",
    opening: "Opening. It is being put on record; nothing plays yet.",
    ended: "Put away. The sound is off.",
    async take(answer, view) {
      const bytes = await answer.arrayBuffer();
      if (document.hidden || !document.hasFocus()) {
        return false;
      }
      // The server's own header of 44 bytes, then samples of 16 bits.
      const rate = new DataView(bytes).getUint32(24, true);
      const samples = new Int16Array(bytes, 44);
      const context = new AudioContext({ sampleRate: rate });
      const buffer = context.createBuffer(1, Math.max(1, samples.length), rate);
      buffer.getChannelData(0).set(Float32Array.from(samples, (sample) => sample / 32768));
      const gain = context.createGain();
      gain.gain.value = Number(loudness.value) / 100;
      gain.connect(context.destination);
      sound = { view, context, buffer, gain, source: null, place: 0, playedAt: 0, heardMs: 0, beganAt: 0 };
      at.max = String(Math.floor(buffer.duration));
      player.hidden = false;
      tell();
      if (answer.headers.get("Vigil-Sound-Cut") === "yes") {
        time.textContent += "; the file has more, which is not played";
      }
      play.focus();
      return true;
    },
    end() {
      stop();
      if (!sound) {
        return null;
      }
      const heard = sound.heardMs;
      sound.buffer.getChannelData(0).fill(0);
      sound.context.close();
      sound = null;
      player.hidden = true;
      time.textContent = "";
      at.removeAttribute("aria-valuetext");
      form.reset();
      return heard;
    },
  });

  play.addEventListener("click", () => (sound?.source ? stop() : start()));
  loudness.addEventListener("input", () => {
    if (sound) {
      sound.gain.gain.value = Number(loudness.value) / 100;
    }
  });
  at.addEventListener("input", () => {
    const place = Number(at.value);
    const wasPlaying = sound?.source != null;
    stop();
    if (sound) {
      sound.place = place;
      tell();
      if (wasPlaying) {
        start();
      }
    }
  });
  element("sound-close", HTMLButtonElement).addEventListener("click", end);
}

const stripForm = document.getElementById("strip");
const soundForm = document.getElementById("sound");
if (stripForm instanceof HTMLFormElement) {
  setUpStrip(stripForm);
}
if (soundForm instanceof HTMLFormElement) {
  setUpSound(soundForm);
}
