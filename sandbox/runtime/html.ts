import type { HtmlOutput, HtmlService, Menu, Ui } from '../../src/apps-script/runtime';
import type { Caller } from './caller';
import { GoogleException } from './exception';
import type { MenuItem } from './records';
import { SERVICE } from './service-object';

const TITLE = Symbol('title');

/**
 * Google's undocumented rewriting of a page (google: page.rewritten): comments of HTML vanish; in
 * inline scripts so does everything that looks like a comment of JavaScript, be it in a text, a
 * template literal or a regular expression; characters beyond ASCII are decoded wrongly.
 */
export function servedHtml(content: string): string {
  const withoutComments = content.replace(/<!--[\s\S]*?-->/g, '');
  const stripped = withoutComments.replace(
    /(<script\b[^>]*>)([\s\S]*?)(<\/script>)/gi,
    (_, open: string, code: string, close: string) => {
      return open + code.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '') + close;
    },
  );
  return Buffer.from(stripped, 'utf8').toString('latin1');
}

class FakeHtmlOutput implements HtmlOutput {
  readonly [SERVICE] = 'HtmlOutput';
  readonly #content: string;
  #title = '';

  constructor(content: string) {
    this.#content = content;
  }

  setTitle(title: string): HtmlOutput {
    this.#title = title;
    return this;
  }

  getContent(): string {
    return this.#content;
  }

  /** Not Google's: a symbol is out of the script's reach. */
  [TITLE](): string {
    return this.#title;
  }
}

/** What was made by HtmlService, which alone may be shown. */
function requireOutput(
  html: HtmlOutput,
  method: string,
): { readonly title: string; readonly content: string } {
  if (html instanceof FakeHtmlOutput) return { title: html[TITLE](), content: html.getContent() };
  throw new GoogleException(
    `The parameters (Object) don't match the method signature for Ui.${method}.`,
  );
}

export class FakeHtmlService implements HtmlService {
  readonly [SERVICE] = 'HtmlService';
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  createHtmlOutputFromFile(name: string): HtmlOutput {
    const content = this.#caller.world.html.get(name.replace(/\.html$/, ''));
    if (content === undefined) throw new GoogleException(`No HTML file named ${name} was found.`);
    return new FakeHtmlOutput(content);
  }

  createHtmlOutput(html: string): HtmlOutput {
    return new FakeHtmlOutput(html);
  }
}

class FakeMenu implements Menu {
  readonly [SERVICE] = 'Menu';
  readonly #caller: Caller;
  readonly #items: MenuItem[] = [];

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  addItem(caption: string, functionName: string): Menu {
    this.#items.push({ caption, functionName });
    return this;
  }

  addToUi(): void {
    this.#caller.world.menu = [...this.#items];
  }
}

export class FakeUi implements Ui {
  readonly [SERVICE] = 'Ui';
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  createAddonMenu(): Menu {
    return new FakeMenu(this.#caller);
  }

  showSidebar(html: HtmlOutput): void {
    const { title, content } = requireOutput(html, 'showSidebar');
    this.#caller.world.sidebar = { title, html: servedHtml(content) };
  }

  showModalDialog(html: HtmlOutput, title: string): void {
    const { content } = requireOutput(html, 'showModalDialog');
    this.#caller.world.dialog = { title, html: servedHtml(content) };
  }
}
