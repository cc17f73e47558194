/**
 * A form that is on its way is not sent a second time by the same button: no double press, no impatient second one.
 * Without scripts the server answers the second one; see the services.
 */

/** How long a button waits before it may be pressed again, in milliseconds: an answer may be a file, or lost. */
const PATIENCE = 8000;

export function enhanceSending(root) {
  const sent = new Set();
  const letGo = (button) => { sent.delete(button); button.removeAttribute('aria-busy'); };
  root.addEventListener('submit', (event) => {
    const { submitter } = event;
    if (event.defaultPrevented || !submitter || event.target.getAttribute('method') !== 'post') return;
    if (sent.has(submitter)) {
      event.preventDefault();
      return;
    }
    sent.add(submitter);
    submitter.setAttribute('aria-busy', 'true');
    setTimeout(() => letGo(submitter), PATIENCE);
  });
  // Coming back, a page stands as it was left.
  addEventListener('pageshow', (event) => { if (event.persisted) [...sent].forEach(letGo); });
}
