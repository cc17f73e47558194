/** The editor's buttons: role=toolbar, one tab stop, arrows move between the buttons (WAI-ARIA toolbar pattern). */
import { icon, make } from './dom.js';

const BUTTONS = [
  [['heading2', 'heading-2', (c) => c.toggleHeading({ level: 2 }), ['heading', { level: 2 }]],
    ['heading3', 'heading-3', (c) => c.toggleHeading({ level: 3 }), ['heading', { level: 3 }]]],
  [['bold', 'bold', (c) => c.toggleBold(), ['bold']],
    ['italic', 'italic', (c) => c.toggleItalic(), ['italic']]],
  [['bulletList', 'list', (c) => c.toggleBulletList(), ['bulletList']],
    ['orderedList', 'list-ol', (c) => c.toggleOrderedList(), ['orderedList']],
    ['blockquote', 'quote', (c) => c.toggleBlockquote(), ['blockquote']]],
  [['link', 'link', 'link', ['link']],
    ['image', 'image', 'image', null],
    ['table', 'table', (c) => c.insertTable({ rows: 3, cols: 3, withHeaderRow: true }), null]],
  [['undo', 'undo', (c) => c.undo(), null],
    ['redo', 'redo', (c) => c.redo(), null]],
];

const TABLE_BUTTONS = [
  ['addRow', (c) => c.addRowAfter()], ['addColumn', (c) => c.addColumnAfter()],
  ['deleteRow', (c) => c.deleteRow()], ['deleteColumn', (c) => c.deleteColumn()], ['deleteTable', (c) => c.deleteTable()],
];

/**
 * @param {import('@tiptap/core').Editor} editor
 * @param {(key: string) => string} say
 * @param {Record<string, () => void>} dialogs what the buttons do that first ask something
 * @returns {HTMLElement[]} the toolbar and the row of table tools, shown while the cursor is in a table
 */
export function makeToolbar(editor, say, dialogs) {
  const bar = make('div', { class: 'editor-toolbar', role: 'toolbar', 'aria-label': say('toolbar') });
  const refreshers = [];
  BUTTONS.forEach((group, index) => {
    if (index) bar.append(make('span', { class: 'divider', 'aria-hidden': 'true' }));
    for (const [key, sign, command, active] of group) {
      const run = typeof command === 'string' ? dialogs[command] : () => command(editor.chain().focus()).run();
      const button = make('button', { type: 'button', title: say(key), 'aria-label': say(key), tabindex: '-1' }, icon(sign));
      button.addEventListener('click', () => { if (button.getAttribute('aria-disabled') !== 'true') run(); });
      bar.append(button);
      if (active) refreshers.push(() => button.setAttribute('aria-pressed', String(editor.isActive(...active))));
      if (key === 'undo' || key === 'redo') refreshers.push(() => button.setAttribute('aria-disabled', String(!editor.can()[key]())));
    }
  });
  rove(bar);

  const tools = make('div', { class: 'editor-table-tools', role: 'group', 'aria-label': say('table'), hidden: true },
    ...TABLE_BUTTONS.map(([key, command]) => make('button', {
      type: 'button', class: 'button small', onclick: () => command(editor.chain().focus()).run(),
    }, say(key))));
  refreshers.push(() => { tools.hidden = !editor.isActive('table'); });

  const refresh = () => refreshers.forEach((each) => each());
  editor.on('transaction', refresh);
  refresh();
  return [bar, tools];
}

function rove(bar) {
  const buttons = [...bar.querySelectorAll('button')];
  buttons[0].tabIndex = 0;
  const go = (index) => buttons[(index + buttons.length) % buttons.length].focus();
  bar.addEventListener('focusin', (event) => buttons.forEach((button) => { button.tabIndex = button === event.target ? 0 : -1; }));
  bar.addEventListener('keydown', (event) => {
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    go(to);
  });
}
