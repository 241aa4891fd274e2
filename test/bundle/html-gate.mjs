/** What HtmlService rewrites or cannot read (google: page.rewritten), as [pattern, reason]. */
const MANGLED = [
  [/[^\x09\x0a\x0d\x20-\x7e]/, 'a character that is not ASCII'],
  [/<!--/, 'an HTML comment'],
  [/<\?/, 'the beginning of a scriptlet'],
];

/** What it rewrites inside of scripts and styles. */
const MANGLED_INSIDE = [
  [/\/\//, 'a // that is taken for a comment'],
  [/\/\*/, 'a /* that is taken for a comment'],
  [/<\/script/i, 'an end tag of a script'],
];

/** The page is loaded anew each time the sidebar opens (product limit: 400 KB). */
const LIMIT_BYTES = 400 * 1024;

/**
 * Refuses a page that HtmlService would alter, or that is too large.
 * @returns {string[]} what is wrong, empty if nothing
 */
export function checkHtml(html) {
  const excerpt = (text, at) => JSON.stringify(text.slice(Math.max(0, at - 30), at + 30));
  const inside = [...html.matchAll(/<(script|style)>([\s\S]*?)<\/\1>/g)].map(
    ([, , content]) => content,
  );
  const bytes = Buffer.byteLength(html);
  return [
    ...(bytes > LIMIT_BYTES
      ? [`The page has ${bytes} bytes; at most ${LIMIT_BYTES} are allowed.`]
      : []),
    ...MANGLED.flatMap(([pattern, reason]) =>
      pattern.test(html)
        ? [`The page holds ${reason}: ${excerpt(html, html.search(pattern))}`]
        : [],
    ),
    ...inside.flatMap((content) =>
      MANGLED_INSIDE.flatMap(([pattern, reason]) =>
        pattern.test(content)
          ? [`A script or style holds ${reason}: ${excerpt(content, content.search(pattern))}`]
          : [],
      ),
    ),
  ];
}
