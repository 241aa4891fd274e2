import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { MetricView, SyncDraft, TabView, TemplateProblem } from '../../../rpc/contract';
import { headerOf } from '../../draft/columns';
import { carryProblems } from '../../editor/fix';
import { type Request, useRequest } from '../../server/request';

/** The server is asked once nothing was typed for this long. */
const REST_MS = 600;

/** What is wrong with the template, as far as it is known. */
export interface TemplateCheck {
  /** Answers with the problems of the text that was sent. */
  readonly request: Request<'checkTemplate'>;
  /** What was found in `checked`. */
  readonly found: readonly TemplateProblem[];
  /** The text that was checked last. */
  readonly checked: string;
  /** What of it still holds for the text as it is now; undefined before the first answer. */
  readonly problems: readonly TemplateProblem[] | undefined;
}

/** One and the same list, so that the editor does not take it for a new one. */
export const NO_PROBLEMS: readonly TemplateProblem[] = [];

/** A text with what the server found in it. */
interface CheckedText {
  readonly checked: string;
  readonly found: readonly TemplateProblem[];
}

/** Checks the template after each pause in typing. */
export function useTemplateCheck(
  draft: SyncDraft,
  tab: TabView,
  metrics: readonly MetricView[] | undefined,
): TemplateCheck {
  const { source, template } = draft;
  const sent = useRef('');
  const [answer, setAnswer] = useState<CheckedText | undefined>(undefined);
  const request = useRequest('checkTemplate', ({ problems }) =>
    setAnswer({ checked: sent.current, found: problems }),
  );
  const columns = JSON.stringify([source.columns, draft.key]);
  const isFirst = useRef(true);
  useEffect(() => {
    const timer = setTimeout(
      () => {
        sent.current = template;
        request.send({ source, template, columns: knownColumns(draft, tab), metrics });
      },
      isFirst.current ? 0 : REST_MS,
    );
    isFirst.current = false;
    return () => clearTimeout(timer);
  }, [template, columns, metrics]);
  const problems = useMemo(
    () =>
      answer === undefined ? undefined : carryProblems(answer.found, answer.checked, template),
    [answer, template],
  );
  return { request, found: answer?.found ?? NO_PROBLEMS, checked: answer?.checked ?? '', problems };
}

/**
 * What is known of the columns. The one that was chosen to identify rows counts as unique, also if
 * a slip in the sheet makes a value occur twice.
 */
const knownColumns = (draft: SyncDraft, tab: TabView) =>
  tab.columns.map(({ header, type, unique }) => ({
    header,
    type,
    unique: unique || header === headerOf(draft, draft.key),
  }));
