namespace Vigil.Browser.Tests;

/// <summary>What is asked of a page in its own language.</summary>
internal static class Checks
{
    /// <summary>Another tab is looked at for a moment.</summary>
    public const string HideTab =
        "Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
        + "document.dispatchEvent(new Event('visibilitychange'));"
        + "Object.defineProperty(document, 'hidden', { value: false, configurable: true });";

    /// <summary>Marks what the Tab key should reach, in order; gives their count and leaves the focus nowhere.</summary>
    public const string Number = """
        () => {
          const all = [...document.querySelectorAll(
            'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
            .filter(e => !e.disabled && e.checkVisibility({ visibilityProperty: true }))
            // One stop for radio buttons that belong together: the arrow keys go on.
            .filter((e, at, them) => e.type !== 'radio' || them.find(r => r.name === e.name && r.form === e.form) === e);
          all.forEach((e, at) => e.dataset.at = at);
          document.activeElement?.blur();
          return all.length;
        }
        """;

    /// <summary>What has the focus now, and whether one sees it.</summary>
    public const string Reached = """
        () => {
          const e = document.activeElement;
          const style = getComputedStyle(e);
          return { at: Number(e.dataset.at ?? -1), seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 };
        }
        """;

    /// <summary>
    /// Faults of structure, names, sizes and contrast, in words, and what moved since the page came without anybody
    /// touching it (Layout Instability API, W3C).
    /// </summary>
    public const string Faults = """
        async () => {
          const faults = [];
          await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
          const moves = new PerformanceObserver(() => {});
          moves.observe({ type: 'layout-shift', buffered: true });
          const shift = moves.takeRecords().filter(e => !e.hadRecentInput).reduce((sum, e) => sum + e.value, 0);
          moves.disconnect();
          if (shift >= 0.01) faults.push(`moved by ${shift.toFixed(3)} while it came`);
          const seen = e => e.checkVisibility({ visibilityProperty: true });
          const all = q => [...document.querySelectorAll(q)].filter(seen);
          const count = document.querySelectorAll('h1').length;
          if (count !== 1) faults.push(`${count} h1`);
          if (!document.title.endsWith('Vigil') || !document.documentElement.lang) faults.push('no title or language');
          let level = 1;
          for (const e of all('h1,h2,h3,h4,h5,h6')) {
            const own = Number(e.tagName[1]);
            if (own > level + 1) faults.push(`heading skips to ${own}: ${e.textContent}`);
            level = own;
          }
          for (const e of all('input:not([type=hidden]),select,textarea'))
            if (!e.labels?.length && !e.ariaLabel) faults.push(`no label: ${e.outerHTML}`);
          for (const e of all('a,button,summary'))
            if (!(e.ariaLabel || e.textContent).trim()) faults.push(`no name: ${e.outerHTML}`);
          for (const e of all('img')) if (e.getAttribute('alt') === null) faults.push('picture without alt');
          const ids = new Set();
          for (const e of document.querySelectorAll('[id]')) {
            if (ids.has(e.id)) faults.push(`id twice: ${e.id}`);
            ids.add(e.id);
          }
          for (const e of all('table')) {
            if (!e.caption) faults.push('table without caption');
            for (const th of e.querySelectorAll('th')) if (!th.scope) faults.push(`th without scope: ${th.textContent}`);
          }
          for (const e of all('button,select,summary,input:not([type=hidden])')) {
            const box = e.getBoundingClientRect();
            const isLabelled = e.type === 'checkbox' || e.type === 'radio';
            if (!isLabelled && (box.width < 24 || box.height < 24)) faults.push(`too small: ${e.outerHTML}`);
          }
          // What a template did not take for code.
          const source = document.body.innerText.match(/@(if|else|foreach|for|switch|while|code)\b.*/);
          if (source) faults.push(`shows its own source: ${source[0].slice(0, 40)}`);
          // A short word, and a case's reference, stand on one line.
          const isBroken = range => new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1;
          for (const e of all('th')) {
            const texts = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
            while (texts.nextNode())
              for (const word of texts.currentNode.data.matchAll(/(?<![^\s-])[^\s-]{2,10}(?![^\s-])/g)) {
                const range = document.createRange();
                range.setStart(texts.currentNode, word.index);
                range.setEnd(texts.currentNode, word.index + word[0].length);
                if (seen(e) && isBroken(range)) faults.push(`broken word: ${word[0]}`);
              }
          }
          for (const e of all('table a[href*="/cases/VC-"]')) {
            const range = document.createRange();
            range.selectNodeContents(e);
            if (e.textContent.trim().startsWith('VC-') && isBroken(range)) faults.push(`broken: ${e.textContent}`);
          }
          for (const e of document.querySelectorAll('[style]')) faults.push(`style of its own: ${e.outerHTML}`);
          // Contrast as it is drawn: WCAG 2.2, 1.4.3.
          const part = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
          const light = c => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
          const parse = text => (text.match(/[\d.]+/g) ?? []).map(Number);
          const ground = e => {
            for (; e; e = e.parentElement) {
              const c = parse(getComputedStyle(e).backgroundColor);
              if (c.length === 3 || c[3] === 1) return c;
            }
            return [255, 255, 255];
          };
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const e = walk.currentNode.parentElement;
            if (!walk.currentNode.textContent.trim() || !seen(e) || e.closest('.skip,script,:disabled')) continue;
            const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))];
            const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (ratio < 4.5) faults.push(`contrast ${ratio.toFixed(2)}: ${walk.currentNode.textContent.trim().slice(0, 40)}`);
          }
          return faults;
        }
        """;
}
