/**
 * The groups of files that import each other in a loop, types included.
 * @param imports for each file the files that it imports
 */
export function circlesIn(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const reach = new Map<string, ReadonlySet<string>>();
  for (const file of imports.keys()) reach.set(file, reachableFrom(file, imports));
  const circles = new Map<string, string[]>();
  for (const [file, others] of reach) {
    const loop = [...others].filter((other) => reach.get(other)?.has(file) === true).sort();
    if (others.has(file)) circles.set(loop.join(' '), loop);
  }
  return [...circles.values()];
}

function reachableFrom(
  start: string,
  imports: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const found = new Set<string>();
  const next = [...(imports.get(start) ?? [])];
  for (let file = next.pop(); file !== undefined; file = next.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    next.push(...(imports.get(file) ?? []));
  }
  return found;
}
