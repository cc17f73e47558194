/** form[data-filter]: send the form when a choice changes; the button stays for the keyboard and for text fields. */
export function enhanceFilters(root) {
  root.querySelectorAll('form[data-filter]').forEach((form) => {
    form.addEventListener('change', (event) => {
      if (event.target.matches('select, input[type="checkbox"], input[type="radio"], input[type="date"], input[type="month"]')) {
        form.requestSubmit();
      }
    });
  });
}
