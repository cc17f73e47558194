/**
 * form[data-renew=URL]: a form kept from an ended session. Before it is sent again it takes the token of the session that
 * began meanwhile in another tab, from a page that only people who are signed in can open.
 */
import { renewToken } from './net.js';

export function enhanceRenewal(root) {
  root.querySelectorAll('form[data-renew]').forEach((form) => {
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      await renewToken(form.dataset.renew).catch(() => false);
      form.submit();
    });
  });
}
