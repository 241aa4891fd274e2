/** How many of the largest modules are named. */
const SHOWN = 15;

/** Modules of a rollup chunk that ship code, the largest first: `{ module, bytes }`. */
export const sizesOf = (chunk) =>
  Object.entries(chunk.modules)
    .map(([module, { renderedLength }]) => ({ module, bytes: renderedLength }))
    .filter(({ bytes }) => bytes > 0)
    .sort((left, right) => right.bytes - left.bytes);

/** Bytes before the last minification, which takes away more than a third. */
export const largest = (sizes) =>
  sizes
    .slice(0, SHOWN)
    .map(
      ({ module, bytes }) =>
        `${String(bytes).padStart(8)} ${module.replace(/^.*?\/(?=src\/|node_modules\/)/, '')}`,
    )
    .join('\n');
