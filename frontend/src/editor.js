/** TipTap on textarea[data-editor]. The textarea stays the form's field and always holds the same HTML. */
import { Editor, mergeAttributes } from '@tiptap/core';
import Image from '@tiptap/extension-image';
import { Table, TableCell, TableHeader, TableRow } from '@tiptap/extension-table';
import StarterKit from '@tiptap/starter-kit';
import { make, texts } from './dom.js';
import { askLink, chooseImage } from './editor-dialogs.js';
import { makeToolbar } from './editor-toolbar.js';
import { cleanPaste } from './paste.js';

/** The extension's own table writes widths as inline styles, which the content policy forbids. */
const PlainTable = Table.extend({
  renderHTML({ HTMLAttributes }) {
    return ['table', mergeAttributes(this.options.HTMLAttributes, HTMLAttributes), ['tbody', 0]];
  },
});

/** Turn one textarea into an editor. */
export function makeEditor(area) {
  const say = texts(area);
  const box = make('div', { class: 'editor' });
  const surface = make('div');
  area.before(box);
  area.hidden = true;
  area.required = false; // a hidden field cannot be pointed at by the browser; the server checks

  const described = ['aria-describedby', 'aria-invalid'].filter((name) => area.hasAttribute(name));
  const editor = new Editor({
    element: surface,
    injectCSS: false,
    content: area.value,
    extensions: [
      StarterKit.configure({
        heading: { levels: [2, 3] }, codeBlock: false, code: false, strike: false, underline: false,
        link: { openOnClick: false, protocols: ['http', 'https', 'mailto'], HTMLAttributes: { rel: null, target: null } },
      }),
      Image.configure({ inline: false }),
      PlainTable.configure({ resizable: false }), TableRow, TableHeader, TableCell,
    ],
    editorProps: {
      attributes: {
        role: 'textbox', 'aria-multiline': 'true', 'aria-label': say('area'),
        ...Object.fromEntries(described.map((name) => [name, area.getAttribute(name)])),
      },
      transformPastedHTML: cleanPaste,
    },
    onUpdate: () => {
      area.value = editor.isEmpty ? '' : editor.getHTML().replace(/(<p><\/p>)+$/, '');
      area.dispatchEvent(new Event('input', { bubbles: true }));
    },
  });

  const insert = (photo) => {
    const { $to, to } = editor.state.selection;
    const image = { type: 'image', attrs: { src: photo.dataset.mediaSrc, alt: photo.querySelector('[data-media-alt]')?.value ?? '' } };
    editor.chain().focus().insertContentAt($to.depth ? $to.after(1) : to, image).run();
  };
  const dialogs = {
    link: () => askLink(say, editor.getAttributes('link').href).then((href) => {
      if (href === '') editor.chain().focus().extendMarkRange('link').unsetLink().run();
      else if (href) setLink(editor, href);
    }),
    image: () => chooseImage(say).then((photo) => { if (photo) insert(photo); }),
  };
  box.append(...makeToolbar(editor, say, dialogs), surface);

  const label = document.querySelector(`label[for="${CSS.escape(area.id)}"]`);
  label?.addEventListener('click', () => editor.commands.focus());
  area.addEventListener('loa:restored', () => editor.commands.setContent(area.value, { emitUpdate: false }));

  const offerPhotos = () => document.querySelectorAll('[data-insert-image]').forEach((button) => { button.hidden = false; });
  document.addEventListener('loa:photos', offerPhotos);
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-insert-image]');
    if (button) insert(button.closest('[data-media-src]'));
  });
  offerPhotos();
  return editor;
}

/** Link the selection; with nothing selected, write the address itself. */
function setLink(editor, href) {
  const chain = editor.chain().focus();
  if (editor.state.selection.empty && !editor.isActive('link')) {
    chain.insertContent({ type: 'text', text: href, marks: [{ type: 'link', attrs: { href } }] }).run();
  } else {
    chain.extendMarkRange('link').setLink({ href }).run();
  }
}
