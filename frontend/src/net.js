/** Requests of the page's own scripts. */

const meta = () => document.querySelector('meta[name="csrf-token"]');

/** The token that protects this session's forms. */
export const token = () => meta()?.content ?? '';

/** Whether an answer means that the person is no longer signed in (or the token belongs to an ended session). */
export const sessionEnded = (status) => status === 400 || status === 401 || status === 403;

/** Headers of a request by script: the server then answers in JSON or a fragment, never with a sign-in page. */
export const headers = () => ({ 'X-CSRFToken': token(), Accept: 'application/json' });

/** The JSON of an answer, or an empty object. */
export async function json(response) {
  try {
    return await response.json();
  } catch {
    return {};
  }
}

/**
 * Take the token of the present session, which is another one after signing in again in a second tab.
 * @param {string} address a page that only people who are signed in can open
 * @returns {Promise<boolean>} whether somebody is signed in
 */
export async function renewToken(address = location.href) {
  const response = await fetch(address, { headers: { Accept: 'text/html' } });
  if (!response.ok || response.redirected) return false;
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const fresh = page.querySelector('meta[name="csrf-token"]')?.content;
  if (!fresh) return false;
  meta().content = fresh;
  document.querySelectorAll('input[name="csrf_token"]').forEach((input) => { input.value = fresh; });
  return true;
}
