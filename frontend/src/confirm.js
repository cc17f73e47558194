/** form[data-confirm], button[data-confirm]: ask in a dialog before the form is sent. */
import { make } from './dom.js';

export function enhanceConfirm(root) {
  root.addEventListener('submit', (event) => {
    const form = event.target;
    const button = event.submitter;
    const question = button?.dataset.confirm ?? form.dataset.confirm;
    if (!question || form.dataset.confirmed) return;
    event.preventDefault();
    ask(question, button).then((agreed) => {
      if (!agreed) return;
      form.dataset.confirmed = 'yes';
      form.requestSubmit(button);
      delete form.dataset.confirmed;
    });
  }, true);
}

/**
 * Show the question.
 * @returns {Promise<boolean>} true when the person agreed
 */
function ask(question, button) {
  const { cancel, confirmTitle } = document.body.dataset;
  const label = button?.textContent.trim() || 'OK';
  const tone = button?.classList.contains('danger') ? 'danger solid' : 'primary';
  const dialog = make('dialog', { class: 'dialog', 'aria-labelledby': 'confirm-title' },
    make('h2', { id: 'confirm-title' }, confirmTitle),
    make('p', {}, question),
    make('form', { method: 'dialog', class: 'actions' },
      make('button', { class: 'button', value: 'no', autofocus: true }, cancel),
      make('button', { class: `button ${tone}`, value: 'yes' }, label)));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      button?.focus();
      resolve(dialog.returnValue === 'yes');
    });
  });
}
