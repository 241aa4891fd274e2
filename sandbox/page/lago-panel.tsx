import type { LagoView, MailView } from './backend';

const when = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').slice(0, 19);

interface TableProps {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly empty: string;
}

function Table({ head, rows, empty }: TableProps) {
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  return (
    <table>
      <thead>
        <tr>
          {head.map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.join('\t')}>
            {row.map((text, column) => (
              <td key={head[column]} title={text}>
                {text}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const MOST_EVENTS = 200;

export function EventList({ lago }: { readonly lago: LagoView }) {
  return (
    <Table
      head={['Transaction', 'Subscription', 'Metric', 'Time (UTC)', 'Properties', 'Received (UTC)']}
      rows={lago.events
        .slice(0, MOST_EVENTS)
        .map((event) => [
          event.transactionId,
          event.subscription,
          event.code,
          when(event.time),
          event.properties,
          when(event.receivedAt),
        ])}
      empty="Lago has no events yet."
    />
  );
}

export function UsageList({ lago }: { readonly lago: LagoView }) {
  return (
    <Table
      head={['Subscription', 'Metric', 'Events', 'Units', 'Amount']}
      rows={lago.usage.map((usage) => [
        usage.subscription,
        usage.metric,
        String(usage.events),
        usage.units ?? 'could not be read',
        usage.units === undefined
          ? ''
          : `${(usage.amountCents / 100).toFixed(2)} ${usage.currency}`,
      ])}
      empty="No usage in the current period."
    />
  );
}

export function RequestList({ lago }: { readonly lago: LagoView }) {
  return (
    <Table
      head={['Request', 'Number']}
      rows={Object.entries(lago.requests).map(([request, number]) => [request, String(number)])}
      empty="Lago has not been asked anything yet."
    />
  );
}

export function MailList({ mails }: { readonly mails: readonly MailView[] }) {
  if (mails.length === 0) return <p class="empty">No mail was sent.</p>;
  return (
    <ul class="mails">
      {mails.map(({ to, subject, body }, index) => (
        <li key={`${index} ${subject}`}>
          <p>
            <strong>{subject}</strong> to {to}
          </p>
          <pre>{body}</pre>
        </li>
      ))}
    </ul>
  );
}
