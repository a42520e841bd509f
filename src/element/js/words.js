// The words for when nothing else could be loaded, so they cannot be loaded either. The build takes them
// from `public/locales/*/loader.toml`.

/* global WORDS */

// The words for a BCP 47 tag. As on the server, a script decides over a region: `zh-Hant-CN` is traditional.
export function words(lang) {
  const [tag] = /^zh/i.test(lang)
    ? [/^(?!.*hans).*(hant|tw|hk|mo)/i.test(lang) ? 'zh-TW' : 'zh-CN']
    : lang.toLowerCase().split('-');
  return WORDS[tag] || WORDS.en;
}
