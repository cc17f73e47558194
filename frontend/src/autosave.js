/**
 * form[data-autosave=URL]: save while writing, and never lose a word.
 *
 * Every change first goes into localStorage (key data-draft-key, one per article and person), then to the server. The local
 * copy is dropped when the server has it. The server answers 200 {saved_at, fields}, where `fields` are new values of hidden
 * inputs (the version), 409 {message, url} when somebody else saved, 422 {message} when it cannot take the text.
 */
import { debounce, icon, make, texts } from './dom.js';
import { headers, json, renewToken, sessionEnded } from './net.js';

const KEEP_LOCAL = 600;
const SEND = 2500;
const RETRY = 15000;

export function enhanceAutosave(root) {
  root.querySelectorAll('form[data-autosave]').forEach((form) => new Autosave(form));
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.say = texts(form);
    this.key = `draft:${form.dataset.draftKey}`;
    this.status = form.querySelector('[data-autosave-status]') ?? form.appendChild(document.createElement('span'));
    this.status.className = 'save-state';
    this.status.setAttribute('role', 'status');
    // A form shown again after a refusal (data-unsaved) holds words that the server does not have.
    this.sent = 'unsaved' in form.dataset ? '' : this.snapshot();
    this.stopped = false;
    this.busy = false;
    this.keepSoon = debounce(() => this.keep(), KEEP_LOCAL);
    this.sendSoon = debounce(() => this.send(), SEND);
    this.retrySoon = debounce(() => this.send(), RETRY);
    form.addEventListener('input', () => this.changed());
    form.addEventListener('change', () => this.changed());
    form.addEventListener('submit', (event) => this.submitted(event));
    addEventListener('online', () => this.failed && this.send());
    addEventListener('focus', () => this.failed && this.send());
    addEventListener('beforeunload', () => this.keep());
    this.offer();
    if (!this.sent) this.changed();
  }

  /** What the form holds, as text that can be compared; files, tokens and hidden fields are the server's business. */
  snapshot() {
    const hidden = new Set([...this.form.querySelectorAll('input[type="hidden"]')].map((input) => input.name));
    return JSON.stringify([...new FormData(this.form)].filter(([name, value]) => typeof value === 'string' && !hidden.has(name)));
  }

  changed() {
    const text = this.snapshot();
    // Leaving a field says "change" once more; redrawing then would take the link away under the finger that presses it.
    if (text === this.latest) return;
    this.latest = text;
    if (text === this.sent) return;
    this.keepSoon();
    if (this.stopped) return;
    this.show('unsaved', 'pencil', this.say('unsaved'));
    this.sendSoon();
  }

  /** Without a connection the browser would leave the page for one of its own. */
  submitted(event) {
    if (event.defaultPrevented) return;
    this.keep();
    if (navigator.onLine) {
      this.stopped = true;
      return;
    }
    event.preventDefault();
    this.fail(this.say('notSent'));
  }

  keep() {
    const text = this.snapshot();
    if (text === this.sent && !this.failed) return;
    try {
      localStorage.setItem(this.key, JSON.stringify({ at: new Date().toISOString(), values: JSON.parse(text) }));
    } catch { /* storage full or forbidden: the server copy remains the only one */ }
  }

  async send() {
    if (this.stopped || this.busy) return;
    this.sendSoon.cancel();
    this.retrySoon.cancel();
    this.busy = true;
    const text = this.snapshot();
    this.show('saving', 'refresh', this.say('saving'));
    try {
      await this.post(text);
    } catch {
      this.fail(this.say('offline'));
    } finally {
      this.busy = false;
    }
    if (!this.stopped && !this.failed && this.snapshot() !== this.sent) this.sendSoon();
  }

  async post(text, again = false) {
    const body = new FormData(this.form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    const response = await fetch(this.form.dataset.autosave, { method: 'POST', body, headers: headers(), redirect: 'manual' });
    if (response.ok) return this.done(text, await json(response));
    if (response.type === 'opaqueredirect' || sessionEnded(response.status)) {
      if (!again && await renewToken()) return this.post(text, true);
      const refusal = await json(response);
      if (refusal.message && refusal.code !== 'session-expired') return this.fail(refusal.message);
      const signIn = refusal.sign_in || this.form.dataset.signIn;
      return this.fail(this.say('expired'), make('a', { href: signIn, target: '_blank', rel: 'noopener' }, this.say('signIn')));
    }
    const answer = await json(response);
    if (response.status === 409) return this.conflict(answer);
    this.fail(answer.message || this.say('refused'));
    return this.retrySoon.cancel(); // the same text would be refused again; the next change tries anew
  }

  done(text, answer) {
    this.sent = text;
    this.failed = false;
    localStorage.removeItem(this.key);
    for (const [name, value] of Object.entries(answer.fields ?? {})) {
      const input = this.form.elements.namedItem(name);
      if (input) input.value = value;
    }
    const time = answer.saved_at || new Date().toLocaleTimeString('vi-VN', { hour: '2-digit', minute: '2-digit' });
    this.show('saved', 'check-circle', this.say('saved', { time }));
  }

  fail(...parts) {
    this.failed = true;
    this.keep();
    this.show('local', 'warning', ...parts);
    this.retrySoon();
  }

  conflict({ message, url }) {
    this.stopped = true;
    this.failed = true;
    this.keep();
    this.show('conflict', 'warning', message || this.say('conflict'));
    this.banner('warn', message || this.say('conflict'), url && make('a', { class: 'button small', href: url }, this.say('conflictLink')));
  }

  show(state, sign, ...parts) {
    this.status.dataset.state = state;
    const spaced = parts.flatMap((part, index) => (index ? [' ', part] : [part]));
    this.status.replaceChildren(icon(sign), make('span', {}, ...spaced));
  }

  banner(tone, text, ...buttons) {
    const box = make('div', { class: `alert ${tone}`, role: 'alert' }, icon(tone === 'ok' ? 'check-circle' : 'warning'),
      make('div', { class: 'alert-body' }, text, make('div', { class: 'actions' }, ...buttons.filter(Boolean))));
    this.form.prepend(box);
    box.scrollIntoView({ block: 'center' });
    return box;
  }

  /** After a crash or an ended session: offer what was kept here, unless the server's text is newer or the same. */
  offer() {
    let kept;
    try { kept = JSON.parse(localStorage.getItem(this.key)); } catch { kept = null; }
    if (!kept) return;
    const older = this.form.dataset.savedAt && new Date(kept.at) < new Date(this.form.dataset.savedAt);
    if (older || JSON.stringify(kept.values) === this.sent) {
      localStorage.removeItem(this.key);
      return;
    }
    const time = new Date(kept.at).toLocaleString('vi-VN', { hour: '2-digit', minute: '2-digit', day: '2-digit', month: '2-digit', year: 'numeric' });
    const box = this.banner('warn', this.say('found', { time }),
      make('button', { type: 'button', class: 'button small primary', onclick: () => { box.remove(); this.restore(kept.values); } }, this.say('restore')),
      make('button', { type: 'button', class: 'button small', onclick: () => { box.remove(); localStorage.removeItem(this.key); } }, this.say('discard')));
  }

  restore(values) {
    const byName = new Map();
    values.forEach(([name, value]) => byName.set(name, [...(byName.get(name) ?? []), value]));
    for (const element of this.form.elements) {
      if (!element.name || element.type === 'hidden' || element.type === 'file') continue;
      const kept = byName.get(element.name) ?? [];
      if (element.type === 'checkbox' || element.type === 'radio') element.checked = kept.includes(element.value);
      else if (element.multiple) [...element.options].forEach((option) => { option.selected = kept.includes(option.value); });
      else if (kept.length) element.value = kept[0];
      element.dispatchEvent(new CustomEvent('loa:restored'));
    }
    this.changed();
    this.show('unsaved', 'check-circle', this.say('restored'));
  }
}
