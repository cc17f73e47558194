/** [data-copy="#id"]: copy the text of that element; the button appears only where copying works. */
export function enhanceCopying(root) {
  if (!navigator.clipboard) return;
  root.querySelectorAll('[data-copy]').forEach((button) => {
    const source = document.querySelector(button.dataset.copy);
    if (!source) return;
    button.hidden = false;
    const label = button.lastChild;
    const usual = label.textContent;
    button.addEventListener('click', async () => {
      const text = source.value ?? source.textContent;
      try {
        await navigator.clipboard.writeText(text.trim());
        label.textContent = button.dataset.copied;
        button.setAttribute('aria-live', 'polite');
        setTimeout(() => { label.textContent = usual; }, 3000);
      } catch {
        source.focus();
        source.select?.();
      }
    });
  });
}
