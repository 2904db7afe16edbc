/** Bytes of UTF-8 in a token: what the tokenizers of today's small models come to. */
const bytesPerToken = { ascii: 4, other: 2.4 };

/**
 * About how many tokens a text is. Only a model's own tokenizer knows; English comes to four characters a token, Korean
 * to a little more than a token a syllable. Say "about" wherever it is shown.
 */
export function estimatedTokens(text: string): number {
  let ascii = 0;
  let other = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) ascii += 1;
    else other += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
  }
  return Math.ceil(ascii / bytesPerToken.ascii + other / bytesPerToken.other);
}
