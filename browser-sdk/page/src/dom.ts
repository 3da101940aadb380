/** The element of `index.html` with this id; it is there, or the page is broken. */
export function byId<E extends Element>(id: string, type: new () => E): E {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`index.html lacks ${type.name} #${id}`);
}

export function find<E extends Element>(root: ParentNode, selector: string, type: new () => E): E {
  const element = root.querySelector(selector);
  if (element instanceof type) return element;
  throw new Error(`index.html lacks ${type.name} ${selector}`);
}

/** A function that makes copies of a template's one element. */
export function template<E extends HTMLElement>(id: string, type: new () => E): () => E {
  const content = find(byId(id, HTMLTemplateElement).content, '*', type);
  return () => document.importNode(content, true);
}

/** However often the result is called, `draw` runs once, before the next frame is shown. */
export function perFrame(draw: () => void): () => void {
  let asked = false;
  const run = (): void => {
    asked = false;
    draw();
  };
  return () => {
    if (asked) return;
    asked = true;
    // A hidden page has no frames, and must not fall behind for that.
    if (document.hidden) setTimeout(run, 100);
    else requestAnimationFrame(run);
  };
}

/** Sets the text only where it differs, so that nothing is laid out or announced for nothing. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const still = matchMedia('(prefers-reduced-motion: reduce)');

/** Lets an element glow for a moment: somebody else has changed it. */
export function flash(element: HTMLElement): Animation {
  return element.animate(FLASH, { duration: still.matches ? 0 : 1600, easing: 'ease-out' });
}

const FLASH: Keyframe[] = [
  { backgroundColor: 'var(--flash)', offset: 0 },
  { backgroundColor: 'var(--flash)', offset: 0.2 },
  { backgroundColor: 'transparent', offset: 1 },
];

const numbers = new Intl.NumberFormat('en');

export function count(amount: number): string {
  return numbers.format(amount);
}

export function plural(amount: number, one: string, many: string): string {
  return `${count(amount)} ${amount === 1 ? one : many}`;
}

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

/** A new key, also where `crypto.randomUUID` is not: on plain HTTP. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
