/** ul[data-tree="name"]: branches that fold. What is folded is remembered for this tab; without scripts all is open. */
import { icon, make } from './dom.js';

export function enhanceTrees(root) {
  root.querySelectorAll('ul[data-tree]').forEach((tree) => {
    const key = `tree:${tree.dataset.tree}`;
    const folded = new Set(JSON.parse(sessionStorage.getItem(key) || '[]'));
    const branches = [...tree.querySelectorAll('.tree-item')].filter((item) => branch(item)).map((item) => foldable(item, tree));

    const set = (item, open) => {
      branch(item).hidden = !open;
      item.querySelector('.tree-toggle').setAttribute('aria-expanded', String(open));
      folded[open ? 'delete' : 'add'](item.id);
      sessionStorage.setItem(key, JSON.stringify([...folded]));
    };
    tree.addEventListener('click', (event) => {
      const toggle = event.target.closest('.tree-toggle');
      if (toggle) set(toggle.closest('.tree-item'), toggle.getAttribute('aria-expanded') !== 'true');
    });
    branches.forEach((item) => set(item, !folded.has(item.id)));

    const reveal = () => {
      let item = location.hash && tree.querySelector(`[id="${CSS.escape(location.hash.slice(1))}"]`);
      if (!item) return;
      for (let above = item.parentElement.closest('.tree-item'); above; above = above.parentElement.closest('.tree-item')) set(above, true);
      item.scrollIntoView({ block: 'center' });
    };
    addEventListener('hashchange', reveal);
    reveal();

    if (branches.length > 2) {
      const all = (label, sign, open) => make('button', { type: 'button', class: 'button quiet small', onclick: () => branches.forEach((item) => set(item, open)) },
        icon(sign), label);
      tree.before(make('div', { class: 'tree-all' },
        all(tree.dataset.expandAll, 'plus', true), all(tree.dataset.collapseAll, 'minus', false)));
    }
  });
}

const branch = (item) => item.querySelector(':scope > ul');

function foldable(item, tree) {
  const gap = item.querySelector(':scope > .tree-row [data-tree-toggle]');
  const label = item.querySelector('.tree-text').textContent.trim().slice(0, 80);
  gap.replaceWith(make('button', { type: 'button', class: 'tree-toggle', 'aria-expanded': 'true', 'aria-label': `${tree.dataset.toggle}: ${label}` }, icon('chevron-right')));
  return item;
}
