/** The reader's text size and contrast, kept on this device. Runs in the head, before the first paint. */
const root = document.documentElement;

function recall(name) {
  try { return localStorage.getItem(`reading:${name}`) || ''; } catch { return ''; }
}

function choose(name, value) {
  if (value) root.dataset[name] = value;
  else delete root.dataset[name];
  try { localStorage.setItem(`reading:${name}`, value); } catch { /* the choice then lasts for this page */ }
}

choose('size', recall('size'));
choose('contrast', recall('contrast'));

document.addEventListener('DOMContentLoaded', () => {
  const buttons = [...document.querySelectorAll('[data-reading]')];
  const show = () => buttons.forEach((button) => {
    const { reading, value } = button.dataset;
    button.setAttribute('aria-pressed', String((root.dataset[reading] ?? '') === value));
  });
  buttons.forEach((button) => button.addEventListener('click', () => {
    const { reading, value } = button.dataset;
    choose(reading, reading === 'contrast' && root.dataset.contrast === value ? '' : value);
    show();
  }));
  document.querySelectorAll('[data-reading-tools]').forEach((tools) => { tools.hidden = false; });
  show();
});
