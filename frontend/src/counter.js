/** [data-count="{chars} ký tự, {words} từ"]: say how long a text is; data-count-max marks what is too long. */
import { make } from './dom.js';

export function enhanceCounters(root) {
  root.querySelectorAll('[data-count]').forEach((input) => {
    const note = make('span', { class: 'field-count' });
    input.after(note);
    const max = Number(input.dataset.countMax) || Infinity;
    const show = () => {
      const text = input.value.normalize('NFC').trim();
      const chars = [...text].length;
      const words = text ? text.split(/\s+/).length : 0;
      const said = input.dataset.count.replace('{chars}', chars).replace('{words}', words).replace('{left}', max - chars);
      note.textContent = Number.isFinite(max) && !input.dataset.count.includes('{left}') ? `${said} / ${max}` : said;
      note.classList.toggle('over', chars > max);
    };
    input.addEventListener('input', show);
    show();
  });
}
