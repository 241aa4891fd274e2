import type { DryRun, SyncDraft } from '../../../rpc/contract';
import { Choice, type Option } from '../../parts/field';
import { heldWords } from '../../words/approval';

type Policy<Name extends 'changed' | 'removed' | 'late'> = readonly Option<
  NonNullable<SyncDraft[Name]>
>[];

/** @param held why such rows would be held instead, as a further sentence; empty if they are not */
const changedOptions = (held: string): Policy<'changed'> => [
  {
    value: 'correct',
    label: 'Correct it',
    hint:
      'What was sent is taken back and the new event sent, ' +
      `so that the invoice equals the sheet.${held}`,
  },
  {
    value: 'add',
    label: 'Send it as a new event',
    hint:
      'It adds on top of what was sent. ' +
      'With a metric that sums up, a 10 changed to 12 is billed as 22.',
  },
  {
    value: 'flag',
    label: 'Only flag it',
    hint:
      'The invoice keeps what was sent first. ' +
      'Set the row back, or enter the difference as a new row.',
  },
];

/** @param held as for changed rows */
const removedOptions = (held: string): Policy<'removed'> => [
  {
    value: 'flag',
    label: 'Flag it',
    hint:
      'The invoice still has it. ' + 'Bring the row back, or enter the correction as a new row.',
  },
  {
    value: 'correct',
    label: 'Take it back',
    hint: `What was sent is taken back, so that the invoice equals the sheet.${held}`,
  },
  {
    value: 'ignore',
    label: 'Ignore it',
    hint:
      'The invoice still has it, and nobody is told. ' +
      'For sheets that are cleared after sending.',
  },
];

const LATE: Policy<'late'> = [
  {
    value: 'hold',
    label: 'Hold it and tell',
    hint: 'It is not sent; you correct its date, bill it by hand in Lago, or come back here.',
  },
  {
    value: 'book',
    label: 'Count it in the running period',
    hint:
      'It goes on the next invoice, with its date kept in the property usage_date; ' +
      'only where a metric adds up or counts.',
  },
];

interface PolicyChoicesProps {
  /** The sync with what is chosen so far. */
  readonly draft: SyncDraft;
  /** Which codes can be corrected in Lago. */
  readonly rules: DryRun['rules'];
  /** Puts a changed draft in its place. */
  readonly edit: (draft: SyncDraft) => void;
}

/** What happens with rows that are changed or removed after sending, and with late usage. */
export function PolicyChoices({ draft, rules, edit }: PolicyChoicesProps) {
  const held = heldWords(rules);
  return (
    <>
      <Choice
        name="changed"
        legend="A row is changed after it was sent"
        value={draft.changed}
        options={changedOptions(held)}
        recommended={rules.length > 0 && held === '' ? 'correct' : 'flag'}
        onChange={(changed) => edit({ ...draft, changed })}
      />
      <Choice
        name="removed"
        legend="A row is removed after it was sent"
        value={draft.removed}
        options={removedOptions(held)}
        recommended="flag"
        onChange={(removed) => edit({ ...draft, removed })}
      />
      <Choice
        name="late"
        legend="Usage of a period that is closed"
        value={draft.late ?? 'hold'}
        recommended="hold"
        options={LATE}
        onChange={(late) => edit({ ...draft, late })}
      />
    </>
  );
}
