// How texts are compared: without case, width, accents and what nobody sees. As eventapp/people/folding.py.

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}]/gu;
const ALIKE = [[/[·•‧∙⋅・･]/g, "·"], [/[’‘ʼ`´]/g, "'"], [/[‐‑‒–—]/g, "-"]];
const WITHOUT_STROKES = { ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", æ: "ae", œ: "oe", ı: "i", ß: "ss" };

/** A text as it is compared: lower case, one width, no accents, single spaces. */
export function fold(text) {
  let plain = text.replace(/\s/g, " ").replace(INVISIBLE, "");
  for (const [signs, sign] of ALIKE) plain = plain.replace(signs, sign);
  plain = plain.normalize("NFKD").toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").normalize("NFC");
  return plain.replace(/[øłđðþæœıß]/g, (letter) => WITHOUT_STROKES[letter]).trim().replace(/ +/g, " ");
}

/** The same with nothing but letters and digits. */
export function letters(text) {
  return fold(text).replace(/[^\p{L}\p{N}]/gu, "");
}
