/**
 * What is pasted from Word or Google Docs says by inline styles what HTML says by elements. The page's content policy makes
 * the browser ignore inline styles, so they are read here, as text, and turned into elements.
 */
const STYLE = 'data-pasted-style';

/**
 * @param {string} html what the clipboard holds
 * @returns {string} the same with real lists, strong and em, and without any style
 */
export function cleanPaste(html) {
  const page = new DOMParser().parseFromString(html.replace(/(<[^>]*?\s)style(?=\s*=)/gi, `$1${STYLE}`), 'text/html');
  makeLists(page);
  makeMarks(page);
  page.querySelectorAll(`[${STYLE}]`).forEach((element) => element.removeAttribute(STYLE));
  return page.body.innerHTML;
}

/** Lists of Word are paragraphs with `mso-list:lN levelM`. */
function makeLists(page) {
  let open = []; // the lists we are inside of, outermost first
  for (const p of page.querySelectorAll(`p[${STYLE}*="mso-list" i]`)) {
    const found = /mso-list:\s*l(\d+)\s+level(\d+)/i.exec(p.getAttribute(STYLE));
    if (!found) continue;
    const level = Number(found[2]);
    const sign = p.querySelector(`[${STYLE}*="mso-list:Ignore" i], [${STYLE}*="mso-list: Ignore" i]`);
    const mark = sign?.textContent.trim() ?? '';
    sign?.remove();
    const goesOn = open.length && open[0].number === found[1] && open[0].element.nextElementSibling === p;
    open = goesOn ? open.filter((list) => list.level <= level) : [];
    if (open.at(-1)?.level !== level) {
      const element = page.createElement(/^\(?[\da-zđ]{1,4}[.)]/i.test(mark) ? 'ol' : 'ul');
      const first = parseInt(mark.replace('(', ''), 10);
      if (first > 1) element.setAttribute('start', first);
      if (open.length) open.at(-1).element.lastElementChild.append(element);
      else p.before(element);
      open.push({ number: found[1], level, element });
    }
    const item = page.createElement('li');
    item.innerHTML = `<p>${p.innerHTML}</p>`;
    open.at(-1).element.append(item);
    p.remove();
  }
}

/** Google Docs writes bold as a style of span, and wraps everything in a b whose style says that it is not bold. */
function makeMarks(page) {
  for (const element of page.querySelectorAll(`b[${STYLE}], span[${STYLE}]`)) {
    const style = element.getAttribute(STYLE);
    const bold = /font-weight:\s*(bold|[6-9]00)/i.test(style);
    if (element.localName === 'b' && /font-weight:\s*normal/i.test(style)) element.replaceWith(...element.childNodes);
    if (element.localName !== 'span') continue;
    if (bold) wrap(page, element, 'strong');
    if (/font-style:\s*italic/i.test(style)) wrap(page, element, 'em');
  }
}

function wrap(page, element, tag) {
  const mark = page.createElement(tag);
  mark.append(...element.childNodes);
  element.append(mark);
}
