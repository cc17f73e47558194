/** details[data-menu]: close on Escape, on a click elsewhere, and when the focus leaves. */
export function enhanceMenus(root) {
  const menus = [...root.querySelectorAll('details[data-menu]')];
  if (!menus.length) return;
  document.addEventListener('click', (event) => {
    menus.forEach((menu) => { if (menu.open && !menu.contains(event.target)) menu.open = false; });
  });
  menus.forEach((menu) => {
    menu.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !menu.open) return;
      menu.open = false;
      menu.querySelector('summary').focus();
    });
    menu.addEventListener('focusout', (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
  });
}
