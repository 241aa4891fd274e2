/**
 * What a template says about the world that it needs: which metric, which field, whose
 * subscriptions, which times. Read with a few lines of its own, because the sandbox must not agree
 * with the add-on's mistakes.
 */
export interface Recipe {
  /** Text with `\u0001column\u0001` where a cell is read. */
  readonly code: string;
  readonly subscription: string;
  readonly timestamp: string;
  readonly properties: ReadonlyMap<string, string>;
}

const READ = /row(?:\.(\w+)|\[["']([^"']+)["']\])/;

/** The template with each output replaced by a mark, as JSON text. */
function marked(template: string): string {
  let result = '';
  let inside = false;
  for (let index = 0; index < template.length; index++) {
    if (template.startsWith('{{', index)) {
      const end = template.indexOf('}}', index);
      const [, dotted, quoted] = READ.exec(template.slice(index, end)) ?? [];
      const mark = `\\u0001${dotted ?? quoted ?? ''}\\u0001`;
      result += inside ? mark : `"${mark}"`;
      index = end + 1;
    } else if (template.startsWith('{%', index)) index = template.indexOf('%}', index) + 1;
    else {
      if (inside && template[index] === '\\') result += template[index++];
      else if (template[index] === '"') inside = !inside;
      result += template[index];
    }
  }
  return result;
}

/** @throws SyntaxError where the template is no JSON. */
export function readRecipe(template: string): Recipe {
  const parsed = JSON.parse(marked(template)) as Record<string, unknown>;
  const event = (parsed['event'] ?? parsed) as Record<string, unknown>;
  const properties = (event['properties'] ?? {}) as Record<string, unknown>;
  return {
    code: String(event['code'] ?? ''),
    subscription: String(event['external_subscription_id'] ?? ''),
    timestamp: String(event['timestamp'] ?? ''),
    properties: new Map(Object.entries(properties).map(([name, value]) => [name, String(value)])),
  };
}

/** A marked text with a row's cells in the place of the marks. */
export const filled = (text: string, cell: (column: string) => string): string =>
  text.replace(/\u0001([^\u0001]*)\u0001/g, (_, column: string) => cell(column));
