import { type Area, refusal } from './fact';

const CLIENT_SERVER = 'Apps Script guide: HTML Service, communication with server functions';

/** What stands for an answer that the page does not give, because the script that should give it was broken. */
const LOST = 'no answer';

export const page: Area = {
  title: 'The menu, the page and google.script.run',
  facts: [
    {
      id: 'page.file',
      says: 'A page made of a file has the file’s content, whose attributes can be replaced in it.',
      source: 'reference: HtmlService.createHtmlOutputFromFile, HtmlOutput.getContent',
      probe: ({ google }) => {
        const content = google.HtmlService.createHtmlOutputFromFile('page').getContent();
        const changed = content.replace('data-start=""', 'data-start="reconcile"');
        return [
          changed !== content,
          google.HtmlService.createHtmlOutput(changed).getContent() === changed,
        ];
      },
      expected: [true, true],
    },
    {
      id: 'page.missing',
      says: 'A file that is not there is refused.',
      source: 'reports in public code',
      probe: ({ google }) => refusal(() => google.HtmlService.createHtmlOutputFromFile('missing')),
      expected: 'Exception: No HTML file named missing was found.',
    },
    {
      id: 'page.titled',
      says: 'A page takes a title and stays what it is.',
      source: 'reference: HtmlOutput.setTitle',
      probe: ({ google }) =>
        google.HtmlService.createHtmlOutput('<p>x</p>').setTitle('Self-test').getContent(),
      expected: '<p>x</p>',
    },
    {
      id: 'page.rewritten',
      says: 'Scripts of a page lose what looks like a comment, in texts too; comments of HTML and characters beyond ASCII do not arrive.',
      source: 'enuchi/React-Google-Apps-Script, issue 157; reports in public code',
      heldBy: 'runtime/sidebar.test.ts > a page > %s is served as %s',
    },
    {
      id: 'page.slashes',
      says: 'Two slashes in a text of a script, and what follows them in the line, are taken away.',
      source: 'enuchi/React-Google-Apps-Script, issue 157; reports in public code',
      askedBy: 'page',
      expected: LOST,
      tolerated: ['a//b'],
    },
    {
      id: 'page.stars',
      says: 'What looks like a comment of stars in a text is taken away.',
      source: 'enuchi/React-Google-Apps-Script, issue 157; reports in public code',
      askedBy: 'page',
      expected: 'ac',
      tolerated: ['a/*b*/c'],
    },
    {
      id: 'page.template-slashes',
      says: 'Two slashes in a template literal are taken away with the rest of their line.',
      source: 'enuchi/React-Google-Apps-Script, issue 157; reports in public code',
      askedBy: 'page',
      expected: LOST,
      tolerated: ['a//b'],
    },
    {
      id: 'page.template-stars',
      says: 'What looks like a comment of stars in a template literal is taken away.',
      source: 'enuchi/React-Google-Apps-Script, issue 157; reports in public code',
      askedBy: 'page',
      expected: 'ac',
      tolerated: ['a/*b*/c'],
    },
    {
      id: 'page.html-comment',
      says: 'A comment of HTML is taken away, in a text too.',
      source: 'enuchi/React-Google-Apps-Script, issue 157; reports in public code',
      askedBy: 'page',
      expected: 'ac',
      tolerated: ['a<!--b-->c'],
    },
    {
      id: 'page.beyond-ascii',
      says: 'A character beyond ASCII arrives as another one.',
      source: 'reports in public code',
      askedBy: 'page',
      expected: 'Ã©',
      tolerated: ['é'],
    },
    {
      id: 'page.menu',
      says: 'The menu is made when the file is opened; its items call functions, which may show a sidebar.',
      source: 'Apps Script guide: Custom menus in Google Workspace',
      heldBy:
        'runtime/sidebar.test.ts > the menu > is built when the file is opened, and its item shows the sidebar',
    },
    {
      id: 'page.sidebar-scope',
      says: 'A sidebar needs the scope of the user interface, a menu does not.',
      source: 'Workspace add-ons guide: Editor add-on authorization lifecycle',
      heldBy:
        'runtime/access.test.ts > a scope that was not allowed > of the user interface is missed by the sidebar, not by the menu',
    },
    {
      id: 'page.dialog',
      says: 'A dialog stands over the spreadsheet, by the same scope; the sidebar beside it stays.',
      source: 'reference: Ui.showModalDialog',
      heldBy: 'runtime/sidebar.test.ts > a dialog > stands beside the sidebar, with its own title',
    },
    {
      id: 'run.functions',
      says: 'google.script.run sees functions at the top level of the script, without those whose names end in _.',
      source: `${CLIENT_SERVER}, private functions`,
      heldBy: 'runtime/sidebar.test.ts > google.script.run > does not see %s',
    },
    {
      id: 'run.copies',
      says: 'Arguments and answers are copies: null, numbers, texts, booleans, lists and plain objects.',
      source: `${CLIENT_SERVER}, parameters and return values`,
      askedBy: 'page',
      expected: { list: [1, 'a', true, null], deep: { lists: [[]] } },
    },
    {
      id: 'run.lost-answer',
      says: 'An answer that holds a date or a function arrives as null, without an error.',
      source: 'reports in public code',
      askedBy: 'page',
      expected: null,
    },
    {
      id: 'run.gaps',
      says: 'In an answer, undefined in a list arrives as null; in an object it is left out.',
      source: `${CLIENT_SERVER}, parameters and return values`,
      askedBy: 'page',
      expected: [null, { b: null }],
    },
    {
      id: 'run.illegal',
      says: 'Dates, functions and cycles are refused as arguments.',
      source: `${CLIENT_SERVER}, parameters and return values`,
      askedBy: 'page',
      expected: 'refused',
    },
    {
      id: 'run.failure',
      says: 'An exception of the function reaches the failure handler as an Error.',
      source: `${CLIENT_SERVER}, failure handlers`,
      askedBy: 'page',
      expected: 'failed: no',
      tolerated: ['failed: Error: no'],
    },
    {
      id: 'run.ten',
      says: 'A page has ten calls under way at once; further ones wait.',
      source: CLIENT_SERVER,
      heldBy:
        'runtime/script-run.test.ts > google.script.run of the page > has ten calls under way at once; the next one waits',
    },
    {
      id: 'run.unordered',
      says: 'Answers come in any order.',
      source: CLIENT_SERVER,
      heldBy: 'runtime/script-run.test.ts > google.script.run of the page > answers in any order',
    },
    {
      id: 'run.runners',
      says: 'Every runner has handlers and a user object of its own.',
      source: CLIENT_SERVER,
      askedBy: 'page',
      expected: ['aone', 'btwo'],
    },
    {
      id: 'run.arguments-copied',
      says: 'What changes in an argument after the call does not change the call.',
      source: `${CLIENT_SERVER}, parameters and return values`,
      heldBy:
        'runtime/script-run.test.ts > google.script.run of the page > sends a copy, and refuses dates, functions and elements before anything is sent',
    },
    {
      id: 'run.sidebar',
      says: 'A call of the page may show a sidebar, which takes the place of the page.',
      source: 'reports in public code',
      heldBy: 'runtime/sidebar.test.ts > google.script.run > shows another sidebar',
    },
    {
      id: 'run.network',
      says: 'A lost connection says nothing of whether the function ran.',
      source: 'reports in public code',
      heldBy: 'browser/sandbox.test.ts > google.script.run > hands over %s as Google does',
    },
  ],
};
