/**
 * input[type=file][data-upload=URL]: send each photo by itself, show how far it is, put the HTML card the server answers
 * into data-upload-target. Without scripts the photos go with the form.
 */
import { make, texts } from './dom.js';
import { headers, renewToken, sessionEnded } from './net.js';

export function enhanceUploads(root) {
  root.querySelectorAll('input[type="file"][data-upload]').forEach((input) => {
    const say = texts(input);
    const target = document.querySelector(input.dataset.uploadTarget);
    const list = make('ul', { class: 'upload-list', 'aria-live': 'polite' });
    const area = input.closest('.drop') ?? input.parentElement;
    area.append(list);

    const takeAll = async (files) => {
      for (const file of files) await send(file);
    };
    const send = async (file) => {
      const bar = make('progress', { max: '1', value: '0' });
      const line = make('li', {}, make('span', {}, say('uploading', { name: file.name })), bar);
      list.append(line);
      let answer = await post(input, file, bar);
      if (sessionEnded(answer.status) && await renewToken().catch(() => false)) answer = await post(input, file, bar);
      if (answer.status >= 200 && answer.status < 300) {
        target.insertAdjacentHTML('beforeend', answer.text);
        line.remove();
        input.form?.dispatchEvent(new Event('input', { bubbles: true }));
        document.dispatchEvent(new CustomEvent('loa:photos'));
        return;
      }
      const kind = sessionEnded(answer.status) ? 'expired' : 'failed';
      const named = answer.message.includes(file.name) ? answer.message : `${file.name}: ${answer.message}`;
      const reason = kind === 'failed' && answer.message ? named : say(kind, { name: file.name });
      line.className = 'failed';
      line.replaceChildren(reason);
    };

    input.addEventListener('change', async () => {
      const files = [...input.files];
      input.value = ''; // so that the form does not send them a second time
      list.querySelectorAll('.failed').forEach((line) => line.remove());
      await takeAll(files);
    });
    for (const name of ['dragover', 'dragleave', 'drop']) {
      area.addEventListener(name, (event) => {
        event.preventDefault();
        area.classList.toggle('over', name === 'dragover');
        if (name === 'drop') takeAll([...event.dataTransfer.files]);
      });
    }
  });
}

/** Send one file; XMLHttpRequest because fetch cannot tell how much has gone out. */
function post(input, file, bar) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append(input.name, file);
    request.open('POST', input.dataset.upload);
    Object.entries(headers()).forEach(([name, value]) => request.setRequestHeader(name, value));
    request.setRequestHeader('Accept', 'application/json, text/html');
    request.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; };
    request.onloadend = () => {
      let message = '';
      try { message = JSON.parse(request.responseText).message ?? ''; } catch { /* the answer is HTML or empty */ }
      resolve({ status: request.status, text: request.responseText, message });
    };
    request.send(body);
  });
}
