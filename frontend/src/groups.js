/** input[data-checks="1 2 3"]: ticks the boxes of the same form with these values, and follows when one of them is unticked. */
export function enhanceGroups(root) {
  root.querySelectorAll('input[data-checks]').forEach((group) => {
    const values = new Set(group.dataset.checks.split(' '));
    const boxes = () => [...group.form.querySelectorAll('input[type="checkbox"]:not([data-checks])')].filter((box) => values.has(box.value));
    const follow = () => {
      const ticked = boxes().filter((box) => box.checked).length;
      group.checked = ticked > 0 && ticked === values.size;
      group.indeterminate = ticked > 0 && ticked < values.size;
    };
    group.addEventListener('change', () => {
      boxes().forEach((box) => { box.checked = group.checked; });
      group.form.dispatchEvent(new CustomEvent('groupchange'));
    });
    group.form.addEventListener('change', follow);
    group.form.addEventListener('groupchange', follow);
    if (group.checked) boxes().forEach((box) => { box.checked = true; });
    follow();
  });
}
