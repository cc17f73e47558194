/** Everything a page needs besides rich text. Each module enhances what is there; without scripts the pages still work. */
import { enhanceAutosave } from './autosave.js';
import { enhanceConfirm } from './confirm.js';
import { enhanceCopying } from './copy.js';
import { enhanceCounters } from './counter.js';
import { enhanceFilters } from './filters.js';
import { enhanceGroups } from './groups.js';
import { enhanceMenus } from './menu.js';
import { enhanceNarrowing } from './narrow.js';
import { token } from './net.js';
import { enhanceRenewal } from './renew.js';
import { enhanceSending } from './sending.js';
import { enhanceTrees } from './tree.js';
import { enhanceUploads } from './upload.js';

/** htmx is fetched only by pages that use it. */
async function startHtmx(root) {
  if (!root.querySelector('[hx-get], [hx-post]')) return;
  const { default: htmx } = await import('htmx.org');
  document.body.addEventListener('htmx:configRequest', (event) => { event.detail.headers['X-CSRFToken'] = token(); });
  htmx.process(root);
}

enhanceMenus(document);
enhanceConfirm(document);
enhanceCopying(document);
enhanceFilters(document);
enhanceGroups(document);
enhanceNarrowing(document);
enhanceCounters(document);
enhanceTrees(document);
enhanceUploads(document);
enhanceRenewal(document);
enhanceSending(document);
startHtmx(document.body);
document.querySelector('[data-focus]')?.focus();

const areas = document.querySelectorAll('textarea[data-editor]');
if (areas.length) {
  // Autosave compares the form with a stored draft, so it starts after the editors have taken their text over.
  import('./editor.js').then(({ makeEditor }) => areas.forEach(makeEditor)).finally(() => enhanceAutosave(document));
} else {
  enhanceAutosave(document);
}
