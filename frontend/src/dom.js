/** Small makers of elements. */

/** Make an element: attributes by name ("on..." are listeners), children as nodes or text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** One icon of the sprite. */
export function icon(name) {
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(ns, 'use');
  use.setAttribute('href', `${document.documentElement.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

/** The texts a template gave to an element, and a way to fill their {places}. */
export function texts(element) {
  const all = JSON.parse(element.dataset.texts || '{}');
  return (key, values = {}) => (all[key] ?? key).replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

/** Run `action` once it has been quiet for `delay` milliseconds. */
export function debounce(action, delay) {
  let timer;
  const later = () => { clearTimeout(timer); timer = setTimeout(action, delay); };
  later.cancel = () => clearTimeout(timer);
  return later;
}
