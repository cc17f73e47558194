/** What the editor asks: an address for a link, a photo of the page. */
import { make } from './dom.js';

/** Show a dialog; resolve with what `close(value)` was given, undefined after Escape. */
function show(title, wide, fill) {
  return new Promise((resolve) => {
    let result;
    const dialog = make('dialog', { class: wide ? 'dialog wide' : 'dialog', 'aria-label': title }, make('h2', {}, title));
    const close = (value) => { result = value; dialog.close(); };
    dialog.append(...fill(close));
    dialog.addEventListener('close', () => { dialog.remove(); resolve(result); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/**
 * @param {(key: string) => string} say
 * @param {string | undefined} present the address the selection has now
 * @returns {Promise<string | undefined>} the address, "" to remove the link, undefined to leave all as it is
 */
export function askLink(say, present) {
  return show(say('linkTitle'), false, (close) => {
    const error = make('p', { class: 'field-error', id: 'link-error', role: 'alert', hidden: true }, say('linkBad'));
    const input = make('input', { class: 'input', type: 'text', inputmode: 'url', id: 'link-address', 'aria-describedby': 'link-error', autocomplete: 'off' });
    input.value = present ?? 'https://';
    const form = make('form', {
      onsubmit: (event) => {
        event.preventDefault();
        event.stopPropagation();
        const address = input.value.trim();
        if (/^(https?:\/\/[^\s]+\.[^\s]+|mailto:[^\s]+@[^\s]+)$/i.test(address)) close(address);
        else { error.hidden = false; input.setAttribute('aria-invalid', 'true'); input.focus(); }
      },
    },
    make('div', { class: 'field' }, make('label', { for: 'link-address' }, say('linkAddress')), input, error),
    make('div', { class: 'actions' },
      make('button', { class: 'button', type: 'button', onclick: () => close() }, say('cancel')),
      ...(present ? [make('button', { class: 'button danger', type: 'button', onclick: () => close('') }, say('linkRemove'))] : []),
      make('button', { class: 'button primary' }, say('apply'))));
    return [form];
  });
}

/**
 * @param {(key: string) => string} say
 * @returns {Promise<HTMLElement | undefined>} the [data-media-src] element of the chosen photo
 */
export function chooseImage(say) {
  const photos = [...document.querySelectorAll('[data-media-src]')];
  return show(say('imageTitle'), true, (close) => {
    const pick = photos.map((photo) => {
      const thumb = photo.querySelector('img');
      const alt = photo.querySelector('[data-media-alt]')?.value || say('image');
      return make('button', { type: 'button', onclick: () => close(photo) }, make('img', { src: thumb.src, alt }));
    });
    return [
      photos.length ? make('div', { class: 'media-pick' }, ...pick) : make('p', {}, say('imageNone')),
      make('div', { class: 'actions' }, make('button', { class: 'button', type: 'button', onclick: () => close() }, say('cancel'))),
    ];
  });
}
