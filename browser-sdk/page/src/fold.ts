const PLAIN = /^[\x20-\x26\x28-\x5f\x61-\x7f]*$/;
const APOSTROPHES = /['`\u02b9-\u02bf\u2018\u2019]/g;
const MARKS = /\p{M}+/gu;
const LETTERS: { readonly [letter: string]: string } = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');

/** The text without case, accents and apostrophes, for sorting and searching: `Łódź` is `lodz`. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  if (PLAIN.test(lower)) return lower;
  return lower
    .normalize('NFD')
    .replace(MARKS, '')
    .replace(APOSTROPHES, '')
    .replace(LETTER, (letter) => LETTERS[letter] ?? letter);
}
