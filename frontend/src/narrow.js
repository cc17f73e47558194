/** input[data-narrow="list"]: shows only the lines of that list that hold the typed words; what is ticked stays in sight. */
const folded = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd').toLowerCase();

export function enhanceNarrowing(root) {
  root.querySelectorAll('input[data-narrow]').forEach((input) => {
    const lines = [...document.getElementById(input.dataset.narrow).children].map((line) => [line, folded(line.textContent)]);
    input.closest('[hidden]')?.removeAttribute('hidden');
    input.addEventListener('input', () => {
      const wanted = folded(input.value.trim());
      lines.forEach(([line, text]) => { line.hidden = !text.includes(wanted) && !line.querySelector(':checked'); });
    });
    input.addEventListener('keydown', (event) => { if (event.key === 'Enter') event.preventDefault(); });
  });
}
